import type { Engine } from "../engine.ts";
import type { SessionKey } from "../ids.ts";
import type { Connection } from "./connection.ts";
import { pruneArchived } from "./conversations.ts";
import { removeExpired } from "./spaces.ts";
import type { KeyedStore } from "./spaces.ts";

/** Inside a transaction: everything that was said on a key, but the inbox rows, which remember what was seen. */
export async function forgetSession(store: KeyedStore, key: SessionKey): Promise<void> {
  const { connection } = store;
  for (const sql of FORGET) connection.run(sql, key);
  await store.spaces.session.delete(key);
}

/** In this order: messages and transcripts are found through turns and conversations. */
const FORGET = [
  `UPDATE inbox SET state = 'done', reason = 'forgotten'
   WHERE state = 'adopted' AND turn IN (SELECT id FROM turns WHERE key = ?)`,
  `UPDATE inbox SET state = 'dead', reason = 'forgotten' WHERE key = ? AND state = 'queued' AND kind = 'turn'`,
  `UPDATE inbox SET state = 'dead', reason = 'forgotten' WHERE key = ? AND state = 'queued' AND kind <> 'turn'`,
  "DELETE FROM transcript WHERE turn IN (SELECT id FROM turns WHERE key = ?)",
  "DELETE FROM transcript WHERE session IN (SELECT session FROM conversations WHERE key = ?)",
  ...["conversations", "turns", "requests", "events", "session_index"].map(
    (table) => `DELETE FROM ${table} WHERE key = ?`,
  ),
];

type Before = Parameters<Engine["prune"]>[0];

/** Inside a transaction. Says how many went, `limit` at most. */
export async function pruneRows(
  store: KeyedStore,
  before: Before,
  bound: { readonly limit: number; readonly now: number },
): Promise<number> {
  const { connection } = store;
  let gone = 0;
  const remove = (sql: string, at: number): void => {
    if (gone < bound.limit) gone += connection.run(sql, at, bound.limit - gone);
  };
  remove(INBOX, before.inbox);
  remove(OUTBOX, before.outbox);
  gone += pruneEvents(connection, before.events, bound.limit - gone);
  remove(REQUESTS, before.turns);
  remove(TURNS, before.turns);
  remove(BOOTS, before.turns);
  if (gone < bound.limit) gone += connection.run(DRAINS, bound.limit - gone);
  gone += pruneArchived(connection, bound.limit - gone);
  return gone + (await removeExpired(store, { now: bound.now, limit: bound.limit - gone }));
}

const INBOX = `DELETE FROM inbox WHERE seq IN (
  SELECT seq FROM inbox WHERE state IN ('done', 'dead') AND received_at < ? LIMIT ?)`;

const OUTBOX = `DELETE FROM outbox WHERE seq IN (
  SELECT seq FROM outbox WHERE state IN ('sent', 'dead', 'dropped') AND settled_at < ? LIMIT ?)`;

const REQUESTS = `DELETE FROM requests WHERE id IN (
  SELECT id FROM requests WHERE state <> 'open' AND closed_at < ? LIMIT ?)`;

/** The turn that a mark names is kept: its note is written from it. */
const TURNS = `DELETE FROM turns WHERE id IN (
  SELECT id FROM turns WHERE phase = 'ended' AND ended_at < ?
    AND NOT EXISTS (SELECT 1 FROM session_index AS entry WHERE entry.key = turns.key AND entry.status <> 'idle')
  LIMIT ?)`;

/** The latest are kept however old: they tell a crash loop, and what the last restart did. */
const BOOTS = `DELETE FROM boots WHERE seq IN (
  SELECT seq FROM boots WHERE started_at < ? AND seq <= (SELECT MAX(seq) FROM boots) - 100 LIMIT ?)`;

const DRAINS = `DELETE FROM drains WHERE (boot, began_at) IN (
  SELECT boot, began_at FROM drains WHERE boot NOT IN (SELECT id FROM boots) LIMIT ?)`;

/** By order, not by time: an index of its own would cost every event a write. */
function pruneEvents(connection: Connection, before: number, limit: number): number {
  return connection.run(
    `DELETE FROM events WHERE seq IN (
       SELECT seq FROM (SELECT seq, at FROM events ORDER BY seq LIMIT ?) WHERE at < ?)`,
    limit,
    before,
  );
}
