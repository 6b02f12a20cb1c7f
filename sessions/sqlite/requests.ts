import type { RequestRow } from "../rows.ts";
import { requestShape } from "../stored/row-shape.ts";
import type { Connection } from "./connection.ts";
import { insertion, replacing } from "./table.ts";
import type { Table } from "./table.ts";

export const REQUESTS: Table<RequestRow> = {
  name: "requests",
  idOf: (row) => String(row["id"]),
  shape: requestShape,
  toItem: (row) => ({
    id: row["id"],
    key: row["key"],
    turn: row["turn"],
    title: row["title"],
    detail: row["detail"],
    fingerprint: row["fingerprint"],
    state: row["state"],
    detached: row["detached"] === 1,
    shownIn: row["shown_in"],
    answeredBy: row["answered_by"],
    openedAt: row["opened_at"],
    expiresAt: row["expires_at"],
    closedAt: row["closed_at"],
  }),
};

const COLUMNS = [
  "id",
  "key",
  "turn",
  "title",
  "detail",
  "fingerprint",
  "state",
  "detached",
  "shown_in",
  "answered_by",
  "opened_at",
  "expires_at",
  "closed_at",
];
const PUT = insertion("requests", COLUMNS, replacing("id", COLUMNS));

export function putRequest(connection: Connection, request: RequestRow): void {
  connection.run(
    PUT.sql,
    ...PUT.values({
      id: request.id,
      key: request.key,
      turn: request.turn,
      title: request.title,
      detail: request.detail,
      fingerprint: request.fingerprint,
      state: request.state,
      detached: request.detached ? 1 : 0,
      shown_in: request.shownIn,
      answered_by: request.answeredBy,
      opened_at: request.openedAt,
      expires_at: request.expiresAt,
      closed_at: request.closedAt,
    }),
  );
}

/** An answer is final: a closed request is never closed again, nor opened. */
export function fenceOfRequest(connection: Connection, request: RequestRow): string | null {
  const state = connection.get("SELECT state FROM requests WHERE id = ?", request.id)?.["state"];
  if (state === undefined || state === "open") return null;
  return `request ${request.id} is ${String(state)}`;
}
