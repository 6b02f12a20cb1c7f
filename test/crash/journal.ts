import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** What a gateway that has ended left open in its store. */
export interface JournalRemains {
  readonly openTurns: readonly string[];
  readonly unsentReplies: readonly string[];
  readonly givenUpReplies: readonly string[];
  readonly unfinishedMessages: readonly string[];
  /** Messages that a worker was given in more than one turn. */
  readonly givenTwice: readonly string[];
}

export function readJournal(stateDir: string): JournalRemains {
  const database = new DatabaseSync(join(stateDir, "sluice.sqlite"), { readOnly: true });
  try {
    const list = (sql: string): readonly string[] =>
      database
        .prepare(sql)
        .all()
        .map((row) => Object.values(row).join(" "));
    return {
      openTurns: list("SELECT id, phase FROM turns WHERE phase NOT IN ('ended', 'awaiting_input')"),
      unsentReplies: list(
        "SELECT id, state, error FROM outbox WHERE state IN ('pending', 'sending', 'draft')",
      ),
      givenUpReplies: list("SELECT id, error, message FROM outbox WHERE state = 'dead'"),
      unfinishedMessages: list(
        `SELECT external_id, state FROM inbox WHERE state IN ('queued', 'adopted')
         AND (turn IS NULL OR turn NOT IN (SELECT id FROM turns WHERE phase = 'awaiting_input'))`,
      ),
      givenTwice: list(
        `SELECT body ->> 'message' FROM transcript WHERE body ->> 'kind' = 'user'
         GROUP BY 1 HAVING COUNT(DISTINCT turn) > 1`,
      ),
    };
  } finally {
    database.close();
  }
}

/** Pages of the store now: what `max_page_count` is measured in. */
export function pagesOf(stateDir: string): number {
  const database = new DatabaseSync(join(stateDir, "sluice.sqlite"), { readOnly: true });
  try {
    return Number(database.prepare("PRAGMA page_count").get()?.["page_count"]);
  } finally {
    database.close();
  }
}
