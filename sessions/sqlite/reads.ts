import type { Clock } from "../clock.ts";
import type { Engine } from "../engine.ts";
import type { SessionKey } from "../ids.ts";
import { statusOf } from "../machine/state.ts";
import type { Session } from "../machine/state.ts";
import type { InboxItem } from "../rows.ts";
import { keyShape } from "../stored/id-shape.ts";
import { BOOTS } from "./boots.ts";
import { createConversationReads } from "./conversations.ts";
import type { Connection, Row, Value } from "./connection.ts";
import { toNumber } from "./connection.ts";
import { INBOX, countQueued, findExternal } from "./inbox.ts";
import { OUTBOX, findOutbox } from "./outbox.ts";
import { EVENTS, PROCESSES } from "./records.ts";
import { REQUESTS } from "./requests.ts";
import type { RowReader } from "./row-reader.ts";
import { findSessions, readSession } from "./session-entries.ts";
import { readKeyed } from "./spaces.ts";
import type { Spaces } from "./spaces.ts";
import { createSpanReads } from "./span-reads.ts";
import type { Table } from "./table.ts";
import type { Tails } from "./tails.ts";
import { TRANSCRIPT } from "./transcript.ts";
import { TURNS } from "./turns.ts";

export type Reads = Omit<
  Engine,
  "boot" | "accept" | "claim" | "commit" | "lease" | "onReady" | "forget" | "prune" | "close"
>;

export interface ReadSide {
  /** Sees only what was committed. */
  readonly connection: Connection;
  readonly spaces: Spaces;
  readonly rows: RowReader;
  readonly tails: Tails;
  readonly clock: Clock;
  /** Refuses after the close, and turns what SQLite throws into errors of the port. */
  guard<Result>(action: () => Result | Promise<Result>): Promise<Result>;
}

