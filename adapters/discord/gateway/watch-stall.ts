import type { Clock, Timer } from "../../../sessions/clock.ts";

const LOOK_MS = 10_000;
/** Discord hangs up on who misses a heartbeat, which comes every 41 s. */
const STALL_MS = 40_000;

/** Notices that the process stood still (a blocked event loop, a suspended machine): its socket may be dead. */
export function watchStall(clock: Clock, onStall: (ms: number) => void): { stop(): void } {
  let timer: Timer = clock.timer(LOOK_MS, look);
  let before = instant();

  /** A suspended machine stops the monotonic clock, and a corrected one moves the other: the longer counts. */
  function instant(): readonly [number, number] {
    return [clock.monotonic(), clock.now()];
  }

  function look(): void {
    const now = instant();
    const ms = Math.max(now[0] - before[0], now[1] - before[1]);
    before = now;
    timer = clock.timer(LOOK_MS, look);
    if (ms >= STALL_MS) onStall(Math.round(ms));
  }

  return { stop: () => timer.cancel() };
}
