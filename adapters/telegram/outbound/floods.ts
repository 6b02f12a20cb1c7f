import type { Clock } from "../../../sessions/clock.ts";

/** Chats that Telegram has told to wait. A call before the time is refused again, so none is made. */
export interface Floods {
  note(chat: string, waitMs: number): void;
  /** Whole ms; 0 = it may be asked. */
  waitMs(chat: string): number;
}

/** Above so many, those that are over are looked for and forgotten. */
const MANY = 1000;

export function createFloods(clock: Clock): Floods {
  const until = new Map<string, number>();

  return {
    note(chat, waitMs) {
      const now = clock.monotonic();
      if (until.size >= MANY) {
        for (const [one, end] of until) if (end <= now) until.delete(one);
      }
      until.set(chat, now + waitMs);
    },
    waitMs(chat) {
      const end = until.get(chat);
      if (end === undefined) return 0;
      const left = end - clock.monotonic();
      if (left > 0) return Math.ceil(left);
      until.delete(chat);
      return 0;
    },
  };
}
