import type { ConversationReads, StoredConversation } from "../conversation-reads.ts";
import type { SessionId } from "../ids.ts";
import { keyShape, sessionIdShape } from "../stored/id-shape.ts";
import type { Connection, Row } from "./connection.ts";
import { toNumber } from "./connection.ts";
import type { RowReader } from "./row-reader.ts";
import { TRANSCRIPT } from "./transcript.ts";

/** Of one that was archived: it is nobody's any more, and what was said in it goes a slice at a time. */
const NOBODY = "";

/** Rows whose bodies are megabytes take their time to go. */
const LARGEST_SLICE = 100;

interface Side {
  readonly connection: Connection;
  readonly rows: RowReader;
  guard<Result>(action: () => Result | Promise<Result>): Promise<Result>;
}

export function createConversationReads({ connection, rows, guard }: Side): ConversationReads {
  return {
    conversations: ({ after, limit }) =>
      guard(() =>
        connection.all(CONVERSATIONS, after ?? "", NOBODY, limit).flatMap(toConversation),
      ),
    entries: (session, { after, limit }) =>
      guard(() =>
        // One that left a damaged entry out would lose it, and end a page that seems not to be full.
        connection
          .all(ENTRIES, session, after, limit)
          .map((row) => ({ seq: toNumber(row["seq"]), entry: rows.must(TRANSCRIPT, row) })),
      ),
  };
}

const CONVERSATIONS = `SELECT session, key, (
    SELECT at FROM transcript WHERE transcript.session = conversations.session ORDER BY seq DESC LIMIT 1
  ) AS last_at FROM conversations WHERE session > ? AND key <> ? ORDER BY session LIMIT ? + 0`;

const ENTRIES = `SELECT * FROM transcript WHERE session = ? AND seq > ? ORDER BY seq LIMIT ? + 0`;

function toConversation(row: Row): readonly StoredConversation[] {
  const session = sessionIdShape.safeParse(row["session"]);
  const key = keyShape.safeParse(row["key"]);
  if (!session.success || !key.success) return [];
  const lastAt = row["last_at"] === null ? null : toNumber(row["last_at"]);
  return [{ session: session.data, key: key.data, lastAt }];
}

/** A message that waits would find a conversation that is gone, and one that was forgotten is not to be archived. */
export function fenceOfArchive(connection: Connection, session: SessionId): string | null {
  const stored = connection.get("SELECT key FROM conversations WHERE session = ?", session);
  if (stored === undefined) return `conversation ${session} is gone`;
  const row = connection.get(
    "SELECT id FROM inbox WHERE state = 'queued' AND kind = 'turn' AND key = ? LIMIT 1",
    String(stored["key"]),
  );
  return row === undefined ? null : `message ${String(row["id"])} waits`;
}

export function archiveConversation(connection: Connection, session: SessionId): void {
  connection.run("UPDATE conversations SET key = ? WHERE session = ?", NOBODY, session);
}

/** Says how many rows went. */
export function pruneArchived(connection: Connection, limit: number): number {
  const most = Math.min(limit, LARGEST_SLICE);
  let gone = 0;
  while (gone < most) {
    const row = connection.get("SELECT session FROM conversations WHERE key = ? LIMIT 1", NOBODY);
    if (row === undefined) return gone;
    const session = String(row["session"]);
    const entries = connection.run(OLDEST_GONE, session, most - gone);
    gone += entries;
    // There was room for more of them: none is left.
    if (gone < most) gone += connection.run("DELETE FROM conversations WHERE session = ?", session);
  }
  return gone;
}

const OLDEST_GONE = `DELETE FROM transcript WHERE seq IN (
  SELECT seq FROM transcript WHERE session = ? ORDER BY seq LIMIT ?)`;
