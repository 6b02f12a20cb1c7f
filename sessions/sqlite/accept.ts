import type { AcceptOptions } from "../engine.ts";
import type { SessionKey } from "../ids.ts";
import type { Accepted, NewInboxItem } from "../rows.ts";
import { INBOX, countQueued, findExternal, insertItem } from "./inbox.ts";
import type { RowReader } from "./row-reader.ts";
import { writeKeyed } from "./spaces.ts";
import type { KeyedStore } from "./spaces.ts";

/** Inside a transaction. */
export async function acceptBatch(
  store: KeyedStore & { readonly rows: RowReader },
  batch: readonly NewInboxItem[],
  options: AcceptOptions & { readonly now: number },
): Promise<readonly Accepted[]> {
  const queued = new Map<SessionKey, number>();
  const accepted = batch.map((item) => acceptOne(store, item, { queued, ...options }));
  if (accepted.every((one) => one.outcome !== "full")) {
    for (const write of options.keyed) await writeKeyed(store, write, options.now);
  }
  return accepted;
}

function acceptOne(
  store: KeyedStore & { readonly rows: RowReader },
  item: NewInboxItem,
  queue: { readonly queued: Map<SessionKey, number>; readonly queueLimit: number },
): Accepted {
  const { network, account } = item.message.address;
  const { externalId } = item.message;
  const known = findExternal(store.connection, { network, account, externalId });
  if (known !== undefined) {
    return { outcome: "duplicate", item: store.rows.must(INBOX, known) };
  }
  if (item.kind === "turn") {
    const before = queue.queued.get(item.key) ?? countQueued(store.connection, item.key);
    if (before >= queue.queueLimit) return { outcome: "full", queued: before };
    queue.queued.set(item.key, before + 1);
  }
  const seq = insertItem(store.connection, item);
  const { id, key, kind, message, receivedAt } = item;
  return {
    outcome: "new",
    item: {
      id,
      seq,
      key,
      kind,
      message,
      state: "queued",
      turn: null,
      attempts: 0,
      receivedAt,
      reason: null,
    },
  };
}
