import { describe, expect, it } from "vitest";

import { watchStall } from "../../../../adapters/discord/gateway/watch-stall.ts";
import type { Clock } from "../../../../sessions/clock.ts";

describe("a process that stood still", () => {
  /** Timers fire when the test says so. */
  function clockOf(): Clock & { at: number; wall: number; fire(): void } {
    let next: (() => void) | null = null;
    const clock = {
      at: 0,
      wall: 1_000_000,
      now: () => clock.wall,
      monotonic: () => clock.at,
      timer(_: number, action: () => void) {
        next = action;
        return { cancel: () => (next = null) };
      },
      fire: () => next?.(),
    };
    return clock;
  }

  it("[E17] is noticed by either clock, once, and a usual pause is not", () => {
    const clock = clockOf();
    const stalls: number[] = [];
    watchStall(clock, (ms) => stalls.push(ms));
    clock.at += 12_000;
    clock.wall += 12_000;
    clock.fire();
    expect(stalls).toEqual([]);
    clock.at += 50_000;
    clock.wall += 50_000;
    clock.fire();
    clock.at += 10_000;
    clock.wall += 3_600_000;
    clock.fire();
    clock.at += 10_000;
    clock.wall += 10_000;
    clock.fire();
    expect(stalls).toEqual([50_000, 3_600_000]);
  });
});
