import type { TranscriptWrite } from "../engine.ts";
import type { TranscriptEntry } from "../transcript.ts";
import { entryShape } from "../stored/row-shape.ts";
import { toNumber } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { parseJson } from "./table.ts";
import type { Table } from "./table.ts";

export const TRANSCRIPT: Table<TranscriptEntry> = {
  name: "transcript",
  idOf: (row) => `${String(row["session"])}/${String(row["id"])}`,
  shape: entryShape,
  toItem: (row) => ({
    session: row["session"],
    turn: row["turn"],
    id: row["id"],
    at: row["at"],
    body: parseJson(row["body"]),
  }),
};

/** Returns the place of an entry that was put. */
export function writeTranscript(connection: Connection, write: TranscriptWrite): number | null {
  switch (write.op) {
    case "put": {
      const { session, id, turn, at, body } = write.entry;
      const row = connection.get(
        `INSERT INTO transcript (session, id, turn, at, body) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (session, id) DO UPDATE SET turn = excluded.turn, at = excluded.at, body = excluded.body
         RETURNING seq`,
        session,
        id,
        turn,
        at,
        JSON.stringify(body),
      );
      return toNumber(row?.["seq"]);
    }
    case "retract":
      connection.run(
        "DELETE FROM transcript WHERE turn = ? AND session = ? AND id = COALESCE(?, id)",
        write.turn,
        write.session,
        write.id,
      );
      return null;
  }
}
