import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** A message as the gateway has it. */
export interface StoredMessage {
  /** Discord's. */
  readonly id: string;
  readonly channel: string;
  readonly text: string;
  /** Found after an absence. */
  readonly isLate: boolean;
  readonly turn: string | null;
}

/** In the order in which they were stored; none while there is no store. */
export function readStored(stateDir: string): readonly StoredMessage[] {
  const file = join(stateDir, "sluice.sqlite");
  if (!existsSync(file)) return [];
  const database = new DatabaseSync(file, { readOnly: true, timeout: 2000 });
  try {
    const sql =
      "SELECT external_id, message ->> 'text' AS text, message ->> 'isLate' AS late, turn FROM inbox WHERE kind = 'turn' ORDER BY seq";
    return database
      .prepare(sql)
      .all()
      .map(({ external_id: external, text, late, turn }) => {
        const [, channel = "", id = ""] = String(external).split(":");
        const isLate = Number(late) === 1;
        return {
          id,
          channel,
          text: String(text),
          isLate,
          turn: turn === null ? null : String(turn),
        };
      });
  } catch (error) {
    // It is being made.
    if (String(error).includes("no such table")) return [];
    throw error;
  } finally {
    database.close();
  }
}
