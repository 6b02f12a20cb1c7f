import type { Chance } from "../../../sessions/clock.ts";
import type { LifeEnd } from "./life.ts";

/** What is remembered of earlier lives, to decide on the next. */
export interface LifeHistory {
  /** Lives in a row that did not come up. */
  readonly failures: number;
  /** Monotonic ms: when the first of them ended. */
  readonly failingSince: number | null;
  /** Lives in a row that came up and ended soon. */
  readonly shortLives: number;
}

export const NO_HISTORY: LifeHistory = { failures: 0, failingSince: null, shortLives: 0 };

export interface NextLife {
  readonly history: LifeHistory;
  /**
   * `lost`: begin a new one. `doubted`: begin a new one if Discord can be reached at all, for then it is the
   * address of the session that is dead, and not our line.
   */
  readonly session: "kept" | "doubted" | "lost";
  readonly delayMs: number;
}

const FAILURES = 3;
/** A line that is down for less than this costs no session. */
const PATIENCE_MS = 15_000;
const SHORT_MS = 5_000;
const FIRST_MS = 100;
const STEP_MS = 500;
const LONGEST_MS = 30_000;
/** A session that was refused: Discord asks for a pause of 1 to 5 s. */
const REFUSED_MS = 1_000;

export function decideNext(
  end: LifeEnd,
  before: LifeHistory,
  at: { readonly startedAt: number; readonly now: number; readonly chance: Chance },
): NextLife {
  const { startedAt, now, chance } = at;
  if (end.reached === "up") {
    const shortLives = now - startedAt < SHORT_MS ? before.shortLives + 1 : 0;
    const base = shortLives <= FAILURES ? FIRST_MS : REFUSED_MS;
    const isLost = end.meaning.next === "identify";
    return {
      history: { ...NO_HISTORY, shortLives },
      session: isLost ? "lost" : "kept",
      delayMs: jitter(isLost ? REFUSED_MS : base, chance),
    };
  }
  const failures = before.failures + 1;
  const failingSince = before.failingSince ?? startedAt;
  const history = { ...before, failures, failingSince };
  const session = judge(end, history, now);
  const pause = Math.min(STEP_MS * 2 ** (failures - 1), LONGEST_MS);
  return {
    history,
    session,
    delayMs: jitter(session === "kept" ? pause : Math.max(pause, REFUSED_MS), chance),
  };
}

function judge(
  end: LifeEnd,
  { failures, failingSince }: LifeHistory,
  now: number,
): NextLife["session"] {
  if (end.meaning.next === "identify") return "lost";
  if (end.reached === "hello") return end.isSilence || failures >= FAILURES ? "lost" : "kept";
  if (end.isSilence) return "doubted";
  const isLong = now - (failingSince ?? now) >= PATIENCE_MS;
  return isLong && failures >= FAILURES ? "doubted" : "kept";
}

/** Half of it to all of it. */
function jitter(ms: number, chance: Chance): number {
  return ms / 2 + chance.int(Math.ceil(ms / 2) + 1);
}
