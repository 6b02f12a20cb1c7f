import type { Update } from "grammy/types";

import type { Clock, Timer } from "../../../sessions/clock.ts";

import { BotError } from "./bot-error.ts";
import type { UpdateQueue } from "./update-queue.ts";

/** `getUpdates` of one bot: at most one call waits. */
export interface Poll {
  take(options: PollOptions): Promise<readonly Update[]>;
  /** A webhook was set: who waits is told. */
  interrupt(): void;
  /** The token was revoked: who waits is told. */
  unauthorise(): void;
  waiting(): number;
  stop(): void;
}

export interface PollOptions {
  readonly offset: number;
  readonly limit: number;
  readonly timeoutMs: number;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
}

interface Held {
  readonly options: PollOptions;
  readonly resolve: (updates: readonly Update[]) => void;
  readonly reject: (error: BotError) => void;
  readonly timer: Timer;
}

const BY_OTHER =
  "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
const BY_WEBHOOK = "Conflict: terminated by setWebhook request";

export function createPoll(queue: UpdateQueue, clock: Clock, options: { brakes: boolean }): Poll {
  let held: Held | null = null;
  let last = { offset: Number.NaN, at: 0 };
  let nextConflictAt = 0;

  function release(): Held | null {
    const released = held;
    held = null;
    released?.timer.cancel();
    return released;
  }

  function refuse(description: string): void {
    const refused = release();
    if (refused === null) return;
    const error = new BotError(409, description);
    const now = clock.monotonic();
    if (options.brakes && now < nextConflictAt) {
      clock.timer(3000, () => refused.reject(error));
      return;
    }
    nextConflictAt = now + 3000;
    refused.reject(error);
  }

  queue.onPush(() => {
    if (held === null) return;
    const updates = queue.take(held.options.offset, held.options.limit);
    if (updates.length > 0) release()?.resolve(updates);
  });

  return {
    take(asked) {
      const now = clock.monotonic();
      const again = options.brakes && asked.offset === last.offset;
      const timeoutMs =
        again && now < last.at + 3000 ? Math.max(asked.timeoutMs, 3000) : asked.timeoutMs;
      const limit = again && now < last.at + 500 ? 1 : asked.limit;
      last = { offset: asked.offset, at: now };
      const updates = queue.take(asked.offset, limit);
      if (updates.length > 0 || timeoutMs === 0) return Promise.resolve(updates);
      refuse(BY_OTHER);
      if (asked.signal.aborted) return Promise.resolve([]);
      return new Promise((resolve, reject) => {
        const timer = clock.timer(timeoutMs, () => {
          release()?.resolve([]);
        });
        // A negative offset has done its work; what comes now is new.
        const offset = Math.max(asked.offset, 0);
        const entry: Held = {
          options: { ...asked, offset, limit, timeoutMs },
          resolve,
          reject,
          timer,
        };
        held = entry;
        asked.signal.addEventListener("abort", () => {
          if (held === entry) release()?.resolve([]);
        });
      });
    },
    interrupt: () => refuse(BY_WEBHOOK),
    unauthorise: () => release()?.reject(new BotError(401, "Unauthorized")),
    stop: () => release()?.resolve([]),
    waiting: () => (held === null ? 0 : 1),
  };
}
