import { readdir, rm, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";

import type { SessionId, SessionKey } from "../../sessions/ids.ts";
import type { Core } from "../core.ts";
import { archivePlace, keyPlace, parseArchiveName } from "./places.ts";

export interface ArchivedFile {
  readonly session: SessionId;
  /** Epoch ms. */
  readonly restsSince: number;
  /** Absolute: lines of JSON, compressed. */
  readonly file: string;
}

/** The archived conversations of a key, the oldest first. Names only: what is in them is for `zcat`. */
export async function archivedFiles(
  core: Pick<Core, "settings">,
  key: SessionKey,
): Promise<readonly ArchivedFile[]> {
  const place = keyPlace(core, key);
  return (await namesIn(place)).toSorted().flatMap((name) => {
    const parsed = parseArchiveName(name);
    return parsed === null ? [] : [{ ...parsed, file: join(place, name) }];
  });
}

/** False: nothing of it was there. */
export async function forgetArchived(
  core: Pick<Core, "settings">,
  key: SessionKey,
): Promise<boolean> {
  const place = keyPlace(core, key);
  if ((await stat(place).catch(() => null)) === null) return false;
  await rm(place, { recursive: true, force: true });
  return true;
}

export interface Census {
  readonly conversations: number;
  readonly bytes: number;
  /** Whose time was over. */
  readonly removed: number;
}

/** Removes what is older than `before` (null: nothing is) and what a kill left half, and counts the rest. */
export async function tidyArchive(
  core: Pick<Core, "settings">,
  { before, signal }: { readonly before: number | null; readonly signal: AbortSignal },
): Promise<Census> {
  const root = archivePlace(core);
  let [conversations, bytes, removed] = [0, 0, 0];
  for (const directory of await namesIn(root)) {
    let isInUse = false;
    for (const name of await namesIn(join(root, directory))) {
      signal.throwIfAborted();
      const file = join(root, directory, name);
      const parsed = parseArchiveName(name);
      if (parsed === null) {
        if (name.endsWith(".part")) await rm(file, { force: true });
      } else if (before !== null && parsed.restsSince < before) {
        await rm(file, { force: true });
        removed += 1;
      } else {
        conversations += 1;
        bytes += await sizeOf(file);
        isInUse = true;
      }
    }
    // Its name tells who talked here. One in which there is something else stays.
    if (!isInUse) await rmdir(join(root, directory)).catch(() => undefined);
  }
  return { conversations, bytes, removed };
}

/** None where there is no such directory. */
async function namesIn(directory: string): Promise<readonly string[]> {
  return readdir(directory).catch(() => []);
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => null))?.size ?? 0;
}
