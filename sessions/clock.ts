/** Time comes in from outside, so that every race can be replayed. */
export interface Clock {
  /** Wall clock, epoch ms. It may jump: for stored times and words to people, never for budgets. */
  now(): number;
  /** Monotonic ms of this process: for budgets and time-outs. */
  monotonic(): number;
  /** Calls `action` once after `ms` (clamped to 0 … 2³¹−1), unless cancelled. */
  timer(ms: number, action: () => void): Timer;
}

export interface Timer {
  cancel(): void;
}

/** Chance comes in from outside, like time. */
export interface Chance {
  /** A whole number from 0 up to, not including, `below` (at most 2³²). */
  int(below: number): number;
}

/** Resolves after `ms`, or at once when `signal` is aborted: look at the signal to tell which. */
export function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      timer.cancel();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = clock.timer(ms, end);
    signal.addEventListener("abort", end);
  });
}
