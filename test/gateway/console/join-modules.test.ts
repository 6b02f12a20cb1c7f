import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { joinModules } from "../../../gateway/console/join-modules.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sluice-join-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const joined = (files: Readonly<Record<string, string>>): Promise<string> =>
  joinModules("/console/page.ts", (path) => files[path] ?? "");

it("modules joined into one script do what they do apart, each once and with names of its own", async () => {
  const text = await joined({
    "/console/page.ts": [
      'import { join } from "node:path";',
      'import { Count, add as plus, LIMIT, later } from "./chat/count.ts";',
      "import {",
      "  own,",
      "  name,",
      '} from "./name.ts";',
      "const hidden = 1;",
      'globalThis.heard = [name(), own, plus(LIMIT, hidden), new Count().value, join("a", "b"), await1()];',
      "function await1() { return typeof later; }",
      "",
    ].join("\n"),
    "/console/chat/count.ts": [
      'import { own } from "../name.ts";',
      'import {         } from "../nothing.ts";',
      "const hidden = 2;",
      "export const LIMIT = 10;",
      "export class Count { value = hidden; }",
      "export function add(a, b) { return a + b + own; }",
      "export async function later() {}",
      "",
    ].join("\n"),
    "/console/name.ts": [
      'import { sep } from "node:path";',
      "globalThis.times = (globalThis.times ?? 0) + 1;",
      "export const own = 100;",
      "export function name() { return `export ${sep} // import`; }",
      "",
    ].join("\n"),
  });
  const file = join(directory, "page.mjs");
  writeFileSync(file, text);
  await import(pathToFileURL(file).href);
  const { heard, times } = globalThis as { heard?: unknown; times?: number };
  expect(heard).toEqual(["export / // import", 100, 111, 2, join("a", "b"), "function"]);
  expect(times).toBe(1);
  expect(text.match(/^import /gm)).toHaveLength(1);
});

it.each([
  "export default 3;",
  "export * from './a.ts';",
  "export { a };",
  "export let a = 1;",
  "export const { a } = b;",
  'import a from "./a.ts";',
  'import * as a from "./a.ts";',
  'import "./a.ts";',
  'const a = await import("./a.ts");',
  "const a = import.meta.url;",
])("a form that it does not know is refused: %s", async (line) => {
  await expect(joined({ "/console/page.ts": `const b = 1;\n${line}\n` })).rejects.toThrow(
    "/console/page.ts cannot be joined",
  );
});

it("a circle of imports is refused, with its way round", async () => {
  const files = {
    "/console/page.ts": 'import { a } from "./a.ts";\n',
    "/console/a.ts": 'import { b } from "./b.ts";\nexport const a = 1;\n',
    "/console/b.ts": 'import { a } from "./a.ts";\nexport const b = 1;\n',
  };
  await expect(joined(files)).rejects.toThrow(
    "/console/page.ts > /console/a.ts > /console/b.ts > /console/a.ts: a circle",
  );
});
