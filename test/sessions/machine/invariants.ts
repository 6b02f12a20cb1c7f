import { expect } from "vitest";
import type { SessionEvent } from "../../../sessions/machine/events.ts";
import { decide } from "../../../sessions/machine/decide.ts";
import { evolve, evolveAll } from "../../../sessions/machine/evolve.ts";
import { PAST_LIMIT, newSession, statusOf } from "../../../sessions/machine/state.ts";
import type { Session, SessionStatus } from "../../../sessions/machine/state.ts";
import { KEY, S1, THRESHOLD } from "./sample.ts";
import type { Step, World } from "./world.ts";

/** What holds after every step, whatever came before. */
export const INVARIANTS: readonly ((step: Step) => void)[] = [
  keepsItself,
  hasTurnInFourPhases,
  waitsForSomething,
  endsTurnsForEver,
  saysItsStatus,
  changesWhenItSaysSo,
  ignoresStaleWorkers,
  countsCuts,
  keepsMarks,
  notesMarkedOnly,
  countsTries,
  keepsConversations,
  renewsSuspended,
  recoversOnce,
  requeuesWhatNeverBegan,
  leavesOldWorkersBehind,
  renewsOnce,
  actsOnItsTurn,
  keepsItsWorker,
];

/** Plain and fast: an `expect` for each of a few million checks would take a minute. */
function must(claim: boolean, says: string, step: Step): void {
  if (claim) return;
  const { before, command, decision, after } = step;
  expect.fail(`${says}\n${JSON.stringify({ before, command, decision, after }, null, 1)}`);
}

function eventsOf({ decision }: Step): readonly SessionEvent[] {
  return decision.outcome === "decided" ? decision.events : [];
}

function find<Type extends SessionEvent["type"]>(
  step: Step,
  type: Type,
): Extract<SessionEvent, { type: Type }> | null {
  const found = eventsOf(step).find((event) => event.type === type);
  return (found as Extract<SessionEvent, { type: Type }> | undefined) ?? null;
}

function keepsItself(step: Step): void {
  const { before, after, decision } = step;
  must(after.key === KEY && after.createdAt === 0 && after.revision === 0, "keeps its key", step);
  must(decision.outcome === "decided" || after === before, "a refusal changes nothing", step);
}

const ACTIVE: ReadonlySet<SessionStatus> = new Set([
  "starting",
  "running",
  "awaiting_input",
  "interrupting",
] as const);

function hasTurnInFourPhases(step: Step): void {
  const { after } = step;
  must(
    (after.turn !== null) === ACTIVE.has(statusOf(after)),
    "a turn exactly in four statuses",
    step,
  );
  must(after.mark?.kind !== "suspended" || after.turn === null, "a suspended one rests", step);
}

function waitsForSomething(step: Step): void {
  const turn = step.after.turn;
  if (turn?.phase !== "awaiting_input") return;
  must(turn.requests.length > 0, "a turn that waits has an open request", step);
  must(new Set(turn.requests).size === turn.requests.length, "each request is open once", step);
  must(turn.detached || turn.allowed.length === 0, "only a detached turn keeps grants", step);
  must(!turn.allowed.some((one) => turn.requests.includes(one)), "no grant is open", step);
}

/** The answer of a cut turn that comes late is the one end after an end, and comes once. */
function endsTurnsForEver(step: Step): void {
  const { world, before, after } = step;
  const finish = find(step, "turn_finished");
  if (finish !== null) {
    must(!world.finished.has(finish.turn), "no turn finishes twice", step);
    const isLate = before.turn === null && before.mark?.turn === finish.turn;
    must(before.turn?.id === finish.turn || isLate, "only a known turn finishes", step);
    must(!isLate || finish.outcome === "completed", "only an answer may come late", step);
  }
  must(after.turn === null || !world.over.has(after.turn.id), "what is over is not active", step);
  if (after.turn !== null && after.turn.id === before.turn?.id) {
    must(after.turn.generation >= before.turn.generation, "generations only grow", step);
  }
  if (before.turn?.phase === "interrupting" && after.turn === null) {
    must(
      finish?.outcome === "cancelled" || finish?.outcome === "completed",
      "what a person stopped was cancelled",
      step,
    );
    must(
      after.mark === null ||
        after.mark === before.mark ||
        finish?.outcome === "completed" ||
        step.command.type === "renew",
      "what a person stopped is not marked",
      step,
    );
  }
}

