import type { TurnRow } from "../rows.ts";
import { turnShape } from "../stored/row-shape.ts";
import { toNumber } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { insertion, replacing } from "./table.ts";
import type { Table } from "./table.ts";

export const TURNS: Table<TurnRow> = {
  name: "turns",
  idOf: (row) => String(row["id"]),
  shape: turnShape,
  toItem: (row) => ({
    id: row["id"],
    key: row["key"],
    session: row["session"],
    owner: row["owner"],
    fence: row["fence"],
    generation: row["generation"],
    attempt: row["attempt"],
    phase: row["phase"],
    outcome: row["outcome"],
    interruption: row["interruption"],
    reason: row["reason"],
    startedAt: row["started_at"],
    endedAt: row["ended_at"],
  }),
};

const COLUMNS = [
  "id",
  "key",
  "session",
  "owner",
  "fence",
  "generation",
  "attempt",
  "phase",
  "outcome",
  "interruption",
  "reason",
  "started_at",
  "ended_at",
];
const PUT = insertion("turns", COLUMNS, replacing("id", COLUMNS));

export function putTurn(connection: Connection, turn: TurnRow): void {
  connection.run(
    PUT.sql,
    ...PUT.values({
      id: turn.id,
      key: turn.key,
      session: turn.session,
      owner: turn.owner,
      fence: turn.fence,
      generation: turn.generation,
      attempt: turn.attempt,
      phase: turn.phase,
      outcome: turn.outcome,
      interruption: turn.interruption,
      reason: turn.reason,
      started_at: turn.startedAt,
      ended_at: turn.endedAt,
    }),
  );
}

export function fenceOfTurn(connection: Connection, turn: TurnRow): string | null {
  const stored = connection.get("SELECT fence, phase FROM turns WHERE id = ?", turn.id);
  if (stored === undefined) return null;
  const fence = toNumber(stored["fence"]);
  if (fence > turn.fence) return `turn ${turn.id} has fence ${fence}, not ${turn.fence}`;
  if (stored["phase"] === "ended" && turn.phase !== "ended") return `turn ${turn.id} has ended`;
  return null;
}

/** A session has one open turn at most. */
export function fenceOfClaim(connection: Connection, turn: TurnRow): string | null {
  const other = connection.get(
    "SELECT id FROM turns WHERE key = ? AND phase <> 'ended' AND id <> ?",
    turn.key,
    turn.id,
  );
  return other === undefined ? null : `turn ${String(other["id"])} is open`;
}
