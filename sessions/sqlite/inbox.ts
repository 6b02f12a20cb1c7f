import type { SessionKey } from "../ids.ts";
import type { InboxChange, InboxItem, NewInboxItem } from "../rows.ts";
import { inboxShape } from "../stored/row-shape.ts";
import { toNumber } from "./connection.ts";
import type { Connection, Row } from "./connection.ts";
import { insertion, parseJson } from "./table.ts";
import type { Table } from "./table.ts";

export const INBOX: Table<InboxItem> = {
  name: "inbox",
  idOf: (row) => String(row["id"]),
  shape: inboxShape,
  toItem: (row) => ({
    id: row["id"],
    seq: row["seq"],
    key: row["key"],
    kind: row["kind"],
    message: parseJson(row["message"]),
    state: row["state"],
    turn: row["turn"],
    attempts: row["attempts"],
    receivedAt: row["received_at"],
    reason: row["reason"],
  }),
};

const INSERT = insertion(
  "inbox",
  [
    "id",
    "network",
    "account",
    "external_id",
    "key",
    "kind",
    "message",
    "state",
    "attempts",
    "received_at",
  ],
  "RETURNING seq",
);

/** The order of acceptance that it was given. */
export function insertItem(connection: Connection, item: NewInboxItem): number {
  const row = connection.get(
    INSERT.sql,
    ...INSERT.values({
      id: item.id,
      network: item.message.address.network,
      account: item.message.address.account,
      external_id: item.message.externalId,
      key: item.key,
      kind: item.kind,
      message: JSON.stringify(item.message),
      state: "queued",
      attempts: 0,
      received_at: item.receivedAt,
    }),
  );
  return toNumber(row?.["seq"]);
}

export interface ExternalId {
  readonly network: string;
  readonly account: string;
  readonly externalId: string;
}

export function findExternal(connection: Connection, id: ExternalId): Row | undefined {
  return connection.get(
    "SELECT * FROM inbox WHERE network = ? AND account = ? AND external_id = ?",
    id.network,
    id.account,
    id.externalId,
  );
}

/** Those of one session, accepted before `seq`. */
export function countQueued(
  connection: Connection,
  key: SessionKey,
  seq = Number.MAX_SAFE_INTEGER,
): number {
  const row = connection.get(
    "SELECT COUNT(*) AS count FROM inbox WHERE key = ? AND state = 'queued' AND kind = 'turn' AND seq < ?",
    key,
    seq,
  );
  return toNumber(row?.["count"]);
}

export function fenceOfItem(connection: Connection, change: InboxChange): string | null {
  const row = connection.get("SELECT state, message FROM inbox WHERE id = ?", change.id);
  const state = row?.["state"];
  if (state !== change.from) {
    return `message ${change.id} is ${state === undefined ? "unknown" : String(state)}, not ${change.from}`;
  }
  const isAsRead = change.text === undefined || change.text === textOf(row?.["message"]);
  return isAsRead ? null : `message ${change.id} was changed by its writer`;
}

function textOf(message: unknown): unknown {
  const parsed = parseJson(message);
  return typeof parsed === "object" && parsed !== null && "text" in parsed ? parsed.text : null;
}

/** Returns the key of an item that is queued again. */
export function changeItem(connection: Connection, change: InboxChange): unknown {
  const row = connection.get(
    `UPDATE inbox SET state = ?, turn = ?, attempts = COALESCE(?, attempts), reason = ?,
      message = COALESCE(?, message), kind = COALESCE(?, kind) WHERE id = ? RETURNING key`,
    change.to,
    change.turn,
    change.attempts ?? null,
    change.reason,
    change.message === undefined ? null : JSON.stringify(change.message),
    change.kind ?? null,
    change.id,
  );
  return change.to === "queued" ? row?.["key"] : null;
}
