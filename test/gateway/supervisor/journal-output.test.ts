import { describe, expect, it } from "vitest";

import { journalOutput } from "../../../gateway/supervisor/journal-output.ts";
import { createLog } from "../../../gateway/log.ts";
import type { BootId } from "../../../sessions/ids.ts";

function setUp() {
  const lines: string[] = [];
  const output = journalOutput({ isTTY: false, write: (text) => void lines.push(text) });
  const log = createLog({ level: "trace", format: "auto" }, { boot: "boot_1" as BootId, output });
  return { lines, log };
}

describe("a log that leads to the journal", () => {
  it("has the priority of each line before it", () => {
    const { lines, log } = setUp();
    log.error("e");
    log.warn("w");
    log.info("i");
    log.debug("d");
    expect(lines.map((line) => line.slice(0, 4))).toEqual(["<3>{", "<4>{", "<6>{", "<7>{"]);
    expect(JSON.parse(lines[1]?.slice(3) ?? "")).toMatchObject({ level: "warn", msg: "w" });
  });

  it("has no line above 48 KiB: what is longer says so and how it began, and is JSON still", () => {
    const { lines, log } = setUp();
    log.warn({ error: "ä\n".repeat(40_000) }, "it was long");
    const [line = ""] = lines;
    expect(Buffer.byteLength(line)).toBeLessThan(48 * 1024);
    const told = JSON.parse(line.slice(3)) as Record<string, unknown>;
    expect(line.slice(0, 3)).toBe("<4>");
    expect(told).toMatchObject({ level: "warn", msg: "it was long" });
    expect(Number(told["truncated"])).toBeGreaterThan(120_000);
    expect(told["beginning"]).toMatch(/^\{"level":"warn".*ä/);
  });

  it("leaves lines below that whole", () => {
    const { lines, log } = setUp();
    log.info({ error: "x".repeat(40_000) }, "whole");
    expect(lines[0]).not.toContain("truncated");
  });
});
