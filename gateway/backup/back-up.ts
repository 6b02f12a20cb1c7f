import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";

import { SluiceError, textOf } from "../../sessions/errors.ts";
import { copyDatabase, packBackup } from "../../sessions/sqlite/backup-file.ts";
import type { PackedFile } from "../../sessions/sqlite/backup-file.ts";
import { keptIn, STORE } from "./kept.ts";

export interface BackupReport {
  readonly file: string;
  readonly bytes: number;
  /** Attachments that are in it. */
  readonly files: number;
  /** Conversations of the archive that are in it. */
  readonly archived: number;
  /** What lies in the state directory and is not in it. */
  readonly leftOut: readonly string[];
}

/**
 * Copies all that the gateway must not lose into one new file, whole or not there, whether it runs or not. For a process
 * of its own: it holds the thread. Throws `usage` or what the store cannot do.
 */
export function backUp(
  stateDir: string,
  how: { readonly file: string; readonly version: string; readonly now: number },
): BackupReport {
  const { file, version, now } = how;
  if (existsSync(file)) {
    throw new SluiceError("usage", `${file} is there already`, {
      advice: "name a new file: a backup overwrites nothing",
    });
  }
  if (!existsSync(join(stateDir, STORE))) {
    throw new SluiceError("usage", `No gateway has kept anything in ${stateDir} yet`, {
      advice: "name its state directory with --state-dir, or its configuration with --config",
    });
  }
  const fresh = `${file}.part`;
  try {
    const { chats: names, leftOut } = keptIn(stateDir);
    // Before the store: a message that only the store has is not lost, one that only the chat has would be.
    const chats = names.map((name) => chatOf(stateDir, name, `${fresh}-chat`));
    makeEmpty(fresh);
    copyDatabase(join(stateDir, STORE), fresh);
    // Both after what tells of them: bytes are there before their row, and what has left the store is in the archive.
    const { files, archive } = keptIn(stateDir);
    packBackup(fresh, { at: now, version }, packed(stateDir, chats, [...files, ...archive]));
    toDisk(fresh);
    renameSync(fresh, file);
    const counts = { files: files.length, archived: archive.length };
    return { file, bytes: statSync(file).size, ...counts, leftOut };
  } catch (error) {
    for (const name of [fresh, `${fresh}-journal`, `${fresh}-wal`, `${fresh}-shm`])
      rmSync(name, { force: true });
    if (error instanceof SluiceError) throw error;
    throw new SluiceError("store_failed", `Cannot write the backup ${file} (${textOf(error)})`, {
      advice: "name a file in a directory of this user, on a disk with room",
      cause: error,
    });
  }
}

function chatOf(stateDir: string, name: string, passing: string): PackedFile {
  try {
    makeEmpty(passing);
    copyDatabase(join(stateDir, name), passing);
    return { path: name, bytes: readFileSync(passing) };
  } finally {
    rmSync(passing, { force: true });
  }
}

function* packed(
  stateDir: string,
  chats: readonly PackedFile[],
  paths: readonly string[],
): Generator<PackedFile> {
  yield* chats;
  for (const path of paths) {
    const bytes = bytesOf(join(stateDir, path));
    if (bytes !== null) yield { path, bytes };
  }
}

/** Null: cleaned away meanwhile. */
function bytesOf(path: string): Uint8Array | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if (existsSync(path)) throw error;
    return null;
  }
}

/** For this user only, before anything is in it. */
function makeEmpty(file: string): void {
  rmSync(file, { force: true });
  closeSync(openSync(file, "wx", 0o600));
}

function toDisk(file: string): void {
  const descriptor = openSync(file, "r");
  fsyncSync(descriptor);
  closeSync(descriptor);
}
