import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { lookSteadily } from "../../console/steady-look.ts";

describe("a steady look", () => {
  let begun: number;
  let ended: number;
  /** One that takes `ms`. */
  const slow = (ms: number) => async () => {
    begun += 1;
    await new Promise((resolve) => setTimeout(resolve, ms));
    ended += 1;
    return 5000;
  };
  beforeEach(() => {
    vi.useFakeTimers();
    begun = 0;
    ended = 0;
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);

  it("comes to its end also when it is asked for more often than it takes", async () => {
    const look = lookSteadily(slow(1000));
    for (let count = 0; count < 50; count += 1) {
      look.soon();
      await wait(100);
    }
    expect(ended).toBeGreaterThanOrEqual(4);
    expect(begun - ended).toBeLessThanOrEqual(1);
    look.stop();
  });

  it("is taken again soon when it was asked for meanwhile, and otherwise after its pause", async () => {
    const look = lookSteadily(slow(10));
    look.soon();
    look.soon();
    await wait(200);
    expect(ended).toBe(2);
    await wait(4800);
    expect(ended).toBe(2);
    await wait(500);
    expect(ended).toBe(3);
    look.soon();
    await wait(20);
    expect(ended).toBe(4);
    look.stop();
    look.soon();
    await wait(20_000);
    expect(begun).toBe(4);
  });
});
