import { readdir } from "node:fs/promises";

import type { Core } from "../core.ts";
import { filesPlace } from "../files/places.ts";

export type FileCounts = Readonly<Record<"in" | "out", number>>;

export async function countFiles(core: Pick<Core, "settings">): Promise<FileCounts> {
  return { in: await count(filesPlace(core, "in")), out: await count(filesPlace(core, "out")) };
}

async function count(directory: string): Promise<number> {
  try {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).length;
  } catch {
    // None was ever kept.
    return 0;
  }
}
