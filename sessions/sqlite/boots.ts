import type { BootRow, DrainRow } from "../rows.ts";
import { bootShape, drainShape } from "../stored/row-shape.ts";
import type { Connection } from "./connection.ts";
import { insertion, replacing } from "./table.ts";
import type { Table } from "./table.ts";

export const BOOTS: Table<BootRow> = {
  name: "boots",
  idOf: (row) => String(row["id"]),
  shape: bootShape,
  toItem: (row) => ({
    id: row["id"],
    startedAt: row["started_at"],
    pid: row["pid"],
    ended: row["ended"],
    readyAt: row["ready_at"],
    endedAt: row["ended_at"],
    seenAt: row["seen_at"],
  }),
};

export const DRAINS: Table<DrainRow> = {
  name: "drains",
  idOf: (row) => `${String(row["boot"])} ${String(row["began_at"])}`,
  shape: drainShape,
  toItem: (row) => ({
    boot: row["boot"],
    beganAt: row["began_at"],
    next: row["next"],
    by: row["asked_by"],
    timedOutAt: row["timed_out_at"],
    endedAt: row["ended_at"],
    end: row["how"],
  }),
};

/** Who writes how a life ended need not know when it was ready. */
export function putBoot(connection: Connection, boot: BootRow): void {
  connection.run(
    `INSERT INTO boots (id, started_at, pid, ended, ready_at, ended_at, seen_at) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET started_at = excluded.started_at, pid = excluded.pid, ended = excluded.ended,
       ready_at = COALESCE(excluded.ready_at, ready_at), ended_at = COALESCE(excluded.ended_at, ended_at),
       seen_at = COALESCE(excluded.seen_at, seen_at)`,
    boot.id,
    boot.startedAt,
    boot.pid,
    boot.ended,
    boot.readyAt,
    boot.endedAt,
    boot.seenAt,
  );
}

const COLUMNS = ["boot", "began_at", "next", "asked_by", "timed_out_at", "ended_at", "how"];
const PUT = insertion("drains", COLUMNS, replacing("boot, began_at", COLUMNS));

export function putDrain(connection: Connection, drain: DrainRow): void {
  connection.run(
    PUT.sql,
    ...PUT.values({
      boot: drain.boot,
      began_at: drain.beganAt,
      next: drain.next,
      asked_by: drain.by,
      timed_out_at: drain.timedOutAt,
      ended_at: drain.endedAt,
      how: drain.end,
    }),
  );
}
