import { readdirSync } from "node:fs";
import { join, relative } from "node:path";

import { ARCHIVE } from "../archive/places.ts";

export const STORE = "sluice.sqlite";

/** Taken along with what is in them. */
export const FOLDERS: readonly string[] = ["files", ARCHIVE];

/** The chats of this machine, each a database of its own. */
const CHAT = /^chat-.+\.sqlite$/;

/** Of one life, or made again by the next one. */
const PASSING = /^(instance\.|gateway\.json$|\.clean_shutdown|.*\.sock$|.*-(wal|shm)$)/;

/** What of a state directory goes with a backup, by its path there. */
export interface Kept {
  readonly chats: readonly string[];
  readonly files: readonly string[];
  /** Conversations that left the store. */
  readonly archive: readonly string[];
  /** What else lies there, and is not taken: secrets, logs, workspaces. */
  readonly leftOut: readonly string[];
}

export function keptIn(stateDir: string): Kept {
  const names = readdirSync(stateDir).toSorted();
  const chats = names.filter((name) => CHAT.test(name));
  const isKept = (name: string): boolean => name === STORE || FOLDERS.includes(name);
  const under = (name: string): readonly string[] =>
    names.includes(name) ? filesUnder(stateDir, join(stateDir, name)) : [];
  return {
    chats,
    files: under("files"),
    archive: under(ARCHIVE).filter((name) => !name.endsWith(".part")),
    leftOut: names.filter((name) => !isKept(name) && !chats.includes(name) && !PASSING.test(name)),
  };
}

function filesUnder(stateDir: string, directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(stateDir, join(entry.parentPath, entry.name)))
    .toSorted();
}
