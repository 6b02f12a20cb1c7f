import type { BusyMode } from "../../sessions/machine/state.ts";
import type { InboxItem } from "../../sessions/rows.ts";

/** Most messages of one turn. */
const BATCH_LIMIT = 50;

export interface Joining {
  readonly mode: BusyMode;
  readonly burstMs: number;
}

/** How many of the queued messages have to be looked at, given the oldest: a long queue is not read for one message. */
export function lookAhead(first: InboxItem, { mode, burstMs }: Joining): number {
  const { album, isLate } = first.message;
  const mayJoin = mode === "collect" || burstMs > 0 || album !== null || isLate;
  return mayJoin ? BATCH_LIMIT : 1;
}

/**
 * Which of the queued messages the next turn takes: the oldest, and with it what belongs to it (the rest of an
 * album, a burst of the same person, what was found after an absence), or all that waits in `collect` mode.
 */
export function batchOf(queued: readonly InboxItem[], options: Joining): readonly InboxItem[] {
  const batch: InboxItem[] = [];
  for (const item of queued.slice(0, BATCH_LIMIT)) {
    const last = batch.at(-1);
    if (last !== undefined && options.mode !== "collect" && !belongs(last, item, options.burstMs)) {
      break;
    }
    batch.push(item);
  }
  return batch;
}

function belongs(before: InboxItem, item: InboxItem, burstMs: number): boolean {
  if (before.message.isLate && item.message.isLate) return true;
  if (before.message.sender.id !== item.message.sender.id) return false;
  const { album } = before.message;
  if (album !== null && album === item.message.album) return true;
  const apart = item.receivedAt - before.receivedAt;
  return burstMs > 0 && apart >= 0 && apart <= burstMs;
}
