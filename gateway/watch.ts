import { textOf } from "../sessions/errors.ts";
import { sleep } from "../sessions/clock.ts";
import type { Timer } from "../sessions/clock.ts";
import type { Archive } from "./archive/archive.ts";
import type { Core } from "./core.ts";
import type { Desk } from "./dispatch.ts";
import { silenceLimit } from "./drain/waited.ts";
import { cleanFiles } from "./files/clean.ts";
import { tellAsides } from "./notices/asides.ts";
import type { Asides } from "./notices/asides.ts";
import { expireRequests } from "./requests.ts";
import { gone } from "./turns/follow.ts";
import type { LiveTurn } from "./turns/live-turn.ts";
import { tellSilence } from "./turns/tell-silence.ts";
import type { Runner } from "./turns/runner.ts";
import type { WorkerPool } from "./turns/worker-pool.ts";

/** Everything that happens because time passes: no state waits without a timer or a person. */
export interface Watch {
  start(): void;
  stop(): Promise<void>;
}

interface Watched {
  readonly core: Core;
  readonly desk: Desk;
  readonly runner: Runner;
  readonly pool: WorkerPool;
  readonly asides: Asides;
  readonly archive: Archive;
}

const TYPING_MS = 4000;
const ASIDES_MS = 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SOON_MS = 1000;
const IDLE_WORKER_MS = 20 * MINUTE_MS;
/** Rows removed in one commit, and how many of these there are at a time: the rest has its turn an hour later. */
const PRUNE_SLICE = 500;
const PRUNE_SLICES = 200;
/** Turns stored in one commit of a checkpoint. */
const CHECKPOINT_SLICE = 200;

export function createWatch(watched: Watched): Watch {
  const { core, runner, pool, asides } = watched;
  const timers = new Map<string, Timer>();
  const under = new Set<Promise<void>>();
  const over = new AbortController();
  let isStopped = false;

  /** Runs again `ms` after the last run ended: a slow one never overlaps itself. */
  function every(name: string, ms: number | (() => number), work: () => Promise<void>): void {
    if (isStopped) return;
    const again = (): void => every(name, ms, work);
    timers.set(
      name,
      core.clock.timer(typeof ms === "function" ? ms() : ms, () => run(name, work, again)),
    );
  }

  function run(name: string, work: () => Promise<void>, then: () => void): void {
    const running = work()
      .catch((error: unknown) => {
        core.log.error({ watch: name, error: textOf(error) }, "watch failed");
      })
      .finally(() => {
        under.delete(running);
        then();
      });
    under.add(running);
  }

  const clean = async (): Promise<void> => {
    await cleanFiles(core, runner.live);
  };

  const sweep = (): Promise<void> => watched.archive.sweep(over.signal);

  return {
    start() {
      every("stalls", 250, () => endStalled(watched));
      const checkpointMs = (): number => core.settings.turns.checkpointMs;
      every("checkpoint", checkpointMs, () => checkpointAll(core, runner));
      every("requests", 1000, () => expireRequests({ ...watched, lives: runner.live }));
      every("asides", ASIDES_MS, () => tellAsides(core, asides));
      every("typing", TYPING_MS, () => showTyping(core, runner));
      every("idle workers", MINUTE_MS, () => pool.reap(IDLE_WORKER_MS));
      every("retention", HOUR_MS, () => prune(core));
      // Not at once: a start has more urgent things to read.
      run(
        "archive",
        () => sleep(core.clock, SOON_MS, over.signal).then(sweep),
        () => every("archive", HOUR_MS, sweep),
      );
      run("files", clean, () => every("files", HOUR_MS, clean));
    },
    async stop() {
      isStopped = true;
      over.abort();
      for (const timer of timers.values()) timer.cancel();
      await Promise.allSettled(under);
    },
  };
}

/** A start that takes too long, a silence beyond a limit, a turn beyond its cap. */
async function endStalled({ core, desk, runner, pool }: Watched): Promise<void> {
  const now = core.clock.monotonic();
  const { startTimeoutMs, softStallMs, capMs } = core.settings.turns;
  for (const live of runner.live.values()) {
    const phase = desk.active().get(live.key)?.turn?.phase;
    if (phase === "awaiting_input") {
      const hasHeld = now - live.askedAt > core.settings.requests.holdMs;
      if (hasHeld && pool.isCrowded(live.workerName)) await giveWay(live);
      continue;
    }
    if (phase === "interrupting" || phase === undefined) continue;
    if (live.isFetching || live.isWaiting) continue;
    const silentMs = now - live.seenAt;
    if (!live.isAccepted) {
      const worker = pool.workers.find(({ name }) => name === live.workerName);
      const limit = Math.max(startTimeoutMs, worker?.opensWithinMs ?? 0);
      if (now - live.startedAt > limit) {
        await giveUp(live, core.texts.say("why_not_accepted", { seconds: seconds(limit) }));
      }
    } else if (silentMs > silenceLimit(core, live)) {
      await giveUp(live, core.texts.say("why_silent", { seconds: seconds(silentMs) }));
    } else if (now - live.startedAt > capMs) {
      await giveUp(live, core.texts.say("why_too_long", { seconds: seconds(capMs) }));
    } else if (silentMs > softStallMs && !live.isSilenceTold) {
      live.isSilenceTold = true;
      await tellSilence(core, live, seconds(silentMs));
    }
  }

  /** Its question stands, and the answer starts a worker again: a person's silence blocks nobody else for long. */
  async function giveWay(live: LiveTurn): Promise<void> {
    core.log.info({ session: live.key, turn: live.turn }, "turn that waits for a person gave way");
    await gone(core, desk, live, { reason: "gave way", interruption: "worker_lost" });
  }

  async function giveUp(live: LiveTurn, reason: string): Promise<void> {
    core.log.warn({ session: live.key, turn: live.turn, reason }, "turn given up");
    await gone(core, desk, live, { reason, interruption: "stalled" });
    live.abort.abort();
    live.worker?.kill();
  }
}

function seconds(ms: number): number {
  return Math.round(ms / 1000);
}

/** A kill loses at most what was said since the last of these. */
async function checkpointAll(core: Core, runner: Runner): Promise<void> {
  const lives = [...runner.live.values()];
  for (let from = 0; from < lives.length; from += CHECKPOINT_SLICE) {
    const at = core.clock.now();
    // Taken and handed over in one breath: a checkpoint must never come after the end it precedes.
    const slice = lives.slice(from, from + CHECKPOINT_SLICE);
    const transcript = slice.flatMap((one) => one.record.take(at));
    if (transcript.length === 0) continue;
    try {
      await core.engine.commit({ transcript });
    } catch (error) {
      for (const one of slice) one.record.again();
      throw error;
    }
  }
}

async function showTyping(core: Core, runner: Runner): Promise<void> {
  for (const live of runner.live.values()) {
    const adapter = core.networks.adapter(live.address);
    if (adapter === null || !core.networks.canSend(adapter)) continue;
    void adapter.typing(live.address).catch(() => undefined);
  }
}

async function prune(core: Core): Promise<void> {
  const now = core.clock.now();
  const { dedupeMs, outboxMs, eventsMs, turnsMs } = core.settings.retention;
  const before = {
    inbox: now - dedupeMs,
    outbox: now - outboxMs,
    events: now - eventsMs,
    turns: now - turnsMs,
  };
  let gone = 0;
  for (let slice = 0; slice < PRUNE_SLICES; slice += 1) {
    const removed = await core.engine.prune(before, PRUNE_SLICE);
    gone += removed;
    if (removed === 0) break;
  }
  if (gone > 0) core.log.info({ rows: gone }, "old rows removed");
}
