import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { createAsset, typeOf } from "./asset.ts";
import type { Asset } from "./asset.ts";
import { stripTypes } from "./strip-types.ts";
import { IMPORT_MAP_SCRIPT, vendorFiles } from "./vendor.ts";

/** All that the page is made of, by its path on the server. */
export type PageFiles = ReadonlyMap<string, () => Asset>;

/**
 * Read whole at the first visit: who updates the program under a gateway that runs must not get half of a page of each.
 * What is not in this list is not served, however its path is written.
 */
export function readPageFiles(directory: string): PageFiles {
  const files = new Map<string, () => Asset>();
  for (const [path, file] of [...ownFiles(directory), ...vendorFiles()]) {
    const type = typeOf(file);
    if (type === null) continue;
    const text = readFileSync(file, "utf8");
    let made: Asset | null = null;
    files.set(path, () => (made ??= createAsset(type, served(file, text))));
  }
  return files;
}

function ownFiles(directory: string): readonly (readonly [string, string])[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".d.ts"))
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      return [pathOf(file.slice(directory.length + 1)), file] as const;
    });
}

function pathOf(name: string): string {
  if (name === "page.html") return "/";
  return name === "favicon.svg" ? "/favicon.svg" : `/console/${name.replaceAll("\\", "/")}`;
}

function served(file: string, text: string): string {
  if (file.endsWith(".ts")) return stripTypes(text);
  if (!file.endsWith(".html")) return text;
  // Before any script, or the names of packages lead nowhere.
  return text.replace(/<(script|link rel="modulepreload")/, `${IMPORT_MAP_SCRIPT}$&`);
}
