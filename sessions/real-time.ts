import { randomInt } from "node:crypto";
import { performance } from "node:perf_hooks";

import type { Chance, Clock } from "./clock.ts";

const LONGEST_MS = 2 ** 31 - 1;

/** The clocks of this machine. */
export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  timer(ms, action) {
    const timer = setTimeout(action, Math.min(Math.max(0, ms), LONGEST_MS));
    return { cancel: () => clearTimeout(timer) };
  },
};

export const realChance: Chance = { int: (below) => randomInt(below) };
