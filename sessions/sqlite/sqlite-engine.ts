import { closeSync, openSync } from "node:fs";

import type { Clock } from "../clock.ts";
import type { Committed, Engine, Lease, Unit } from "../engine.ts";
import type { BootId, SessionKey } from "../ids.ts";
import { acceptBatch } from "./accept.ts";
import { committedOnly, openConnection } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { dropLease, dropLeasesOfOthers, renewLease, takeLease } from "./leases.ts";
import { migrate, refuseNewer } from "./migration.ts";
import { createReadyBell } from "./ready-bell.ts";
import { createReads } from "./reads.ts";
import { forgetSession, pruneRows } from "./removal.ts";
import { createRowReader } from "./row-reader.ts";
import { STEPS } from "./schema.ts";
import { openSpaces } from "./spaces.ts";
import type { Spaces } from "./spaces.ts";
import { closedError, toStoreError } from "./sqlite-errors.ts";
import type { CorruptRow } from "./table.ts";
import { createTails } from "./tails.ts";
import { writeUnit } from "./unit.ts";
import { createWriter } from "./writer.ts";

export interface SqliteEngineOptions {
  readonly file: string;
  readonly boot: BootId;
  readonly clock: Clock;
  /** A damaged row that a list left out. */
  readonly onCorrupt?: (row: CorruptRow) => void;
  /** The caller holds the lock of the state directory: every other boot on this file is dead, and so are its leases. */
  readonly isAlone?: boolean;
  /** Run on the writing connection after it was opened, such as `max_page_count = 100`. */
  readonly pragmas?: readonly string[];
}

/** How long a write may hold the thread waiting for a lock of another program. */
const BUSY_MS = 250;

/**
 * FULL: what was acknowledged survives a power cut. The undo log of a unit stays in memory, where it otherwise spills
 * into a temporary file at 64 KiB. Fewer checkpoints than usual (16 MiB of log instead of 4): each holds the thread.
 */
const PRAGMAS = `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384;
  PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000;`;

export async function openSqliteEngine(options: SqliteEngineOptions): Promise<Engine> {
  const { file, boot, clock } = options;
  const opened = await open(options);
  const { reading, writing } = opened;
  const store = { connection: writing, spaces: opened.writingSpaces };
  const rows = createRowReader({ file, onCorrupt: options.onCorrupt ?? (() => {}) });
  const writer = createWriter(writing);
  const bell = createReadyBell();
  const tails = createTails();
  let closing: Promise<void> | null = null;

  const write = async <Result>(tried: string, unit: () => Result | Promise<Result>) => {
    if (closing !== null) throw closedError({ tried, file });
    try {
      return await writer.write(unit);
    } catch (error) {
      throw toStoreError(error, { tried, file });
    }
  };
  const commit = async (unit: Unit, isClaim: boolean): Promise<Committed> => {
    const written = await write("write the store", () =>
      writeUnit(store, unit, { isClaim, now: clock.now() }),
    );
    tails.committed(written.transcript);
    bell.ring(written.requeued);
    return written.committed;
  };
  const toLease = (resource: string, lease: { fence: number; ttlMs: number }): Lease => {
    const held = { resource, owner: boot, fence: lease.fence };
    return {
      resource,
      fence: lease.fence,
      renew: () =>
        write("renew a lease", () =>
          renewLease(writing, held, { now: clock.now(), ttlMs: lease.ttlMs }),
        ),
      release: () => write("release a lease", () => dropLease(writing, held)),
    };
  };

  return {
    boot,
    ...createReads({
      connection: reading,
      spaces: opened.readingSpaces,
      rows,
      tails,
      clock,
      guard: async (action) => {
        if (closing !== null) throw closedError({ tried: "read the store", file });
        try {
          return await action();
        } catch (error) {
          throw toStoreError(error, { tried: "read the store", file });
        }
      },
    }),
    accept: async (batch, { queueLimit, keyed }) => {
      const accepted = await write("store messages", () =>
        acceptBatch({ ...store, rows }, batch, { queueLimit, keyed, now: clock.now() }),
      );
      bell.ring(accepted.flatMap((one) => (one.outcome === "new" ? [one.item.key] : [])));
      return accepted;
    },
    claim: (unit) => commit(unit, true),
    commit: (unit) => commit(unit, false),
    lease: async (resource, ttlMs) => {
      const fence = await write("take a lease", () =>
        takeLease(writing, { resource, owner: boot }, { now: clock.now(), ttlMs }),
      );
      return fence === null ? null : toLease(resource, { fence, ttlMs });
    },
    onReady: bell.listen,
    forget: async (key: SessionKey) => {
      await write("forget a session", () => forgetSession(store, key));
      tails.clear();
    },
    prune: async (before, limit) => {
      const gone = await write("prune the store", () =>
        pruneRows(store, before, { limit, now: clock.now() }),
      );
      if (gone > 0) tails.clear();
      return gone;
    },
    close: () => {
      closing ??= writer.settled().then(() => {
        reading.close();
        writing.close();
      });
      return closing;
    },
  };
}

interface Opened {
  readonly writing: Connection;
  readonly writingSpaces: Spaces;
  /** For all reads of the port: sees only what was committed. */
  readonly reading: Connection;
  readonly readingSpaces: Spaces;
}

/** It holds what people said. SQLite gives its side files the mode of the main one. */
function makePrivate(file: string): void {
  try {
    closeSync(openSync(file, "wx", 0o600));
  } catch {
    // It is there already; or it cannot be made, which SQLite says in words of its own.
  }
}

async function open(options: SqliteEngineOptions): Promise<Opened> {
  const { file } = options;
  const connections: Connection[] = [];
  try {
    refuseNewer(file, STEPS.length);
    makePrivate(file);
    const writing = openConnection(file, { canWrite: true, busyMs: BUSY_MS });
    connections.push(writing);
    writing.exec(PRAGMAS);
    for (const pragma of options.pragmas ?? []) writing.exec(`PRAGMA ${pragma}`);
    writing.exec("BEGIN IMMEDIATE");
    migrate(writing, STEPS);
    const writingSpaces = await openSpaces(writing);
    if (options.isAlone === true) dropLeasesOfOthers(writing, options.boot);
    writing.exec("COMMIT");
    const reading = committedOnly(
      writing,
      openConnection(file, { canWrite: false, busyMs: BUSY_MS }),
    );
    connections.push(reading);
    return { writing, writingSpaces, reading, readingSpaces: await openSpaces(reading) };
  } catch (error) {
    for (const connection of connections) connection.close();
    throw toStoreError(error, { tried: "open the store", file });
  }
}