function saysItsStatus(step: Step): void {
  const from = statusOf(step.before);
  const to = statusOf(step.after);
  const said = eventsOf(step).filter((event) => event.type === "status_changed");
  must(said.length === (from === to ? 0 : 1), "says a change of status once", step);
  const [change] = said;
  if (change === undefined) return;
  must(change.from === from && change.to === to, "says the right statuses", step);
  must(eventsOf(step).at(-1) === change, "says it last", step);
}

function changesWhenItSaysSo(step: Step): void {
  const { before, after, decision } = step;
  if (decision.outcome === "refused") return;
  must(decision.events.length > 0, "a decision has events", step);
  const sameTime = { ...after, touchedAt: before.touchedAt };
  must(JSON.stringify(sameTime) !== JSON.stringify(before), "what is decided changes", step);
}

function ignoresStaleWorkers(step: Step): void {
  const { before, command, decision } = step;
  if (!("generation" in command) || decision.outcome === "refused") return;
  const { turn, mark } = before;
  const isActive = turn?.id === command.turn && turn.generation === command.generation;
  const isLateAnswer =
    turn === null &&
    mark?.kind === "resume_pending" &&
    mark.turn === command.turn &&
    mark.generation === command.generation &&
    command.type === "end" &&
    command.outcome === "completed";
  must(isActive || isLateAnswer, "a stale worker changes nothing", step);
  must(turn?.phase !== "awaiting_input" || !turn.detached, "nobody speaks when detached", step);
}

function countsCuts(step: Step): void {
  const { before, after } = step;
  must(
    after.cuts < THRESHOLD || after.mark?.kind === "suspended",
    "cuts stay under the threshold unless suspended",
    step,
  );
  const cut = find(step, "turn_cut");
  if (cut !== null) must(after.cuts === before.cuts + 1 && cut.cuts === after.cuts, "counts", step);
  if (after.cuts < before.cuts) {
    const why =
      find(step, "turn_finished")?.outcome === "completed" ||
      find(step, "mark_cleared") !== null ||
      find(step, "session_released") !== null ||
      find(step, "session_renewed") !== null ||
      find(step, "session_restored") !== null ||
      find(step, "conversation_archived") !== null;
    must(why, "forgets cuts only for a reason", step);
  }
}

/** A mark goes only by success, skip, `/new`, a clean slate, or with its conversation when another comes back. */
function keepsMarks(step: Step): void {
  const { before, after, command } = step;
  const renewed = find(step, "session_renewed");
  const restored = find(step, "session_restored");
  if (before.mark !== null && after.mark === null) {
    const cleared = find(step, "mark_cleared");
    const isSuccess =
      cleared?.why === "succeeded" && find(step, "turn_finished")?.outcome === "completed";
    const isSkip = cleared?.why === "skipped" && command.type === "skip";
    const isArchived =
      before.mark.kind === "suspended" && Boolean(find(step, "conversation_archived")?.to);
    must(
      isSuccess || isSkip || renewed !== null || restored !== null || isArchived,
      "keeps its mark",
      step,
    );
  }
  if (before.mark === null && after.mark !== null) {
    must(find(step, "turn_cut") !== null || restored !== null, "is marked only by a cut", step);
  }
  if (before.mark?.kind === "suspended" && after.mark?.kind === "resume_pending") {
    must(command.type === "resume", "is released only by a person", step);
  }
  if (find(step, "session_suspended") !== null) {
    must(after.mark?.kind === "suspended", "suspended wins", step);
  }
  must((after.mark === null && after.turn === null) || after.turns > 0, "has turns", step);
}

function notesMarkedOnly(step: Step): void {
  const start = find(step, "turn_started");
  if (start === null) return;
  const isMarked = step.before.mark?.kind === "resume_pending";
  must(start.noted === isMarked, "a note exactly after a cut", step);
  must(step.after.turn?.noted === isMarked, "the turn keeps that it has a note", step);
  must(start.origin === "message" || isMarked, "only what was cut goes on by itself", step);
}

function countsTries(step: Step): void {
  const { before, after, command } = step;
  if (before.mark?.kind !== "resume_pending" || after.mark?.kind !== "resume_pending") return;
  if (after.id !== before.id) return;
  const isTry = command.type === "admit" && command.origin === "auto" && after.turn !== null;
  const grown = after.mark.tries - before.mark.tries;
  must(grown === (isTry && before.turn === null ? 1 : 0), "counts each try by itself once", step);
}

