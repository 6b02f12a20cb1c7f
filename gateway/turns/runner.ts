import type { Timer } from "../../sessions/clock.ts";
import { SluiceError, textOf } from "../../sessions/errors.ts";
import type { SessionKey, TurnId } from "../../sessions/ids.ts";
import type { Effect } from "../../sessions/machine/commands.ts";
import type { InboxItem } from "../../sessions/rows.ts";
import type { WorkerTurn } from "../../workers/worker.ts";
import type { Core } from "../core.ts";
import type { Change, Desk } from "../dispatch.ts";
import { fetchForTurn } from "../files/incoming.ts";
import { keptFiles } from "../files/kept-files.ts";
import { addressOf } from "../networks.ts";
import { conversationOf } from "./conversation.ts";
import { createLiveTurn } from "./create-live-turn.ts";
import { end, follow, gone, who } from "./follow.ts";
import type { LiveTurn, LiveTurns } from "./live-turn.ts";
import { rebuiltInput } from "./turn-input.ts";
import type { WorkerPool } from "./worker-pool.ts";

/** What a turn was begun with, kept from its admission until its worker starts. */
export type StagedTurns = Map<
  TurnId,
  { readonly items: readonly InboxItem[]; readonly input: WorkerTurn }
>;

export interface Runner {
  /** Performs an effect of the machine, after the write that caused it. */
  perform(effect: Effect, change: Change): void;
  readonly live: LiveTurns;
  readonly staged: StagedTurns;
  /** Resolves when no task of a worker is under way. */
  settled(): Promise<void>;
}

export function createRunner(core: Core, desk: Desk, pool: WorkerPool): Runner {
  const live: LiveTurns = new Map();
  const staged: StagedTurns = new Map();
  const tasks = new Set<Promise<void>>();
  /** How long a worker that was asked to end its turn may take. */
  const limits = new Map<LiveTurn, Timer>();

  function task(name: string, key: SessionKey, work: () => Promise<void>): void {
    const running = work()
      .catch((error: unknown) => {
        core.log.error({ session: key, error: textOf(error) }, `${name} failed`);
      })
      .finally(() => tasks.delete(running));
    tasks.add(running);
  }

  async function start(effect: Extract<Effect, { do: "start_worker" }>, change: Change) {
    const turn = change.after.turn;
    if (turn?.id !== effect.turn) return;
    const begun = staged.get(turn.id);
    staged.delete(turn.id);
    const session = change.after.id;
    const papers = begun
      ? { items: begun.items, entries: [], outbox: [], requests: [] }
      : await core.engine.papers(turn.id);
    const input =
      begun?.input ??
      (await rebuiltInput(core, {
        session,
        turn: turn.id,
        generation: turn.generation,
        attempt: turn.attempt,
      }));
    const address = papers.items[0]?.message.address ?? addressOf(change.after.key);
    if (address === null) throw new Error(`no address in session key ${change.after.key}`);
    const one = createLiveTurn(core, {
      key: change.after.key,
      session,
      turn,
      address,
      input,
      papers,
      entries: begun ? begun.items.length + (input.note === null ? 0 : 1) : papers.entries.length,
      files: begun ? [] : await keptFiles(core, turn.id),
      answer: ({ key, worker }, ask, decision) =>
        task("answer", key, async () => worker?.answer(ask, decision)),
    });
    core.probe("turn_adopted");
    // Reading took time: meanwhile it may have been stopped, put back or cut.
    const present = desk.active().get(one.key)?.turn;
    if (present?.id !== one.turn || present.generation !== one.generation) return;
    if (present.phase === "interrupting") return cancelUnstarted(one);
    live.set(turn.id, one);
    const leave = await placeFor(one);
    try {
      await run(one);
    } finally {
      leave();
      // It would keep a process alive that has nothing else to do.
      limits.get(one)?.cancel();
      limits.delete(one);
      // Unless another worker computes it meanwhile.
      if (live.get(turn.id) === one) {
        live.delete(turn.id);
        pool.rest({ session, worker: one.workerName });
      }
    }
  }

  /** The time of a start is not counted while others use all that its worker has. */
  async function placeFor(one: LiveTurn): Promise<() => void> {
    one.isWaiting = true;
    const leave = await pool.place(one.workerName, one.abort.signal);
    one.isWaiting = false;
    one.startedAt = core.clock.monotonic();
    one.seenAt = one.startedAt;
    return leave;
  }

  async function run(one: LiveTurn): Promise<void> {
    if (one.abort.signal.aborted) return;
    try {
      await fetchForTurn(core, one);
      if (one.abort.signal.aborted) return;
      const { key, session, workerName: worker } = one;
      const conversation = await conversationOf(core, { key, session, worker });
      one.worker = await pool.open(worker, conversation, one.abort.signal);
    } catch (error) {
      if (one.abort.signal.aborted) return;
      const isFinal = error instanceof SluiceError && error.code === "worker_unavailable";
      await end(core, desk, one, {
        type: "start_failed",
        canRetry: !isFinal && one.input.attempt < core.settings.turns.startAttempts,
        reason: textOf(error),
        ...who(one),
      });
      return;
    }
    if (one.abort.signal.aborted) return one.worker.kill();
    try {
      await follow(core, desk, one);
    } catch (error) {
      core.log.error({ session: one.key, turn: one.turn, error: textOf(error) }, "turn failed");
      one.worker.kill();
      await gone(core, desk, one, { reason: textOf(error), interruption: "worker_lost" });
    }
  }

  function liveOf(effect: { turn: TurnId; generation: number }): LiveTurn | null {
    const one = live.get(effect.turn);
    return one?.generation === effect.generation ? one : null;
  }

  function perform(effect: Effect, change: Change): void {
    const key = change.after.key;
    const one = liveOf(effect);
    switch (effect.do) {
      case "start_worker":
        return task("worker start", key, () => start(effect, change));
      case "interrupt_worker":
        // A machine's cut leaves the worker its chance to finish late; a person's stop has a limit.
        if (one !== null && change.after.turn !== null) limitStop(one);
        if (one?.worker == null) return task("interrupt", key, () => cancelUnstarted(one));
        return task("interrupt", key, async () => one.worker?.interrupt());
      case "kill_worker":
        one?.abort.abort();
        one?.worker?.kill();
        return;
      case "answer_worker": {
        const decision = effect.how === "allowed" ? "allow" : "deny";
        for (const [ask, { request }] of one?.asked ?? []) {
          if (request === effect.request) one?.answer(ask, decision);
        }
        return;
      }
    }
  }

  /** Nothing to ask: the worker is still being started. */
  async function cancelUnstarted(one: LiveTurn | null): Promise<void> {
    if (one === null) return;
    one.abort.abort();
    await end(core, desk, one, {
      type: "end",
      outcome: "cancelled",
      reason: "stopped",
      ...who(one),
    });
  }

  function limitStop(one: LiveTurn): void {
    if (limits.has(one)) return;
    const limit = core.clock.timer(core.settings.turns.stopTimeoutMs, () => {
      if (live.get(one.turn) !== one) return;
      task("stop", one.key, async () => {
        await end(core, desk, one, { type: "stop_expired", ...who(one) });
      });
    });
    limits.set(one, limit);
  }

  return {
    perform,
    live,
    staged,
    settled: async () => {
      await Promise.allSettled(tasks);
    },
  };
}
