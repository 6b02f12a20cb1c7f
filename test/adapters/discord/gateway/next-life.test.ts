import { describe, expect, it } from "vitest";

import type { LifeEnd } from "../../../../adapters/discord/gateway/life.ts";
import { decideNext, NO_HISTORY } from "../../../../adapters/discord/gateway/next-life.ts";
import type { NextLife } from "../../../../adapters/discord/gateway/next-life.ts";

const chance = { int: () => 0 };
const resume = { next: "resume" } as const;

function ended(more: Partial<LifeEnd> = {}): LifeEnd {
  return { meaning: resume, reason: "", reached: "nothing", isSilence: false, ...more };
}

/** Each life begins where the one before ended. */
function after(
  lives: readonly { readonly end: LifeEnd; readonly ms: number }[],
): readonly NextLife[] {
  let history = NO_HISTORY;
  let now = 0;
  return lives.map(({ end, ms }) => {
    const startedAt = now;
    now += ms;
    const next = decideNext(end, history, { startedAt, now, chance });
    history = next.history;
    return next;
  });
}

describe("the next life of a shard", () => {
  it("[E03] keeps the session of a socket that broke", () => {
    expect(after([{ end: ended({ reached: "up" }), ms: 60_000 }])).toMatchObject([
      { session: "kept" },
    ]);
  });

  it("[E03] doubts a host that takes a socket and says nothing, at once", () => {
    expect(after([{ end: ended({ isSilence: true }), ms: 15_000 }])).toMatchObject([
      { session: "doubted" },
    ]);
  });

  it("[E03] doubts a host that cannot be reached when it was tried thrice, over 15 s", () => {
    const end = ended();
    expect(after([1, 1, 1, 1].map((ms) => ({ end, ms }))).map(({ session }) => session)).toEqual([
      "kept",
      "kept",
      "kept",
      "kept",
    ]);
    const long = after([7_000, 9_000, 1, 1].map((ms) => ({ end, ms })));
    expect(long.map(({ session }) => session)).toEqual(["kept", "kept", "doubted", "doubted"]);
  });

  it("[E03] gives the session up after three that were refused, or one that met silence", () => {
    const end = ended({ reached: "hello" });
    expect(after([1, 1, 1].map((ms) => ({ end, ms }))).map(({ session }) => session)).toEqual([
      "kept",
      "kept",
      "lost",
    ]);
    expect(after([{ end: { ...end, isSilence: true }, ms: 15_000 }])).toMatchObject([
      { session: "lost" },
    ]);
  });

  it("comes later and later when none comes up, and never later than in 30 s", () => {
    const delays = after(Array.from({ length: 12 }, () => ({ end: ended(), ms: 1 }))).map(
      ({ delayMs }) => delayMs,
    );
    expect(delays).toEqual(delays.toSorted((one, other) => one - other));
    expect(delays[0]).toBeLessThan(500);
    expect(delays.at(-1)).toBe(15_000);
  });

  it("comes slower when many in a row came up and ended soon", () => {
    const lives = after(
      Array.from({ length: 6 }, () => ({ end: ended({ reached: "up" }), ms: 100 })),
    );
    expect(lives.map(({ delayMs }) => delayMs)).toEqual([50, 50, 50, 500, 500, 500]);
  });
});
