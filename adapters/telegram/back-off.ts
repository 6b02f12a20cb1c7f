import type { Chance } from "../../sessions/clock.ts";

const LEAST_MS = 500;
const MOST_MS = 30_000;

/** How long to wait before the next try, ms: twice as long each time, and never quite what others wait. `tries` from 1. */
export function backOffMs(tries: number, chance: Chance, leastMs = LEAST_MS): number {
  const base = Math.min(leastMs * 2 ** (tries - 1), MOST_MS / 1.5);
  return base + chance.int(Math.ceil(base / 2));
}
