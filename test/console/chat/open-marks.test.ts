import { describe, expect, it } from "vitest";

import { closeMarks } from "../../../console/chat/open-marks.ts";

describe("Markdown that is still being written", () => {
  it.each([
    ["a **bo", "a **bo**"],
    ["a **bold** b", "a **bold** b"],
    ["a **", "a "],
    ["a `co", "a `co`"],
    ["a `", "a "],
    ["see [the docs](https://exam", "see the docs"],
    ["see [the do", "see the do"],
    ["see [the docs](https://example.org) b", "see [the docs](https://example.org) b"],
    ["- [ ", "- [ "],
    ["- [x]", "- [x]"],
    ["**a\n\nb **c", "**a\n\nb **c**"],
    ["```ts\nlet **a", "```ts\nlet **a"],
    ["```ts\na\n```\nb **c", "```ts\na\n```\nb **c**"],
    ["plain", "plain"],
    ["", ""],
  ])("reads %j as %j", (written, closed) => {
    expect(closeMarks(written)).toBe(closed);
  });
});
