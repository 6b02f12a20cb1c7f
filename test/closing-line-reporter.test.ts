import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "sluice-reporter-"));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function lastLine(files: Readonly<Record<string, string>>): {
  line: string;
  status: number | null;
} {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  const reporter = join(root, "test/closing-line-reporter.ts");
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const run = spawnSync(
    process.execPath,
    [
      vitest,
      "run",
      "--globals",
      "--root",
      dir,
      "--reporter=default",
      `--reporter=${reporter}`,
      "--passWithNoTests",
    ],
    // The run under test is one of its own, and must not take itself for a part of this one.
    { encoding: "utf8", env: { PATH: process.env["PATH"] } },
  );
  return { line: run.stdout.trimEnd().split("\n").at(-1) ?? "", status: run.status };
}

describe("the last line of a test run", () => {
  it("counts what passed, failed and was skipped", () => {
    const text = `
      it("a", () => {});
      it("b", () => {});
      it("c", () => expect(1).toBe(2));
      it.skip("d", () => {});
    `;
    expect(lastLine({ "a.test.ts": text })).toEqual({
      line: "2 passed, 1 failed, 1 skipped",
      status: 1,
    });
  });

  it("leaves out the skipped when there is none", () => {
    expect(lastLine({ "a.test.ts": `it("a", () => {});` })).toEqual({
      line: "1 passed, 0 failed",
      status: 0,
    });
  });

  it("counts what fails outside a test", () => {
    const files = {
      "a.test.ts": `it("a", () => { void Promise.reject(new Error("unseen")); });`,
      "b.test.ts": `throw new Error("does not load");`,
      "c.test.ts": `describe("d", () => { afterAll(() => { throw new Error("late"); }); it("c", () => {}); });`,
    };
    expect(lastLine(files)).toEqual({ line: "2 passed, 3 failed", status: 1 });
  });
});
