import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { importViolations } from "./architecture/import-rules.ts";
import { codeOf, readSourceFiles, sourceFile } from "./architecture/source-file.ts";
import { textViolations } from "./architecture/text-rules.ts";

const files = readSourceFiles(join(import.meta.dirname, ".."));

describe("the repository", () => {
  it("keeps the directions of its imports and each vendor in one room", () => {
    expect(files.length).toBeGreaterThan(20);
    expect(files.flatMap(importViolations)).toEqual([]);
  });

  it("keeps the shape of its code", () => {
    expect(files.flatMap(textViolations)).toEqual([]);
  });
});

describe("the import rules", () => {
  it.each([
    ["sessions/a.ts", `import { x } from "../gateway/b.ts";`],
    ["adapters/local/a.ts", `import type { x } from "../../gateway/operations.ts";`],
    ["adapters/local/a.ts", `import type { x } from "../telegram/b.ts";`],
    ["adapters/local/a.ts", `import { decide } from "../../sessions/machine/decide.ts";`],
    ["adapters/local/a.ts", `import type { x } from "../../sessions/sqlite/b.ts";`],
    ["adapters/local/a.ts", `import type { x } from "../../workers/worker.ts";`],
    ["workers/demo/a.ts", `import { x } from "../../adapters/adapter.ts";`],
    ["workers/demo/a.ts", `import { x } from "../acp/b.ts";`],
    ["gateway/a.ts", `import { x } from "../cli/main.ts";`],
    ["gateway/a.ts", `const x = await import("../cli/main.ts");`],
    ["gateway/a.ts", `export { x } from "../test/b.ts";`],
    ["gateway/a.ts", `import {\n  x,\n  y,\n} from "../cli/main.ts";`],
    ["gateway/a.ts", `import "../bench/b.ts";`],
    ["gateway/a.ts", `import { Bot } from "grammy";`],
    ["adapters/discord/a.ts", `import { Bot } from "grammy/web";`],
    ["adapters/telegram/a.ts", `import { REST } from "@discordjs/rest";`],
    ["gateway/a.ts", `import Keyv from "keyv";`],
    ["gateway/a.ts", `import { DatabaseSync } from "node:sqlite";`],
    ["sessions/sqlite/a.ts", `import Database from "better-sqlite3";`],
    ["test/a.ts", `import Database from "better-sqlite3";`],
    ["gateway/a.ts", `import { Command } from "commander";`],
    ["cli/a.ts", `import { Hono } from "hono";`],
    ["sessions/machine/a.ts", `import { z } from "zod";`],
    ["console/a.ts", `import { x } from "../gateway/operations.ts";`],
    ["console/a.ts", `import type { x } from "../adapters/adapter.ts";`],
    ["gateway/a.ts", `import { h } from "preact";`],
    ["cli/a.ts", `import { parse } from "yaml";`],
    ["gateway/a.ts", `import { it } from "vitest";`],
  ])("refuse in %s: %s", (path, text) => {
    expect(importViolations(sourceFile(path, text))).toHaveLength(1);
  });

  it.each([
    ["cli/a.ts", `import { x } from "../gateway/b.ts";`],
    ["gateway/a.ts", `import { x } from "../workers/demo/demo-worker.ts";`],
    ["adapters/local/a.ts", `import type { x } from "../../sessions/engine.ts";`],
    ["adapters/local/a.ts", `import { SluiceError } from "../../sessions/errors.ts";`],
    ["adapters/local/a.ts", `import type { Adapter } from "../adapter.ts";`],
    ["adapters/local/a.ts", `import { b } from "./b.ts";`],
    ["workers/demo/a.ts", `import { x } from "../process/child-process.ts";`],
    ["adapters/telegram/a.ts", `import { Bot } from "grammy";`],
    ["test/a.ts", `import { x } from "../cli/main.ts";`],
    ["console/a.ts", `import type { x } from "../gateway/operations.ts";`],
    ["console/a.ts", `import { h } from "preact";`],
    ["gateway/a.ts", `// import { x } from "../cli/main.ts";`],
    ["gateway/a.ts", 'const text = `import { x } from "../cli/main.ts"`;'],
  ])("allow in %s: %s", (path, text) => {
    expect(importViolations(sourceFile(path, text))).toEqual([]);
  });
});

