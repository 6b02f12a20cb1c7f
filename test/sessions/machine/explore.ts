import type { SessionId, TurnId } from "../../../sessions/ids.ts";
import type { SessionCommand, WorkerCommand } from "../../../sessions/machine/commands.ts";
import { decide } from "../../../sessions/machine/decide.ts";
import { evolveAll } from "../../../sessions/machine/evolve.ts";
import { newSession } from "../../../sessions/machine/state.ts";
import type { Session } from "../../../sessions/machine/state.ts";
import { observe } from "./observation.ts";
import type { Observation } from "./observation.ts";
import { B1, B2, KEY, R1, R2, S1, S2, S3, T1, T2, T3, admit, answer, expire } from "./sample.ts";

const THRESHOLD = 2;
const SESSIONS: readonly SessionId[] = [S1, S2, S3];
const TURNS: readonly TurnId[] = [T1, T2, T3, "trn_4" as TurnId];
/** Ten times what there is: beyond it something grows for ever that ought to be bounded. */
const STATES_LIMIT = 7_000;
const STRANGER = "trn_stranger" as TurnId;

export interface Explored {
  readonly observations: ReadonlySet<Observation>;
  readonly states: readonly Session[];
}

/** Every kind of state, with at most one earlier conversation, from an empty session, by every command that the small world holds. */
export function explore(): Explored {
  const observations = new Set<Observation>();
  const first = newSession(KEY, S1, 0);
  const seen = new Map([[signature(first), first]]);
  // A map that grows while it is walked: what is found is walked too.
  for (const before of seen.values()) {
    for (const command of commandsFor(before)) {
      const decision = decide(before, command);
      if (decision.outcome === "refused") continue;
      const after = evolveAll(before, decision.events, 0);
      for (const one of observe(before, command, decision, after)) observations.add(one);
      const sign = signature(after);
      if (after.past.length <= 1 && !seen.has(sign)) seen.set(sign, after);
      if (seen.size > STATES_LIMIT) throw new Error(`The states do not end: ${sign}`);
    }
  }
  return { observations, states: [...seen.values()] };
}

/** Two sessions with one signature take every command alike: it names all that deciding looks at. */
function signature({ turn, mark, cuts, turns, past }: Session): string {
  const isAwaiting = turn?.phase === "awaiting_input";
  return JSON.stringify([
    turn?.phase,
    turn?.owner,
    turn?.phase === "starting" && turn.begun,
    isAwaiting ? [turn.requests.toSorted(), turn.allowed.length > 0, turn.detached] : null,
    mark?.kind,
    mark?.kind === "resume_pending" && mark.generation === 0,
    cuts,
    turns === 0,
    past.map((one) => [one.why, one.mark?.kind, one.turns === 0]),
  ]);
}

/** Every command over the ids of the small world; turn ids are used again once nothing remembers them. */
export function commandsFor(session: Session): readonly SessionCommand[] {
  const known = new Set([
    session.turn?.id,
    session.mark?.turn,
    ...session.past.map((one) => one.mark?.turn),
  ]);
  const turn = TURNS.find((id) => !known.has(id)) ?? STRANGER;
  const used = new Set([session.id, ...session.past.map((one) => one.id)]);
  const fresh = SESSIONS.find((id) => !used.has(id)) ?? ("ses_extra" as SessionId);
  return [
    ...[B1, B2].map((owner) => admit(turn, { owner, fresh })),
    admit(turn, { origin: "auto", fresh }),
    ...workerCommandsFor(session),
    { type: "stop", stop: "person" },
    ...[R1, R2].flatMap((request) => [
      answer(request, "allow"),
      answer(request, "deny"),
      expire(request),
    ]),
    { type: "drain_timeout", interruption: "restart_timeout", threshold: THRESHOLD },
    ...[B1, B2].map((boot) => ({ type: "recover", boot, threshold: THRESHOLD }) as const),
    { type: "renew", fresh },
    { type: "skip" },
    ...[null, ...SESSIONS].map((past) => ({ type: "resume", past }) as const),
    ...SESSIONS.map((conversation) => ({ type: "archive", conversation, fresh }) as const),
    { type: "set_mode", mode: session.settings.mode === null ? "steer" : null },
    { type: "set_worker", worker: session.settings.worker === null ? "other" : null },
  ];
}

function workerCommandsFor({ turn, mark }: Session): readonly WorkerCommand[] {
  const marked = mark?.kind === "resume_pending" ? mark : null;
  const voices = [
    ...(turn === null ? [] : [turn, { id: turn.id, generation: turn.generation - 1 }]),
    ...(marked === null ? [] : [{ id: marked.turn, generation: marked.generation }]),
    { id: STRANGER, generation: 1 },
  ].map((voice) => ({ turn: voice.id, generation: voice.generation }));
  return voices.flatMap((voice): readonly WorkerCommand[] => [
    { ...voice, type: "accepted" },
    { ...voice, type: "start_failed", canRetry: true, reason: "x" },
    { ...voice, type: "start_failed", canRetry: false, reason: "x" },
    { ...voice, type: "ask", request: R1 },
    { ...voice, type: "ask", request: R2 },
    { ...voice, type: "withdraw", request: R1 },
    { ...voice, type: "withdraw", request: R2 },
    ...(["completed", "failed", "cancelled"] as const).map(
      (outcome) => ({ ...voice, type: "end", outcome, reason: "x" }) as const,
    ),
    ...(["worker_lost", "stalled"] as const).flatMap((interruption) =>
      (["resume", "fail"] as const).map(
        (policy) =>
          ({
            ...voice,
            type: "lost",
            interruption,
            policy,
            threshold: THRESHOLD,
            reason: "x",
          }) as const,
      ),
    ),
    { ...voice, type: "stop_expired" },
  ]);
}
