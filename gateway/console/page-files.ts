import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { createAsset, SCRIPT, typeOf } from "./asset.ts";
import type { Asset } from "./asset.ts";
import { joinModules } from "./join-modules.ts";
import { stripTypes } from "./strip-types.ts";
import { IMPORT_MAP_SCRIPT, vendorFiles } from "./vendor.ts";

/** All that the page is made of, by its path on the server. */
export type PageFiles = ReadonlyMap<string, () => Promise<Asset>>;

const PROGRAM = "/console/page.ts";

/**
 * Read whole at the first visit: who updates the program under a gateway that runs must not get half of a page of each.
 * What is not in this list is not served, however its path is written.
 */
export function readPageFiles(directory: string): PageFiles {
  const files = new Map<string, () => Promise<Asset>>();
  const modules = new Map<string, string>();
  for (const [path, file] of [...ownFiles(directory), ...vendorFiles()]) {
    const type = typeOf(file);
    if (type === null) continue;
    const text = readFileSync(file, "utf8");
    if (file.endsWith(".ts")) modules.set(path, text);
    else
      files.set(
        path,
        once(async () => createAsset(type, path === "/" ? withMap(text) : text)),
      );
  }
  const module = (path: string): string => {
    const text = modules.get(path);
    if (text === undefined) throw new Error(`the page has no ${path}`);
    return stripTypes(text);
  };
  const program = async (): Promise<Asset> =>
    createAsset(SCRIPT, await joinModules(PROGRAM, module).finally(() => modules.clear()));
  return files.set(PROGRAM, once(program));
}

function once(make: () => Promise<Asset>): () => Promise<Asset> {
  let made: Promise<Asset> | null = null;
  return () => (made ??= make());
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
  return name === "page.html" ? "/" : `/console/${name}`;
}

/** Before any script, or the names of packages lead nowhere. */
function withMap(text: string): string {
  return text.replace(/<(script|link rel="modulepreload")/, `${IMPORT_MAP_SCRIPT}$&`);
}
