import { describe, expect, it } from "vitest";

import {
  beginningOf,
  piecesOf,
  withPictures,
  withTurnsTold,
} from "../../../console/chat/visible-text.ts";

describe("text of a chat", () => {
  it("shows control characters as pictures, and keeps lines and tabs", () => {
    expect(withPictures("a\u0000\u001b[31mb\tc\r\nd\u007f\u0085")).toBe("a␀␛[31mb\tc\nd␡�");
  });

  it("names what turns the direction of code", () => {
    expect(withTurnsTold("a\u202eb\u2066c")).toBe("a⟨U+202E⟩b⟨U+2066⟩c");
  });

  it("is never cut within a character", () => {
    expect(beginningOf("ab😀c", 3)).toBe("ab");
    expect(beginningOf("ab😀c", 4)).toBe("ab😀");
    expect(beginningOf("ab", 4)).toBe("ab");
  });

  it("is the same text in pieces, each short", () => {
    const text = "a😀".repeat(50);
    const pieces = piecesOf(text, 7);
    expect(pieces.join("")).toBe(text);
    for (const piece of pieces) {
      expect(piece.length).toBeLessThanOrEqual(7);
      expect(piece.isWellFormed()).toBe(true);
    }
  });
});