function keepsConversations(step: Step): void {
  const { before, after } = step;
  const ids = [after.id, ...after.past.map((one) => one.id)];
  must(new Set(ids).size === ids.length, "each conversation is there once", step);
  must(after.past.length <= PAST_LIMIT, "the past is bounded", step);
  const archived = find(step, "conversation_archived");
  const hasMoved =
    find(step, "session_renewed") !== null ||
    find(step, "session_restored") !== null ||
    (archived !== null && archived.to !== null);
  must(hasMoved || after.id === before.id, "keeps the conversation", step);
  const known = [before.id, ...before.past.map((one) => one.id)];
  const lost = known.filter((id) => !ids.includes(id));
  const mayGo = before.turns === 0 && before.turn === null ? [before.id] : [];
  if (archived !== null) must(before.turn === null, "archives nothing under a turn", step);
  must(
    lost.every((id) => mayGo.includes(id) || id === archived?.conversation) ||
      before.past.length === PAST_LIMIT,
    "loses no conversation in which something was said",
    step,
  );
}

function renewsSuspended(step: Step): void {
  const { before, command, after, decision } = step;
  if (before.mark?.kind !== "suspended" || command.type !== "admit") return;
  if (decision.outcome === "refused") {
    must(command.origin === "auto", "a message to a suspended one is admitted", step);
    return;
  }
  must(after.id === command.fresh && after.id !== before.id, "begins on a clean slate", step);
  must(after.past[0]?.id === before.id, "keeps the old conversation", step);
  if (after.turn === null) return;
  const { id, generation } = after.turn;
  const over = apply(after, {
    type: "end",
    turn: id,
    generation,
    outcome: "completed",
    reason: "",
  });
  const back = apply(over, { type: "resume", past: before.id });
  must(back.id === before.id && statusOf(back) === "resume_pending", "can be brought back", step);
}

function recoversOnce(step: Step): void {
  const { before, command, decision, after } = step;
  if (command.type !== "recover") return;
  if (before.turn === null || before.turn.owner === command.boot) {
    must(decision.outcome === "refused", "only the turn of another boot is repaired", step);
  }
  must(decide(after, command).outcome === "refused", "repairs once", step);
}

/** What a worker had accepted, or asked about, is never run again as if it were new. */
function requeuesWhatNeverBegan(step: Step): void {
  const requeued = find(step, "turn_requeued");
  const cut = find(step, "turn_cut");
  if (requeued !== null) must(!step.world.begun.has(requeued.turn), "requeues no begun turn", step);
  if (cut !== null) must(step.world.begun.has(cut.turn), "cuts only a turn that had begun", step);
}

function leavesOldWorkersBehind(step: Step): void {
  if (find(step, "requests_detached") === null && find(step, "turn_restarted") === null) return;
  const { before, after } = step;
  must(
    before.turn !== null && after.turn !== null && after.turn.generation > before.turn.generation,
    "the worker that is left behind is of an older generation",
    step,
  );
}

function renewsOnce(step: Step): void {
  if (step.command.type !== "renew") return;
  must(decide(step.after, step.command).outcome === "refused", "two /new make one", step);
}

function actsOnItsTurn(step: Step): void {
  const { before, after, decision } = step;
  if (decision.outcome === "refused") return;
  const isNewWorker = find(step, "turn_started") !== null || find(step, "turn_restarted") !== null;
  const starts = decision.effects.filter((effect) => effect.do === "start_worker");
  must(starts.length === (isNewWorker ? 1 : 0), "starts a worker when it says so", step);
  for (const effect of decision.effects) {
    const turn = effect.do === "start_worker" ? after.turn : before.turn;
    must(
      turn?.id === effect.turn && turn.generation === effect.generation,
      "acts on the worker of its turn",
      step,
    );
  }
}

/** Who computes a turn is decided once; what is chosen meanwhile is for the next. */
function keepsItsWorker(step: Step): void {
  const { before, after, command } = step;
  if (after.turn === null) return;
  if (after.turn.id === before.turn?.id) {
    must(after.turn.worker === before.turn.worker, "a turn keeps its worker", step);
  } else if (command.type === "admit") {
    must(after.turn.worker === command.worker, "a turn has the worker it was given", step);
  }
}

function apply(session: Session, command: Step["command"]): Session {
  const decision = decide(session, command);
  return decision.outcome === "refused" ? session : evolveAll(session, decision.events, 0);
}

/** The log from the first word gives the session again, and no event is foreign to any state of it. */
export function foldsToItself(world: World): void {
  let session = newSession(KEY, S1, 0);
  for (const { event, at } of world.log) session = evolve(session, event, at);
  expect(session).toEqual(world.session);
}
