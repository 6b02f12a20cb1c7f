import type { Clock, Timer } from "../../sessions/clock.ts";
import type { DrainReport } from "../operations.ts";
import { extensionMs } from "./extension.ts";
import type { Notifier } from "./notifier.ts";
import { statusText } from "./status-text.ts";
import type { LiveCounts } from "./status-text.ts";

/** What the supervisor is told over one life of the gateway. */
export interface Supervision {
  /** Messages flow: the service counts as started. */
  ready(): void;
  /** Around a reload, so that `systemctl reload` returns when the new configuration holds. */
  reload(work: () => Promise<void>): Promise<void>;
  /** Something that is counted may have changed. */
  changed(): void;
  /** Resolves when all that was said is on its way. */
  end(): Promise<void>;
}

export interface Supervised {
  readonly clock: Clock;
  /** The supervisor ends us when it hears nothing for this long; null = it does not listen for that. */
  readonly watchdogMs: number | null;
  /** What finished replies have to be sent in a drain. */
  readonly deliveryMs: number;
  /** CLOCK_MONOTONIC, in whole microseconds. */
  readonly monotonicUs: () => bigint;
  counts(): Promise<LiveCounts>;
  drainReport(): DrainReport | null;
}

const BEAT_MS = 1000;

export function startSupervision(notifier: Notifier | null, parts: Supervised): Supervision {
  if (notifier === null) return UNWATCHED;
  const { clock, watchdogMs } = parts;
  const timers = new Map<string, Timer>();
  let isDirty = true;
  let isReady = false;
  let isReading = false;
  let said = "";
  let phase: DrainReport["phase"] | null = null;
  let phaseSince = 0;

  /** Of the event loop itself: when it stands still, so do these. */
  function every(name: string, ms: number, action: () => void): void {
    const run = (): void => {
      timers.set(name, clock.timer(ms, run));
      action();
    };
    timers.set(name, clock.timer(ms, run));
  }

  function beat(): void {
    const drain = parts.drainReport();
    if (drain !== null && drain.then !== "stay") tellLeaving(drain);
    // The seconds that are left change by themselves.
    if (isDirty || drain?.phase === "waiting") void tellStatus();
  }

  function tellLeaving({ phase: now, remainingMs }: DrainReport): void {
    if (now === "cancelled") return;
    if (now !== phase) {
      // Once turns are cut there is no way back; before that, the drain may still be called off.
      if (now !== "waiting" && (phase === null || phase === "waiting")) notifier?.send(STOPPING);
      phase = now;
      phaseSince = clock.monotonic();
    }
    const { deliveryMs } = parts;
    const phaseMs = clock.monotonic() - phaseSince;
    const ms = extensionMs({ phase: now, phaseMs, remainingMs, deliveryMs });
    if (ms > 0) notifier?.send([`EXTEND_TIMEOUT_USEC=${Math.round(ms * 1000)}`]);
  }

  async function tellStatus(): Promise<void> {
    if (isReading) return;
    isReading = true;
    isDirty = false;
    // A store that cannot be read is told of elsewhere.
    const text = await parts.counts().then(statusText, () => said);
    isReading = false;
    if (text !== said) notifier?.send([`STATUS=${text}`]);
    said = text;
  }

  every("beat", BEAT_MS, beat);
  if (watchdogMs !== null) every("watchdog", watchdogMs / 2, () => notifier.send(ALIVE));
  return {
    ready() {
      isReady = true;
      notifier.send(READY);
      void tellStatus();
    },
    async reload(work) {
      if (isReady) notifier.send(["RELOADING=1", `MONOTONIC_USEC=${parts.monotonicUs()}`]);
      try {
        await work();
      } finally {
        if (isReady) notifier.send(READY);
        isDirty = true;
      }
    },
    changed() {
      isDirty = true;
    },
    end() {
      for (const timer of timers.values()) timer.cancel();
      timers.clear();
      return notifier.close();
    },
  };
}

const READY = ["READY=1"];
const STOPPING = ["STOPPING=1"];
const ALIVE = ["WATCHDOG=1"];

/** Nobody listens. */
const UNWATCHED: Supervision = {
  ready() {},
  reload: (work) => work(),
  changed() {},
  end: () => Promise.resolve(),
};
