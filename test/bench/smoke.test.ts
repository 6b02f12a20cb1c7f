import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterAll, describe, expect, it } from "vitest";

import { isReached } from "../../bench/driver/row.ts";
import type { Row } from "../../bench/driver/row.ts";

const ROOT = join(import.meta.dirname, "../..");
const directory = mkdtempSync(join(tmpdir(), "sluice-smoke-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe("the measurements", () => {
  it(
    "write a table with every figure of the design when they are run small",
    { timeout: 120_000 },
    async () => {
      const out = join(directory, "benchmarks.md");
      await promisify(execFile)(process.execPath, ["bench/main.ts", "--quick", "--out", out], {
        cwd: ROOT,
      });
      const lines = readFileSync(out, "utf8").split("\n");
      const rows = lines
        .filter((line) => line.startsWith("| "))
        .map((line) => line.split("|").map((cell) => cell.trim()))
        .slice(2);
      expect(rows.every((cells) => cells.length === 8)).toBe(true);
      const wanted = rows.filter(([, , figure]) => figure !== "").map(([, what]) => what ?? "");
      for (const what of [
        /^start/,
        /p50/,
        /^CPU/,
        /^burst/,
        /^memory, idle/,
        /SIGTERM/,
        /at once/,
        ...["Telegram", "Discord"].flatMap((name) =>
          ["start", "no answers", "round trip.*p50", "CPU", "burst.*rate", "memory, idle"].map(
            (what) => new RegExp(`^${name}: .*${what}`),
          ),
        ),
      ]) {
        expect(wanted.some((one) => what.test(one))).toBe(true);
      }
      // Something was measured in each: a number, and not none.
      expect(rows.filter(([, , , gateway]) => !/^-?\d/.test(gateway ?? ""))).toEqual([]);
      expect(lines).toContainEqual(expect.stringContaining("to make 4 KiB durable"));
    },
  );
});

describe("a figure", () => {
  const row: Row = { what: "w", unit: "s", gateway: 3, bare: 2, figure: null };

  it.each([
    [null, null],
    [{ of: "value", most: 3 }, true],
    [{ of: "value", most: 2.9 }, false],
    [{ of: "value", least: 4 }, false],
    [{ of: "ratio", most: 1.5 }, true],
    [{ of: "ratio", most: 1.4 }, false],
    [{ of: "ratio", least: 1.6 }, false],
  ] as const)("%o is reached: %s", (figure, reached) => {
    expect(isReached({ ...row, figure })).toBe(reached);
  });

  it("is not reached when nothing was measured", () => {
    const nothing: Row = { ...row, gateway: Number.NaN, figure: { of: "value", most: 3 } };
    expect(isReached(nothing)).toBe(false);
  });
});
