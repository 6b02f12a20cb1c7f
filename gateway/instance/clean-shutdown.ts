import { open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";

import { textOf } from "../../sessions/errors.ts";
import type { BootId } from "../../sessions/ids.ts";
import { formatMarker, parseMarker, type Marker } from "./marker.ts";

/** Older than any planned pause; recovery costs little, so doubt means recovery. */
const OLDEST_MS = 30 * 24 * 60 * 60 * 1000;
/** Clocks of one machine do not differ by more, unless one was set. */
const FUTURE_MS = 5 * 60 * 1000;

export function markerFile(stateDir: string): string {
  return join(stateDir, ".clean_shutdown");
}

/** What this state directory knows; a marker that does not fit is not its own. */
export interface MarkerContext {
  /** The latest boot in the store; null = it never ran. */
  readonly lastBoot: BootId | null;
  /** Epoch ms. */
  readonly now: number;
}

export type MarkerReading =
  | { readonly outcome: "found"; readonly marker: Marker }
  | { readonly outcome: "absent"; readonly reason: MarkerAbsence; readonly detail: string };

/** `unremovable`: a marker that stays would vouch for a later crash. */
export type MarkerAbsence = "missing" | "corrupt" | "foreign" | "old" | "unremovable";

/** The last write of a clean stop: whole or not there, also after a power cut. Rejects when it cannot be written. */
export async function writeMarker(stateDir: string, marker: Marker): Promise<void> {
  const file = markerFile(stateDir);
  const fresh = `${file}.new`;
  const handle = await open(fresh, "w", 0o600);
  try {
    await handle.writeFile(formatMarker(marker));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(fresh, file);
  await syncDirectory(stateDir);
}

/** Whether the last stop was clean. Changes nothing. */
export async function readMarker(stateDir: string, context: MarkerContext): Promise<MarkerReading> {
  const file = markerFile(stateDir);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    return isMissing
      ? absent("missing", "there is none")
      : absent("corrupt", `it cannot be read (${textOf(error)})`);
  }
  const marker = parseMarker(text);
  if (marker === null) return absent("corrupt", "it is not a marker");
  return judge(marker, context);
}

/** Reads it and takes it away, whatever it is. A clean boot is one that gets `found` here. */
export async function consumeMarker(
  stateDir: string,
  context: MarkerContext,
): Promise<MarkerReading> {
  const reading = await readMarker(stateDir, context);
  if (reading.outcome === "absent" && reading.reason === "missing") return reading;
  try {
    await rm(markerFile(stateDir));
    // Else a power cut could bring it back, after a boot that it knows nothing of.
    await syncDirectory(stateDir);
    return reading;
  } catch (error) {
    return absent("unremovable", `${markerFile(stateDir)} stays (${textOf(error)}); remove it`);
  }
}

function judge(marker: Marker, { lastBoot, now }: MarkerContext): MarkerReading {
  if (marker.boot !== lastBoot) {
    const known = lastBoot === null ? "none" : lastBoot;
    return absent("foreign", `it is of boot ${marker.boot}, and the last boot here was ${known}`);
  }
  const age = now - marker.at;
  if (age > OLDEST_MS || age < -FUTURE_MS) {
    return absent("old", `it is of ${new Date(marker.at).toISOString()}`);
  }
  return { outcome: "found", marker };
}

function absent(reason: MarkerAbsence, detail: string): MarkerReading {
  return { outcome: "absent", reason, detail };
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
