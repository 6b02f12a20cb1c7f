import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";

import type { Clock } from "../../sessions/clock.ts";
import { SluiceError, textOf } from "../../sessions/errors.ts";
import type { BootId } from "../../sessions/ids.ts";
import { startTimeOf } from "../../workers/process/process-table.ts";
import { holderFile, readHolder, removeHolder, writeHolder, type Holder } from "./holder.ts";
import { makeStateDirectory } from "./state-directory.ts";

/** A gateway that is just leaving may still hold the lock for a moment. */
const PATIENCE_MS = 250;

const BUSY = 5;
const LOCKED = 6;
const NOT_A_DATABASE = 26;

export interface InstanceLock {
  readonly holder: Holder;
  /** Idempotent. What the lock protects must be closed before. */
  release(): void;
}

/**
 * One gateway per state directory. The lock is the operating system's, on a file that SQLite opens for nothing
 * else: it ends with the process, however that ends, so nothing stale can block a start.
 *
 * Nothing else in this process may open `instance.lock`: closing any other descriptor of it would give the lock
 * away. (POSIX record locks belong to the process and the file, not to the descriptor.)
 *
 * Throws `state_locked`, naming the holder, or `state_unwritable`.
 */
export function acquireInstanceLock(options: {
  readonly stateDir: string;
  readonly boot: BootId;
  readonly pid: number;
  readonly version: string;
  readonly clock: Clock;
}): InstanceLock {
  const { stateDir, boot, pid, version, clock } = options;
  makeStateDirectory(stateDir);
  const database = lock(stateDir);
  const startTime = startTimeOf(pid) ?? "unknown";
  const holder: Holder = { pid, startTime, boot, since: clock.now(), version };
  let isHeld = true;
  const release = (): void => {
    if (!isHeld) return;
    isHeld = false;
    // Before the lock goes: after it, the file may be the next gateway's.
    removeHolder(stateDir);
    database.close();
  };
  try {
    writeHolder(stateDir, holder);
  } catch (error) {
    release();
    throw unwritable(stateDir, error);
  }
  return { holder, release };
}

function lock(stateDir: string): DatabaseSync {
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(join(stateDir, "instance.lock"), { timeout: PATIENCE_MS });
    // Held as long as the transaction is open, which is as long as the process lives. Nothing is ever written.
    database.exec("BEGIN EXCLUSIVE");
    return database;
  } catch (error) {
    database?.close();
    const code = sqliteCode(error);
    if (code === BUSY || code === LOCKED) throw locked(stateDir);
    throw unwritable(stateDir, error);
  }
}

/** The file only names the holder. It may be of an earlier one, as long as the present one has not written its own. */
function locked(stateDir: string): SluiceError {
  const holder = readHolder(stateDir);
  const isPresent = holder !== null && startTimeOf(holder.pid) === holder.startTime;
  const who = isPresent
    ? `process ${holder.pid} (boot ${holder.boot}, version ${holder.version}, since ${new Date(holder.since).toISOString()})`
    : `another gateway that has not given its name in ${holderFile(stateDir)} yet`;
  return new SluiceError("state_locked", `The state directory ${stateDir} is in use by ${who}`, {
    advice:
      "stop that gateway (sluice stop), look at it (sluice status), or give this one a --state-dir of its own",
  });
}

function unwritable(stateDir: string, error: unknown): SluiceError {
  const isForeign = sqliteCode(error) === NOT_A_DATABASE;
  return new SluiceError(
    "state_unwritable",
    `Cannot lock the state directory ${stateDir} (${textOf(error)})`,
    {
      advice: isForeign
        ? `${join(stateDir, "instance.lock")} is not what a gateway left there; remove it`
        : "check that it is on a local disk with room and belongs to this user, or choose another with --state-dir",
      cause: error,
    },
  );
}

function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error) || !("errcode" in error)) return null;
  return typeof error.errcode === "number" ? error.errcode % 256 : null;
}