describe("the text rules", () => {
  it.each([
    ["gateway/a.ts", "const home = process.env.HOME;"],
    ["cli/a.ts", "process.exit(1);"],
    ["cli/a.ts", "process.exitCode = 1;"],
    ["gateway/a.ts", "enum Colour { Red }"],
    ["gateway/a.ts", "namespace Colours { }"],
    ["gateway/a.ts", "export default 3;"],
    ["gateway/a.ts", "const a: any = 3;"],
    ["gateway/a.ts", "const a = b as any;"],
    ["gateway/a.ts", "const a = new Map<string, any>();"],
    ["test/a.ts", "const a: any = 3;"],
    ["gateway/a.ts", "a!.b;"],
    ["gateway/a.ts", "f(a[0]!);"],
    ["gateway/a.ts", "class A { constructor(readonly b: string) {} }"],
    ["gateway/a.ts", "class A {\n  @logged()\n  b() {}\n}"],
    ["gateway/a.ts", "class A { private b = 3; }"],
    ["gateway/a.ts", "class A extends B {}"],
    ["gateway/a.ts", `const a = require("a");`],
    ["gateway/a.ts", "const at = Date.now();"],
    ["gateway/a.ts", "const at = new Date();"],
    ["sessions/a.ts", "const dice = Math.random();"],
    ["gateway/a.ts", "setTimeout(action, 3);"],
    ["gateway/a.ts", "// TODO: the rest"],
    ["gateway/a.ts", `throw new Error("not implemented");`],
    ["gateway/a.ts", "// @ts-expect-error it works"],
    ["gateway/a.ts", "// oxlint-disable-next-line no-console"],
    ["gateway/index.ts", ""],
    ["gateway/utils/a.ts", ""],
    ["gateway/helpers.ts", ""],
    ["gateway/types.ts", ""],
    ["gateway/theNoun.ts", ""],
  ])("refuse in %s: %s", (path, text) => {
    expect(textViolations(sourceFile(path, text))).toHaveLength(1);
  });

  it.each([
    ["gateway/config/a.ts", "const home = process.env.HOME;"],
    ["cli/main.ts", "process.exitCode = 75;"],
    ["gateway/a.ts", `const text = "process.env is any of these: any";`],
    ["gateway/a.ts", "/* enum A { } */ const a = /process.env/;"],
    ["gateway/a.ts", "if (a !== b && !c) d();"],
    ["gateway/a.ts", "class A extends Error {}"],
    ["gateway/a.ts", "const at = new Date(clock.now());"],
    ["test/gateway/a-noun.test.ts", "Date.now();"],
  ])("allow in %s: %s", (path, text) => {
    expect(textViolations(sourceFile(path, text))).toEqual([]);
  });
});

describe("the sizes", () => {
  it.each([
    ["gateway/a.ts", 250],
    ["gateway/gateway.ts", 150],
  ])("allow %s %d lines and no more", (path, most) => {
    expect(textViolations(sourceFile(path, "a;\n".repeat(most)))).toEqual([]);
    expect(textViolations(sourceFile(path, "a;\n".repeat(most + 1)))).toHaveLength(1);
  });

  it("leave tests alone", () => {
    expect(textViolations(sourceFile("test/a.test.ts", "a;\n".repeat(400)))).toEqual([]);
  });
});

describe("the scanner", () => {
  it.each([
    [`a("//", b) // c`, `a("  ", b)     `],
    ["a(`b ${c(`d`)} e`)", "a(`  ${c(` `)}  `)"],
    ["a(`${{ b: `c` }}`)", "a(`${{ b: ` ` }}`)"],
    [String.raw`"a\"b" + c`, `"    " + c`],
    [`x = /["'/]/ + "a"`, `x = /     / + " "`],
    ["a / b / c", "a / b / c"],
    ["a /* b\nc */ d", "a     \n     d"],
  ])("blanks %s", (text, code) => {
    expect(codeOf(text)).toBe(code);
  });
});
