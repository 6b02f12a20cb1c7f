import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { repaint } from "../../../cli/chat/repaint.ts";
import type { Block } from "../../../cli/chat/repaint.ts";
import { Terminal } from "./terminal.ts";

function paint(steps: readonly Block[], rows = 100): { text: string; written: number } {
  const terminal = new Terminal({ rows: rows + 1 });
  let blocks: readonly Block[] = [];
  let written = 0;
  for (const step of steps) {
    const painted = repaint(blocks, step, rows);
    blocks = painted.blocks;
    terminal.write(painted.output);
    written += painted.output.length;
  }
  return { text: terminal.text(), written };
}

describe("repainting", () => {
  it("shows, after any order of changes, each block once in the place of its first showing", () => {
    const step = fc.record({
      key: fc.constantFrom("a", "b", "c", "d"),
      lines: fc.array(fc.constantFrom("x", "y", "z"), { minLength: 1, maxLength: 4 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const last = new Map<string, readonly string[]>();
        for (const { key, lines } of steps) last.set(key, lines);
        expect(paint(steps).text).toBe([...last.values()].flat().join("\n"));
      }),
    );
  });

  it("a block without lines goes, and may come again at the end", () => {
    const steps = [
      { key: "a", lines: ["a"] },
      { key: "b", lines: ["b"] },
      { key: "c", lines: ["c"] },
      { key: "b", lines: [] },
      { key: "b", lines: ["b"] },
    ];
    expect(paint(steps).text).toBe("a\nc\nb");
  });

  it("a growing block writes only its new lines", () => {
    const lines = Array.from({ length: 50 }, (_, index) => `line ${index}`);
    const { written } = paint(
      lines.map((_, index) => ({ key: "a", lines: lines.slice(0, index + 1) })),
    );
    expect(written).toBeLessThan(lines.join("").length + 50 * 10);
  });

  it("a block taller than the screen grows in place at its end", () => {
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`);
    const steps = lines.map((_, index) => ({ key: "a", lines: lines.slice(0, index + 1) }));
    expect(paint(steps, 5).text).toBe(lines.join("\n"));
  });

  it("a block that has scrolled away is painted anew at the end", () => {
    const steps = [
      { key: "a", lines: ["old"] },
      { key: "b", lines: ["1", "2", "3", "4", "5", "6"] },
      { key: "a", lines: ["new"] },
      { key: "a", lines: ["newer"] },
    ];
    expect(paint(steps, 5).text).toBe("old\n1\n2\n3\n4\n5\n6\nnewer");
  });
});
