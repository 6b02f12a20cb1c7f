import type { NewEvent, ProcessRow, StoredEvent } from "../rows.ts";
import { eventShape, processShape } from "../stored/row-shape.ts";
import { toNumber } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { parseJson } from "./table.ts";
import type { Table } from "./table.ts";

export const EVENTS: Table<StoredEvent> = {
  name: "events",
  idOf: (row) => String(row["seq"]),
  shape: eventShape,
  toItem: (row) => ({
    seq: row["seq"],
    key: row["key"],
    session: row["session"],
    at: row["at"],
    event: parseJson(row["event"]),
  }),
};

export const PROCESSES: Table<ProcessRow> = {
  name: "processes",
  idOf: (row) => String(row["pid"]),
  shape: processShape,
  toItem: (row) => ({
    pid: row["pid"],
    startTime: row["start_time"],
    boot: row["boot"],
    marker: row["marker"],
  }),
};

export function appendEvent(connection: Connection, event: NewEvent): StoredEvent {
  const row = connection.get(
    "INSERT INTO events (key, session, at, event) VALUES (?, ?, ?, ?) RETURNING seq",
    event.key,
    event.session,
    event.at,
    JSON.stringify(event.event),
  );
  return { ...event, seq: toNumber(row?.["seq"]) };
}

export function putProcess(connection: Connection, process: ProcessRow): void {
  connection.run(
    "INSERT OR REPLACE INTO processes (pid, start_time, boot, marker) VALUES (?, ?, ?, ?)",
    process.pid,
    process.startTime,
    process.boot,
    process.marker,
  );
}

export function removeProcess(connection: Connection, pid: number): void {
  connection.run("DELETE FROM processes WHERE pid = ?", pid);
}
