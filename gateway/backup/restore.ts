import { existsSync, linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

import type { Clock } from "../../sessions/clock.ts";
import { SluiceError } from "../../sessions/errors.ts";
import type { BootId } from "../../sessions/ids.ts";
import { openBackup, settleLog, unpackStore } from "../../sessions/sqlite/backup-file.ts";
import type { BackupFile } from "../../sessions/sqlite/backup-file.ts";
import { markerFile } from "../instance/clean-shutdown.ts";
import { acquireInstanceLock } from "../instance/lock.ts";
import { FOLDERS, keptIn, STORE } from "./kept.ts";

export interface RestoreReport {
  /** Epoch ms at which the backup was made. */
  readonly at: number;
  readonly version: string;
  /** Where the state that was there lies now; null = there was none. */
  readonly aside: string | null;
}

export interface Restoring {
  readonly file: string;
  readonly version: string;
  readonly pid: number;
  /** A new one: this holds the state as a gateway would. */
  readonly boot: BootId;
  readonly clock: Clock;
}

/**
 * Puts the state of a backup where a gateway that is stopped finds it, and keeps what was there. A kill leaves the old
 * store or the new one. Throws `state_locked`, `state_newer`, `store_corrupt`, `usage`; then nothing has changed.
 */
export function restore(stateDir: string, how: Restoring): RestoreReport {
  const backup = openBackup(how.file);
  try {
    const lock = acquireInstanceLock({ stateDir, ...how });
    try {
      const time = new Date(how.clock.now()).toISOString().replaceAll(":", "-");
      const fresh = join(stateDir, `restoring-${time}`);
      try {
        unpack(backup, how.file, fresh);
        const aside = swap(stateDir, fresh, join(stateDir, `before-restore-${time}`));
        return { at: backup.at, version: backup.version, aside };
      } finally {
        rmSync(fresh, { recursive: true, force: true });
      }
    } finally {
      lock.release();
    }
  } finally {
    backup.close();
  }
}

function unpack(backup: BackupFile, file: string, fresh: string): void {
  mkdirSync(fresh, { mode: 0o700 });
  for (const path of backup.paths) {
    const to = join(fresh, path);
    if (normalize(path).startsWith("..") || !to.startsWith(`${fresh}/`)) {
      throw new SluiceError("store_corrupt", `${file} names a file outside of it`, {
        advice: "name a file that `sluice backup` wrote",
      });
    }
    mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
    writeFileSync(to, backup.bytes(path), { mode: 0o600, flush: true });
  }
  const store = join(fresh, STORE);
  writeFileSync(store, "", { mode: 0o600 });
  unpackStore(file, store);
}

/** The store last, over the old one: at no moment is there none. */
function swap(stateDir: string, fresh: string, aside: string): string | null {
  const store = join(stateDir, STORE);
  const had = existsSync(store);
  const old = keptIn(stateDir);
  const fallen = [...old.chats.flatMap(withLog), ...FOLDERS].filter((name) =>
    existsSync(join(stateDir, name)),
  );
  if (had || fallen.length > 0) mkdirSync(aside, { mode: 0o700 });
  // It vouches for the store that goes.
  rmSync(markerFile(stateDir), { force: true });
  for (const name of fallen) renameSync(join(stateDir, name), join(aside, name));
  for (const name of [...keptIn(fresh).chats, ...FOLDERS]) {
    if (existsSync(join(fresh, name))) renameSync(join(fresh, name), join(stateDir, name));
  }
  if (had) keepOld(store, aside);
  renameSync(join(fresh, STORE), store);
  return existsSync(aside) ? aside : null;
}

/** A log that stays would be read as the new store's. */
function keepOld(store: string, aside: string): void {
  try {
    settleLog(store);
  } catch {
    // It is damaged: that may be why another one is restored. It is kept as it is, with its log.
  }
  linkSync(store, join(aside, STORE));
  for (const log of withLog(STORE).slice(1)) {
    const path = join(dirname(store), log);
    if (existsSync(path)) renameSync(path, join(aside, log));
  }
}

function withLog(name: string): readonly string[] {
  return [name, `${name}-wal`, `${name}-shm`];
}
