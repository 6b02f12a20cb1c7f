import { accessSync, constants, existsSync, statfsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkStore } from "../../sessions/sqlite/check-store.ts";
import { textOf } from "../../sessions/errors.ts";
import { fail, ok, warn, type Finding } from "./finding.ts";

const MIB = 1024 * 1024;
const SCARCE_MIB = 500;
const NONE_MIB = 50;

/** The state directory: its rights, the room on its disk, and whether its store is whole. Makes nothing. */
export function checkState(stateDir: string): readonly Finding[] {
  const isThere = existsSync(stateDir);
  const rights = isThere ? checkRights(stateDir) : checkPlace(stateDir);
  const file = join(stateDir, "sluice.sqlite");
  const store = existsSync(file)
    ? checkFile(file)
    : ok("store", "there is none: nothing ran here before");
  return [rights, checkDisk(isThere ? stateDir : nearest(stateDir)), store];
}

function checkRights(stateDir: string): Finding {
  const { mode, uid } = statSync(stateDir);
  const me = process.getuid?.() ?? uid;
  try {
    accessSync(stateDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    const advice = `run this as the gateway's user, or: chown ${me} ${stateDir}`;
    return fail(
      "state directory",
      `${stateDir} belongs to user ${uid} and is closed to us`,
      advice,
    );
  }
  if ((mode & 0o077) !== 0) {
    const octal = (mode & 0o777).toString(8);
    const advice = `it holds conversations: chmod 700 ${stateDir}`;
    return warn("state directory", `${stateDir} is open to others (${octal})`, advice);
  }
  return ok("state directory", stateDir);
}

function checkPlace(stateDir: string): Finding {
  const above = nearest(stateDir);
  try {
    accessSync(above, constants.W_OK | constants.X_OK);
    return ok("state directory", `${stateDir} will be made at the first start`);
  } catch {
    const advice = "create it for this user, or choose another with --state-dir";
    return fail("state directory", `${stateDir} cannot be made in ${above}`, advice);
  }
}

function nearest(path: string): string {
  const above = dirname(path);
  return existsSync(above) || above === path ? above : nearest(above);
}

function checkDisk(directory: string): Finding {
  const { bavail, bsize } = statfsSync(directory);
  const free = Math.floor((bavail * bsize) / MIB);
  const found = `${free} MiB free`;
  if (free < NONE_MIB) return fail("disk", found, "make room: no message can be stored soon");
  if (free < SCARCE_MIB) return warn("disk", found, "make room, or shorten retention");
  return ok("disk", found);
}

function checkFile(file: string): Finding {
  try {
    const check = checkStore(file);
    switch (check.outcome) {
      case "whole":
        return ok("store", `whole, ${Math.ceil(statSync(file).size / MIB)} MiB`);
      case "damaged": {
        const advice = "stop the gateway, keep a copy of the directory, and restore a backup";
        return fail("store", `${file} is damaged: ${check.reason}`, advice);
      }
      case "unknown":
        return warn("store", `cannot be read: ${check.reason}`, "run this as the gateway's user");
    }
  } catch (error) {
    return warn("store", `cannot be read: ${textOf(error)}`, "run this as the gateway's user");
  }
}