/** `LIMIT ? + 0`, as SQLite compiles a statement anew for each number that is bound to a bare `LIMIT ?`. */
export function createReads(side: ReadSide): Reads {
  const { connection, rows, guard } = side;
  const entries = { connection, space: side.spaces.session };
  const one = <Item>(table: Table<Item>, sql: string, ...values: Value[]): Promise<Item | null> =>
    guard(() => rows.one(table, connection.get(sql, ...values)));
  const list = <Item>(table: Table<Item>, sql: string, ...values: Value[]): readonly Item[] =>
    rows.many(table, connection.all(sql, ...values));

  /** A damaged row must not hide the ones behind it. */
  const queued = (key: SessionKey, limit: number): readonly InboxItem[] => {
    const found: InboxItem[] = [];
    let after = 0;
    for (;;) {
      const wanted = limit - found.length;
      const page = connection.all(QUEUE, key, after, wanted);
      found.push(...rows.many(INBOX, page));
      if (page.length < wanted || found.length === limit) return found;
      after = toNumber(page.at(-1)?.["seq"]);
    }
  };

  return {
    session: (key) =>
      guard(async () => {
        const parsed = await readSession(entries, key);
        return parsed === null ? null : rows.whole(parsed);
      }),
    sessions: (query) =>
      guard(async () => {
        const { keys, next } = findSessions(connection, query);
        const items: Session[] = [];
        for (const key of keys) {
          const parsed = await readSession(entries, key);
          if (parsed !== null) items.push(...rows.skip(parsed));
        }
        // The index and an entry are two reads: a write between them may have changed the status.
        const { statuses } = query;
        return { items: items.filter((item) => statuses?.includes(statusOf(item)) ?? true), next };
      }),

    turn: (id) => one(TURNS, "SELECT * FROM turns WHERE id = ?", id),
    openTurns: () => guard(() => list(TURNS, "SELECT * FROM turns WHERE phase <> 'ended'")),
    turnsOf: (key, limit) =>
      guard(() =>
        list(TURNS, "SELECT * FROM turns WHERE key = ? ORDER BY id DESC LIMIT ?", key, limit),
      ),
    message: (id) => one(INBOX, "SELECT * FROM inbox WHERE id = ?", id),
    messageByExternalId: (network, account, externalId) =>
      guard(() => rows.one(INBOX, findExternal(connection, { network, account, externalId }))),
    queue: (key, limit) => guard(() => queued(key, limit)),
    queuedBefore: (key, seq) => guard(() => countQueued(connection, key, seq)),
    waiting: () => guard(() => connection.all(WAITING).flatMap(toWaiting)),
    pendingCommands: () =>
      guard(() =>
        list(INBOX, "SELECT * FROM inbox WHERE state = 'queued' AND kind <> 'turn' ORDER BY seq"),
      ),
    deadMessages: (limit) =>
      guard(() =>
        list(INBOX, "SELECT * FROM inbox WHERE state = 'dead' ORDER BY seq DESC LIMIT ?", limit),
      ),
    papers: (turn) =>
      guard(() => ({
        items: list(INBOX, "SELECT * FROM inbox WHERE turn = ? ORDER BY seq", turn),
        entries: list(TRANSCRIPT, "SELECT * FROM transcript WHERE turn = ? ORDER BY seq", turn),
        outbox: list(OUTBOX, "SELECT * FROM outbox WHERE turn = ? ORDER BY seq", turn),
        requests: list(
          REQUESTS,
          "SELECT * FROM requests WHERE turn = ? ORDER BY opened_at, id",
          turn,
        ),
      })),

    transcript: (session, last) =>
      guard(() =>
        side.tails.of(session, last, () =>
          connection
            .all(
              "SELECT * FROM transcript WHERE session = ? ORDER BY seq DESC LIMIT ? + 0",
              session,
              last,
            )
            .toReversed()
            .flatMap((row) =>
              rows.many(TRANSCRIPT, [row]).map((entry) => ({ seq: toNumber(row["seq"]), entry })),
            ),
        ),
      ),

    ...createConversationReads(side),

    outboxRow: (id) => one(OUTBOX, "SELECT * FROM outbox WHERE id = ?", id),
    outbox: (query) => guard(() => rows.many(OUTBOX, findOutbox(connection, query))),

    request: (id) => one(REQUESTS, "SELECT * FROM requests WHERE id = ?", id),
    requests: ({ key, onlyOpen }) =>
      guard(() => {
        const ofKey = key === null ? "" : "AND key = ?";
        const open = onlyOpen ? "state = 'open'" : "TRUE";
        return list(
          REQUESTS,
          `SELECT * FROM requests WHERE ${open} ${ofKey} ORDER BY opened_at, id`,
          ...(key === null ? [] : [key]),
        );
      }),

    events: ({ after, key, limit }) =>
      guard(() =>
        key === null
          ? list(EVENTS, "SELECT * FROM events WHERE seq > ? ORDER BY seq LIMIT ?", after, limit)
          : list(
              EVENTS,
              "SELECT * FROM events WHERE key = ? AND seq > ? ORDER BY seq LIMIT ?",
              key,
              after,
              limit,
            ),
      ),

    boots: (limit) =>
      guard(() =>
        list(BOOTS, "SELECT * FROM boots ORDER BY started_at DESC, seq DESC LIMIT ?", limit),
      ),
    ...createSpanReads(side),
    processes: () => guard(() => list(PROCESSES, "SELECT * FROM processes ORDER BY pid")),

    keyed: (name, key) =>
      guard(async () => {
        const now = side.clock.now();
        return rows.whole(await readKeyed(side.spaces[name], { name, key, now }));
      }),
    keys: (name) => guard(async () => side.spaces[name].keys()),
  };
}

const QUEUE = `SELECT * FROM inbox WHERE key = ? AND state = 'queued' AND kind = 'turn' AND seq > ?
  ORDER BY seq LIMIT ? + 0`;

const WAITING = `SELECT key, MIN(seq) AS seq, COUNT(*) AS count FROM inbox
  WHERE state = 'queued' AND kind = 'turn' GROUP BY key ORDER BY MIN(seq)`;

function toWaiting(row: Row): { key: SessionKey; seq: number; count: number }[] {
  const key = keyShape.safeParse(row["key"]);
  if (!key.success) return [];
  return [{ key: key.data, seq: toNumber(row["seq"]), count: toNumber(row["count"]) }];
}
