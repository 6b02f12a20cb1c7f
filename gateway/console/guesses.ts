import type { Clock } from "../../sessions/clock.ts";

const MOST = 20;
const WINDOW_MS = 60_000;

/** Counts wrong tokens; with more than a few a minute, the others are not worth an answer. */
export interface Guesses {
  /** One more. Seconds to wait when it is one too many, else null. */
  wrong(): number | null;
}

export function createGuesses(clock: Pick<Clock, "monotonic">, onMany: () => void): Guesses {
  let began = -Infinity;
  let count = 0;
  return {
    wrong() {
      const now = clock.monotonic();
      if (now - began >= WINDOW_MS) {
        began = now;
        count = 0;
      }
      count += 1;
      if (count <= MOST) return null;
      if (count === MOST + 1) onMany();
      return Math.ceil((began + WINDOW_MS - now) / 1000);
    },
  };
}
