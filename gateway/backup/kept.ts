import { readdirSync } from "node:fs";
import { join, relative } from "node:path";

export const STORE = "sluice.sqlite";

/** The chats of this machine, each a database of its own. */
const CHAT = /^chat-.+\.sqlite$/;

/** Of one life, or made again by the next one. */
const PASSING = /^(instance\.|gateway\.json$|\.clean_shutdown|.*\.sock$|.*-(wal|shm)$)/;

/** What of a state directory goes with a backup, by its path there. */
export interface Kept {
  readonly chats: readonly string[];
  readonly files: readonly string[];
  /** What else lies there, and is not taken: secrets, logs, workspaces. */
  readonly leftOut: readonly string[];
}

export function keptIn(stateDir: string): Kept {
  const names = readdirSync(stateDir).toSorted();
  const chats = names.filter((name) => CHAT.test(name));
  const isKept = (name: string): boolean => name === STORE || name === "files";
  return {
    chats,
    files: names.includes("files") ? filesUnder(stateDir, join(stateDir, "files")) : [],
    leftOut: names.filter((name) => !isKept(name) && !chats.includes(name) && !PASSING.test(name)),
  };
}

function filesUnder(stateDir: string, directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(stateDir, join(entry.parentPath, entry.name)))
    .toSorted();
}
