import type { OutboxQuery } from "../engine.ts";
import type { OutboxId } from "../ids.ts";
import type { OutboxRow, OutboxState, StoredOutboxRow } from "../rows.ts";
import { outboxShape } from "../stored/row-shape.ts";
import type { Connection, Row } from "./connection.ts";
import { insertion, parseJson, replacing } from "./table.ts";
import type { Table } from "./table.ts";

export const OUTBOX: Table<StoredOutboxRow> = {
  name: "outbox",
  idOf: (row) => String(row["id"]),
  shape: outboxShape,
  toItem: (row) => ({
    id: row["id"],
    seq: row["seq"],
    address: {
      network: row["network"],
      account: row["account"],
      chat: row["chat"],
      thread: row["thread"],
    },
    key: row["key"],
    turn: row["turn"],
    purpose: row["purpose"],
    message: parseJson(row["message"]),
    state: row["state"],
    placed: row["placed"],
    attempts: row["attempts"],
    dueAt: row["due_at"],
    uncertain: row["uncertain"] === 1,
    error: row["error"],
    createdAt: row["created_at"],
    settledAt: row["settled_at"],
  }),
};

const COLUMNS = [
  "id",
  "network",
  "account",
  "chat",
  "thread",
  "key",
  "turn",
  "purpose",
  "message",
  "state",
  "placed",
  "attempts",
  "due_at",
  "uncertain",
  "error",
  "created_at",
  "settled_at",
];
const PUT = insertion("outbox", COLUMNS, replacing("id", COLUMNS));

export function putOutbox(connection: Connection, row: OutboxRow): void {
  connection.run(
    PUT.sql,
    ...PUT.values({
      id: row.id,
      network: row.address.network,
      account: row.address.account,
      chat: row.address.chat,
      thread: row.address.thread,
      key: row.key,
      turn: row.turn,
      purpose: row.purpose,
      message: JSON.stringify(row.message),
      state: row.state,
      placed: row.placed,
      attempts: row.attempts,
      due_at: row.dueAt,
      uncertain: row.uncertain ? 1 : 0,
      error: row.error,
      created_at: row.createdAt,
      settled_at: row.settledAt,
    }),
  );
}

export function fenceOfOutbox(
  connection: Connection,
  from: { readonly id: OutboxId; readonly states: readonly OutboxState[] },
): string | null {
  const state = connection.get("SELECT state FROM outbox WHERE id = ?", from.id)?.["state"];
  if (from.states.some((allowed) => allowed === state)) return null;
  return `reply ${from.id} is ${state === undefined ? "unknown" : String(state)}`;
}

const UNSETTLED: ReadonlySet<OutboxState> = new Set(["draft", "held", "pending", "sending"]);

export function findOutbox(connection: Connection, query: OutboxQuery): readonly Row[] {
  const marks = query.states.map(() => "?").join(", ");
  return connection.all(
    `SELECT * FROM outbox WHERE ${indexTerm(query.states)} AND state IN (${marks}) AND seq > ? ORDER BY seq LIMIT ?`,
    ...query.states,
    query.after,
    query.limit,
  );
}

/** SQLite uses a partial index only when the very words of its WHERE are in the query. */
function indexTerm(states: readonly OutboxState[]): string {
  if (states.every((state) => UNSETTLED.has(state))) {
    return "state IN ('draft', 'held', 'pending', 'sending')";
  }
  return states.every((state) => state === "dead") ? "state = 'dead'" : "TRUE";
}
