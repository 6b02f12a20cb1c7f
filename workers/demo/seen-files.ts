import { readFile } from "node:fs/promises";

import type { BriefFile } from "./order.ts";

/** What came with the messages, one line each, each looked at: `photo.jpg: 12 bytes, read`. */
export async function seenFiles(files: readonly BriefFile[]): Promise<readonly string[]> {
  return Promise.all(
    files.map(async (file) => {
      const told = file.size === null ? "size unknown" : `${file.size} bytes`;
      return `${nameOf(file)}: ${told}, ${await stateOf(file)}`;
    }),
  );
}

export function nameOf({ name, kind }: Pick<BriefFile, "name" | "kind">): string {
  return name === "" ? kind : name;
}

async function stateOf({ path, problem, size }: BriefFile): Promise<string> {
  if (path === null) return `not here: ${problem ?? "nobody says why"}`;
  try {
    const { length } = await readFile(path);
    return length === size ? "read" : `read, but of ${length} bytes`;
  } catch (error) {
    return `not readable: ${String(error)}`;
  }
}
