import type { Clock } from "../../sessions/clock.ts";
import type { SessionId } from "../../sessions/ids.ts";

/** Deaths of agents that nobody asked for, by conversation. */
export interface Crashes {
  /** How many there were within the window, this one counted. */
  add(session: SessionId): number;
}

export const CRASH_LIMIT = 3;
const WINDOW_MS = 10 * 60_000;

export function createCrashes(clock: Clock): Crashes {
  const times = new Map<SessionId, readonly number[]>();
  return {
    add: (session) => {
      const now = clock.monotonic();
      const isRecent = (at: number): boolean => now - at < WINDOW_MS;
      for (const [one, all] of times) if (!all.some(isRecent)) times.delete(one);
      const recent = [...(times.get(session) ?? []).filter(isRecent), now];
      times.set(session, recent);
      return recent.length;
    },
  };
}
