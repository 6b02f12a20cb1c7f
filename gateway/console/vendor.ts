import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";

/** What the page imports by name: its package, the folder in it that is served, and the file that the name means. */
const VENDORS = [
  { name: "preact", of: "preact", folder: "dist", file: "preact.mjs" },
  { name: "preact/hooks", of: "preact", folder: "hooks/dist", file: "hooks.mjs" },
  { name: "marked", of: "marked", folder: "lib", file: "marked.esm.js" },
  {
    name: "@tanstack/virtual-core",
    of: "@tanstack/virtual-core",
    folder: "dist/esm",
    file: "index.js",
  },
] as const;

/** Tells a browser where the names of packages lead. */
const IMPORT_MAP = JSON.stringify({
  imports: Object.fromEntries(
    VENDORS.map(({ name, of, folder, file }) => [name, `/vendor/${of}/${folder}/${file}`]),
  ),
});

export const IMPORT_MAP_SCRIPT = `<script type="importmap">${IMPORT_MAP}</script>`;

/** Only this script may stand in the page itself. */
export const IMPORT_MAP_HASH = createHash("sha256").update(IMPORT_MAP).digest("base64");

/** The scripts of the packages: their path on the server, and their file. */
export function vendorFiles(): ReadonlyMap<string, string> {
  return new Map(
    VENDORS.flatMap(({ of, folder }) => {
      const found = findPackageJSON(of, import.meta.url);
      if (found === undefined) throw new Error(`the package ${of} is not installed`);
      const directory = join(dirname(found), folder);
      return readdirSync(directory)
        .filter((name) => /\.m?js$/.test(name))
        .map((name) => [`/vendor/${of}/${folder}/${name}`, join(directory, name)] as const);
    }),
  );
}
