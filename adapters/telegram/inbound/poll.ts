import type { Clock } from "../../../sessions/clock.ts";
import type { TelegramClient } from "../client.ts";
import { withDeadline } from "../deadline.ts";
import { UPDATE_KINDS, updateIdOf } from "./update-shape.ts";

export interface Poll {
  /** Confirms what is below; null: nothing, which a life begins with, so that nothing is ever skipped. */
  readonly offset: number | null;
  /** How long Telegram may wait for something to come, seconds. */
  readonly timeout: number;
  readonly limit: number;
  /** How long after that we wait for it, ms. */
  readonly graceMs: number;
  readonly signal: AbortSignal;
}

/** Asks once. Rejects as grammY does; a connection that fell silent is cut, and rejects, too. */
export async function pollOnce(
  client: Pick<TelegramClient, "poll" | "dropPoll">,
  clock: Clock,
  poll: Poll,
): Promise<readonly unknown[]> {
  const { offset, timeout, limit } = poll;
  const ask = {
    ...(offset !== null && { offset }),
    timeout,
    limit,
    allowed_updates: UPDATE_KINDS,
  };
  const deadline = { clock, ms: timeout * 1000 + poll.graceMs, signal: poll.signal };
  try {
    const found: unknown = await withDeadline(deadline, (signal) =>
      client.poll.getUpdates(ask, signal),
    );
    if (isUpdates(found)) return found;
    throw new TypeError("Telegram's answer holds no list of updates");
  } catch (thrown) {
    // Whatever it was, the next one is not to wait behind it.
    client.dropPoll();
    throw thrown;
  }
}

/** Without a single number nothing of it could ever be confirmed. */
function isUpdates(found: unknown): found is readonly unknown[] {
  if (!Array.isArray(found)) return false;
  return found.length === 0 || found.some((one) => updateIdOf(one) !== null);
}
