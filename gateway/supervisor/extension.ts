import type { DrainReport } from "../operations.ts";

/** A drain that leaves, as the supervisor has to know it. */
export interface Leaving {
  readonly phase: Exclude<DrainReport["phase"], "cancelled">;
  /** Ms since this phase began. */
  readonly phaseMs: number;
  /** Until the running turns are cut. */
  readonly remainingMs: number;
  /** What finished replies have to be sent. */
  readonly deliveryMs: number;
}

/** Longer than several beats, so that a busy moment is no hang. */
const STEP_MS = 10_000;
const GRACE_MS = 5_000;
/** What marking the turns takes at most, on a slow disk. */
const CUTTING_MS = 10_000;
/** What leaving takes at most after a drain: networks, workers, store, marker. */
const LEAVING_MS = 10_000;

/**
 * By how much the time to stop is to be extended now: by a step while the phase may still make progress, else by
 * nothing. So a drain may be longer than the unit's stop time-out, and one that hangs is ended soon after its own limit.
 */
export function extensionMs(leaving: Leaving): number {
  const leftMs = progressMs(leaving);
  return leftMs > 0 ? Math.min(STEP_MS, leftMs + GRACE_MS) : 0;
}

function progressMs({ phase, phaseMs, remainingMs, deliveryMs }: Leaving): number {
  switch (phase) {
    case "waiting":
      return remainingMs;
    case "cutting":
      return CUTTING_MS - phaseMs;
    case "delivering":
      return deliveryMs - phaseMs;
    case "drained":
      return LEAVING_MS - phaseMs;
  }
}
