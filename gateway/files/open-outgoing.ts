import { constants } from "node:fs";
import { open, realpath } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { isAbsolute, join, sep } from "node:path";

import { textOf } from "../../sessions/errors.ts";
import type { Core } from "../core.ts";
import type { TextKey } from "../notices/catalogue.ts";
import { workspaceOf } from "../turns/conversation.ts";
import type { LiveTurn } from "../turns/live-turn.ts";
import { incomingPlace } from "./places.ts";

type Asker = Pick<LiveTurn, "key" | "turn" | "workerName">;

export type Opened =
  | { readonly outcome: "opened"; readonly handle: FileHandle; readonly size: number }
  | { readonly outcome: "refused"; readonly why: TextKey; readonly reason: string };

/**
 * Opens what a worker names for sending: a regular file with something in it, and none of the gateway's own. What
 * came in with this turn may go back, and what its workspace holds may go out. This guards against mistakes and against words of others that an agent obeys;
 * a program that runs as our user can copy any file to another place first.
 */
export async function openOutgoing(core: Core, live: Asker, path: string): Promise<Opened> {
  if (!isAbsolute(path)) return refused("file_is_missing");
  let handle: FileHandle | null = null;
  try {
    const real = await realpath(path);
    if (await isPrivate(core, live, real)) return refused("file_is_private");
    // Not blocking: a pipe that nobody writes to would hold the turn.
    handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const found = await handle.stat();
    const why = found.isDirectory()
      ? "file_is_folder"
      : !found.isFile()
        ? "file_is_special"
        : found.size === 0
          ? "file_is_empty"
          : null;
    if (why === null) return { outcome: "opened", handle, size: found.size };
    await handle.close();
    return refused(why);
  } catch (error) {
    await handle?.close();
    return isMissing(error)
      ? refused("file_is_missing")
      : refused("file_is_unreadable", textOf(error));
  }
}

function refused(why: TextKey, reason = ""): Opened {
  return { outcome: "refused", why, reason };
}

async function isPrivate(core: Core, live: Asker, real: string): Promise<boolean> {
  const { stateDir, secretPaths, control, file } = core.settings;
  const secrets = [control.socket, ...secretPaths, ...(file === null ? [] : [file])];
  for (const place of secrets) if (isWithin(real, await realOf(place))) return true;
  const ours = await realOf(stateDir);
  if (!isWithin(real, ours)) return false;
  const { key, turn, workerName: worker } = live;
  for (const place of [incomingPlace(core, turn), workspaceOf(core, { key, worker })]) {
    const open = await realOf(place);
    // A workspace that is or holds the state directory opens nothing of it.
    if (isWithin(real, open) && !isWithin(ours, open)) return false;
  }
  return true;
}

/** As it is when it does not exist: then nothing lies in it either. */
async function realOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return join(path);
  }
}

function isWithin(path: string, place: string): boolean {
  return path === place || path.startsWith(place.endsWith(sep) ? place : place + sep);
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    (error.code === "ENOENT" || error.code === "ENOTDIR")
  );
}
