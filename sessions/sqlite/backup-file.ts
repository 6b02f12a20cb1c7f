import { existsSync } from "node:fs";

import { SluiceError } from "../errors.ts";
import { checkStore } from "./check-store.ts";
import { openConnection, toNumber } from "./connection.ts";
import type { Connection, Row } from "./connection.ts";
import { refuseNewer } from "./migration.ts";
import { STEPS } from "./schema.ts";
import { toStoreError } from "./sqlite-errors.ts";

/** A backup is a store, with two tables more: what it is, and the files that belong to it. */
export interface BackupFile {
  /** Epoch ms at which it was made. */
  readonly at: number;
  /** Of the program that made it. */
  readonly version: string;
  /** Relative to the state directory, in order. */
  readonly paths: readonly string[];
  bytes(path: string): Uint8Array;
  close(): void;
}

export interface PackedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

const BUSY_MS = 5000;

const TABLES = `CREATE TABLE backup_about (at INTEGER NOT NULL, version TEXT NOT NULL);
  CREATE TABLE backup_files (path TEXT PRIMARY KEY, bytes BLOB NOT NULL);`;

/**
 * A consistent copy of a database, beside a program that writes it. `to` is a new file, or an empty one. It holds this
 * thread meanwhile: not in the gateway's process.
 */
export function copyDatabase(from: string, to: string): void {
  using(from, `copy the database to ${to}`, (connection) => connection.run("VACUUM INTO ?", to));
}

/** Makes a backup of a fresh copy of the store. */
export function packBackup(
  copy: string,
  about: Pick<BackupFile, "at" | "version">,
  files: Iterable<PackedFile>,
): void {
  using(copy, "write the backup", (connection) => {
    connection.exec(`BEGIN; ${TABLES}`);
    connection.run("INSERT INTO backup_about VALUES (?, ?)", about.at, about.version);
    for (const { path, bytes } of files) {
      connection.run("INSERT INTO backup_files VALUES (?, ?)", path, bytes);
    }
    connection.exec("COMMIT");
  });
}

/** Looks at all of it. Throws `state_newer`, `store_corrupt`, or what the store cannot do. */
export function openBackup(file: string): BackupFile {
  if (!existsSync(file)) {
    throw new SluiceError("usage", `There is no backup ${file}`, {
      advice: "name a file that `sluice backup` wrote",
    });
  }
  const checked = checkStore(file);
  if (checked.outcome !== "whole") throw notABackup(file, checked.reason);
  refuseNewer(file, STEPS.length);
  const connection = openConnection(file, { canWrite: false, busyMs: BUSY_MS });
  try {
    const [about] = connection.all("SELECT at, version FROM backup_about");
    const rows = connection.all("SELECT path FROM backup_files ORDER BY path");
    return {
      at: toNumber(about?.["at"]),
      version: String(about?.["version"]),
      paths: rows.map(({ path }) => String(path)),
      bytes: (path) =>
        bytesOf(connection.get("SELECT bytes FROM backup_files WHERE path = ?", path)),
      close: () => connection.close(),
    };
  } catch (error) {
    connection.close();
    throw notABackup(file, error instanceof Error ? error.message : String(error));
  }
}

/** The store in it, as a database of its own. */
export function unpackStore(backup: string, to: string): void {
  copyDatabase(backup, to);
  using(to, "unpack the store", (connection) => {
    connection.exec("DROP TABLE backup_files; DROP TABLE backup_about; VACUUM");
  });
}

/** Brings what its log still holds into the file itself. */
export function settleLog(file: string): void {
  using(file, "write back the log of the store", (connection) => {
    connection.all("PRAGMA wal_checkpoint(TRUNCATE)");
  });
}

function using(file: string, tried: string, work: (connection: Connection) => void): void {
  try {
    const connection = openConnection(file, { canWrite: true, busyMs: BUSY_MS });
    try {
      work(connection);
    } finally {
      connection.close();
    }
  } catch (error) {
    throw toStoreError(error, { tried, file });
  }
}

function bytesOf(row: Row | undefined): Uint8Array {
  const bytes = row?.["bytes"];
  return bytes instanceof Uint8Array ? bytes : new Uint8Array();
}

function notABackup(file: string, found: string): SluiceError {
  return new SluiceError("store_corrupt", `${file} is no whole backup (${found})`, {
    advice: "name a file that `sluice backup` wrote, or an older one",
  });
}
