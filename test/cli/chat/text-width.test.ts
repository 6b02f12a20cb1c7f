import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toPrintable, widthOf, wrap } from "../../../cli/chat/text-width.ts";

describe("the width of text", () => {
  it.each([
    ["abc", 3],
    ["é", 1],
    ["e\u0301", 1],
    ["日本", 4],
    ["👩‍🚀", 2],
    ["❤️", 2],
    ["한", 2],
  ])("%s takes %d columns", (text, width) => {
    expect(widthOf(text)).toBe(width);
  });

  it("wrapped lines fit and lose no word", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.integer({ min: 2, max: 30 }),
        (text, columns) => {
          const shown = toPrintable(text);
          const lines = wrap(shown, columns);
          for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
          const bare = (some: string): string => some.replaceAll(/\s/g, "");
          expect(bare(lines.join(""))).toBe(bare(shown));
        },
      ),
    );
  });

  it("lines break between words and keep their indentation", () => {
    expect(wrap("  one two three", 9)).toEqual(["  one two", "three"]);
    expect(wrap("a\n\nb", 9)).toEqual(["a", "", "b"]);
    expect(wrap("abcdefgh", 3)).toEqual(["abc", "def", "gh"]);
  });

  it("what could move the cursor or turn the text is taken out", () => {
    expect(toPrintable("a\u001B[2Jb\u0007\tc\r\nd\u202Ee\u009Bf")).toBe("a[2Jb    c\ndef");
  });
});
