import type { OutboxRow, StoredOutboxRow } from "../../sessions/rows.ts";
import type { Core } from "../core.ts";
import { composeRow } from "./compose.ts";

/** Fewer stale replies than this in one chat are simply sent. */
const DIGEST_FROM = 3;

/**
 * Replies that became old while the gateway was down would come as a burst: in each chat they become one
 * line, and are listed as dead letters. Returns what is to be sent, in order.
 */
export async function foldStale(
  core: Core,
  rows: readonly StoredOutboxRow[],
): Promise<readonly OutboxRow[]> {
  const now = core.clock.now();
  const stale = rows.filter((row) => now - row.createdAt > core.settings.delivery.staleMs);
  const byChat = Map.groupBy(stale, (row) => JSON.stringify(row.address));
  const folded = new Set<StoredOutboxRow>();
  const digests: OutboxRow[] = [];
  for (const group of byChat.values()) {
    const [first] = group;
    if (first === undefined || group.length < DIGEST_FROM) continue;
    const digest = composeRow({
      id: core.ids.outbox(),
      at: now,
      address: first.address,
      purpose: "notice",
      text: core.texts.say("digest", { count: group.length }),
    });
    await core.engine.commit({
      outbox: [
        ...group.map((row): OutboxRow => ({
          ...row,
          state: "dead",
          error: "stale",
          settledAt: now,
        })),
        digest,
      ],
    });
    for (const row of group) folded.add(row);
    digests.push(digest);
  }
  return [...digests, ...rows.filter((row) => !folded.has(row))];
}
