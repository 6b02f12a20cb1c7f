import type { AcceptOptions } from "../engine.ts";
import type { SessionKey } from "../ids.ts";
import type { Accepted, InboxItem, NewInboxItem } from "../rows.ts";
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
    const [stored] = store.rows.many(INBOX, [known]);
    // Its row is damaged, and reported; the network must be told all the same that we had it, or it stands still.
    return {
      outcome: "duplicate",
      item: stored ?? { ...asStored(item, 0), state: "dead", reason: "damaged" },
    };
  }
  if (item.kind === "turn") {
    const before = queue.queued.get(item.key) ?? countQueued(store.connection, item.key);
    if (before >= queue.queueLimit) return { outcome: "full", queued: before };
    queue.queued.set(item.key, before + 1);
  }
  const seq = insertItem(store.connection, item);
  return { outcome: "new", item: asStored(item, seq) };
}

function asStored({ id, key, kind, message, receivedAt }: NewInboxItem, seq: number): InboxItem {
  return {
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
  };
}
