import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { SluiceError, textOf } from "../../sessions/errors.ts";

const VERSION = 2;

/**
 * Opens the file with its tables. Only the archive opens it, and only once in a process.
 * Throws `state_newer`, `state_unwritable`, `store_corrupt`.
 */
export function openArchiveFile(file: string): DatabaseSync {
  makePrivate(file);
  const database = new DatabaseSync(file, { timeout: 1_000 });
  try {
    database.exec("PRAGMA journal_mode = WAL");
    migrate(database, file);
    return database;
  } catch (thrown) {
    database.close();
    if (thrown instanceof SluiceError) throw thrown;
    throw new SluiceError(
      "store_corrupt",
      `Cannot open the local chat's history ${file}: ${textOf(thrown)}`,
      {
        advice: "move the file aside; the conversations themselves are kept elsewhere",
        cause: thrown,
      },
    );
  }
}

/** SQLite gives its side files the mode of the main one. */
function makePrivate(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    closeSync(openSync(file, "a", 0o600));
  } catch (thrown) {
    throw new SluiceError(
      "state_unwritable",
      `Cannot write the local chat's history ${file}: ${textOf(thrown)}`,
      { advice: "make its folder writable for this user", cause: thrown },
    );
  }
}

function migrate(database: DatabaseSync, file: string): void {
  const found = Number(database.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
  if (found > VERSION) {
    throw new SluiceError(
      "state_newer",
      `Cannot read the local chat's history ${file}: it has version ${found}, this program knows ${VERSION}`,
      { advice: "run the newer program, or move the file aside" },
    );
  }
  if (found === VERSION) return;
  const steps = STEPS.slice(found).join("");
  database.exec(`BEGIN; ${steps} PRAGMA user_version = ${VERSION}; COMMIT;`);
}

/** What leads from each version to the next one. */
const STEPS = [
  // `touched` is the position of the latest change. Only edited rows are in its indexes, so that a plain message pays for none.
  `CREATE TABLE messages (
    seq INTEGER PRIMARY KEY,
    touched INTEGER NOT NULL,
    external_id TEXT NOT NULL UNIQUE,
    chat TEXT NOT NULL,
    thread TEXT,
    sender_id TEXT,
    sender_name TEXT,
    text TEXT NOT NULL,
    buttons TEXT NOT NULL,
    reply_to TEXT,
    sent_at INTEGER NOT NULL,
    edited_at INTEGER
  );
  CREATE INDEX messages_by_chat ON messages (chat, seq);
  CREATE INDEX edited_by_chat ON messages (chat, touched) WHERE touched > seq;
  CREATE INDEX edited ON messages (touched) WHERE touched > seq;`,
  // A file's row is what makes its bytes count. `message` is the external id of the message that has it; it may not be shown yet.
  `ALTER TABLE messages ADD COLUMN files TEXT NOT NULL DEFAULT '';
  CREATE TABLE files (
    id TEXT PRIMARY KEY,
    chat TEXT NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    size INTEGER NOT NULL,
    touched_at INTEGER NOT NULL,
    message TEXT
  );
  CREATE INDEX files_by_message ON files (message);
  CREATE TRIGGER files_stay_with_message AFTER INSERT ON messages WHEN NEW.files <> '' BEGIN
    UPDATE files SET message = NEW.external_id
      WHERE id IN (SELECT value ->> 'id' FROM json_each(NEW.files));
  END;
  CREATE TRIGGER files_go_with_message AFTER DELETE ON messages BEGIN
    DELETE FROM files WHERE message = OLD.external_id;
  END;`,
];
