import type { SessionQuery } from "../engine.ts";
import type { SessionKey } from "../ids.ts";
import { statusOf } from "../machine/state.ts";
import type { Session, SessionStatus } from "../machine/state.ts";
import { sessionShape } from "../stored/session-shape.ts";
import { toNumber } from "./connection.ts";
import type { Connection, Row } from "./connection.ts";
import type { KeyvSpace } from "./keyv-space.ts";
import { parseItem } from "./table.ts";
import type { Parsed } from "./table.ts";
import type { KeyedStore } from "./spaces.ts";
import { textOf } from "../errors.ts";

const SESSIONS = { name: "keyv_session", shape: sessionShape };

export function fenceOfSession(connection: Connection, session: Session): string | null {
  const row = connection.get("SELECT revision FROM session_index WHERE key = ?", session.key);
  const revision = row === undefined ? 0 : toNumber(row["revision"]);
  if (revision === session.revision - 1) return null;
  return `session ${session.key} has revision ${revision}, not ${session.revision - 1}`;
}

/** The entry in Keyv, and what is listed and searched by beside it. */
export async function putSession(store: KeyedStore, session: Session): Promise<void> {
  store.connection.run(
    `INSERT INTO session_index (key, session, revision, status, touched_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET session = excluded.session, revision = excluded.revision,
       status = excluded.status, touched_at = excluded.touched_at`,
    session.key,
    session.id,
    session.revision,
    statusOf(session),
    session.touchedAt,
  );
  store.connection.run(
    "INSERT OR IGNORE INTO conversations (session, key) VALUES (?, ?)",
    session.id,
    session.key,
  );
  await store.spaces.session.set(session.key, session);
}

/** Null when there is none. */
export async function readSession(
  store: { readonly connection: Connection; readonly space: KeyvSpace },
  key: SessionKey | string,
): Promise<Parsed<Session> | null> {
  let entry: unknown;
  try {
    entry = await store.space.get(key);
  } catch (error) {
    // Text that is no JSON; an error of SQLite itself is not this row's.
    if (!(error instanceof SyntaxError)) throw error;
    return { ok: false, corrupt: { table: SESSIONS.name, id: key, reason: textOf(error) } };
  }
  if (entry !== null) return parseItem(SESSIONS, { id: key, toItem: () => entry });
  const row = store.connection.get("SELECT 1 FROM session_index WHERE key = ?", key);
  if (row === undefined) return null;
  return { ok: false, corrupt: { table: SESSIONS.name, id: key, reason: "the entry is empty" } };
}

/** Keys of one page, the latest first, by the index of each status. */
export function findSessions(
  connection: Connection,
  query: SessionQuery,
): { readonly keys: readonly string[]; readonly next: string | null } {
  const after = parseAfter(query.after);
  const rows: Row[] = [];
  for (const status of query.statuses ?? STATUSES) {
    rows.push(
      ...connection.all(
        `SELECT key, touched_at FROM session_index
         WHERE status = ? AND (touched_at, key) < (?, ?) ORDER BY touched_at DESC, key DESC LIMIT ?`,
        status,
        after.touchedAt,
        after.key,
        query.limit + 1,
      ),
    );
  }
  const found = rows
    .map((row) => ({ key: String(row["key"]), touchedAt: toNumber(row["touched_at"]) }))
    .toSorted((a, b) => b.touchedAt - a.touchedAt || (a.key < b.key ? 1 : -1));
  const page = found.slice(0, query.limit);
  const last = page.at(-1);
  return {
    keys: page.map((row) => row.key),
    next:
      last === undefined || found.length <= query.limit ? null : `${last.touchedAt} ${last.key}`,
  };
}

const STATUSES = Object.keys({
  idle: true,
  starting: true,
  running: true,
  awaiting_input: true,
  interrupting: true,
  resume_pending: true,
  suspended: true,
} satisfies Record<SessionStatus, true>);

function parseAfter(after: string | null): { touchedAt: number; key: string } {
  if (after === null) return { touchedAt: Number.MAX_SAFE_INTEGER, key: "" };
  const end = after.indexOf(" ");
  return { touchedAt: Number(after.slice(0, end)), key: after.slice(end + 1) };
}
