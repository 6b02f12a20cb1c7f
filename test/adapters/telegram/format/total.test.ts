import { array, assert, constantFrom, lorem, oneof, property, string } from "fast-check";
import type { MessageEntity } from "grammy/types";
import { expect, it } from "vitest";

import { formatMarkdown } from "../../../../adapters/telegram/format/format.ts";
import { plainText } from "../../../../adapters/telegram/format/plain.ts";

const MARKS = [
  "*",
  "**",
  "_",
  "__",
  "~~",
  "`",
  "``",
  "```",
  "````\n",
  "\n```ts\n",
  "[",
  "](",
  ")",
  "![",
  "<",
  ">",
  "\n",
  "\n\n",
  "\r\n",
  " ",
  "  ",
  "    ",
  "\t",
  "\\",
  "|",
  "\n|-|-|\n",
  "a|b\n-|-\nc|d\n",
  "---",
  "# ",
  "- ",
  "-\t",
  "* ",
  "+ ",
  "1. ",
  "10) ",
  "- [ ] ",
  "[x] ",
  "> ",
  "\n> ",
  "\n- ",
  "\n  - ",
  "\n   1. ",
  "<b>",
  "</b>",
  "<i>",
  "</i>",
  "<code>",
  "</code>",
  "<pre>",
  "</pre>",
  "<details>",
  "</details>",
  "<summary>",
  "</summary>",
  "<br>",
  "<!--",
  "-->",
  "<a href='https://a.b'>",
  "</a>",
  "<blockquote>",
  "</blockquote>",
  "\n\n<b>\n\n",
  "\n\n</b>\n\n",
  "https://a.b/c",
  "(https://a.b)",
  "[a]: x.y\n",
  "[a]",
  "[a](b)",
  '[ab](https://a.b "t")',
  "&amp;",
  "&#x1F600;",
  "&#0;",
  "😀",
  "👩‍👩‍👧",
  "\u0000",
  "\ud83d",
  "\udc00",
  "\u00A0",
  "\u200B",
  "שלום",
  "é",
  "x",
  "a_b",
  "2*3",
];
const mark = constantFrom(...MARKS);
const markdown = oneof(
  array(oneof(mark, mark, lorem({ maxCount: 3 })), { maxLength: 60, size: "max" }).map((parts) =>
    parts.join(""),
  ),
  string({ unit: "binary", maxLength: 200 }),
  string({ unit: "grapheme", maxLength: 200 }),
);

const BLANK = /^[ \n\t]|[ \n\t]$/;
const SPLITTABLE = new Set(["bold", "italic", "underline", "strikethrough", "spoiler"]);
const QUOTES = new Set(["blockquote", "expandable_blockquote"]);

/** Why Telegram would not keep these entities as they are. */
function faults(text: string, entities: readonly MessageEntity[]): readonly string[] {
  const found: string[] = [];
  if (entities.length > 100) found.push("more than 100");
  for (const [at, one] of entities.entries()) {
    const end = one.offset + one.length;
    const covered = text.slice(one.offset, end);
    const previous = entities[at - 1];
    if (one.length <= 0 || one.offset < 0 || end > text.length) found.push("out of bounds");
    if (previous !== undefined && previous.offset > one.offset) found.push("not in order");
    if (previous?.offset === one.offset && previous.length < one.length) found.push("inner first");
    if (BLANK.test(covered)) found.push("blank at an edge");
    if (!covered.isWellFormed()) found.push("cuts a character");
    for (const other of entities.slice(at + 1)) {
      if (other.offset >= end) continue;
      if (other.offset + other.length > end) found.push(`${one.type} crosses ${other.type}`);
      if (!mayHold(one.type, other.type)) found.push(`${one.type} holds ${other.type}`);
    }
  }
  return found;
}

function mayHold(outer: string, inner: string): boolean {
  if (QUOTES.has(outer)) return !QUOTES.has(inner);
  if (outer === "text_link") return SPLITTABLE.has(inner);
  if (!SPLITTABLE.has(outer) || inner === outer) return false;
  return SPLITTABLE.has(inner) || inner === "text_link";
}

it("[T10] entities are such as Telegram keeps, whatever the source", () => {
  assert(
    property(markdown, (source) => {
      const { text, entities } = formatMarkdown(source);
      expect(faults(text, entities)).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});

it("[T10] a text is never longer than its source", () => {
  assert(
    property(markdown, (source) => {
      expect(formatMarkdown(source).text.length).toBeLessThanOrEqual(source.length);
    }),
    { numRuns: 2000 },
  );
});

it("[T10] what shows something is not empty, and can be sent", () => {
  assert(
    property(markdown, (source) => {
      for (const text of [formatMarkdown(source).text, plainText(source)]) {
        expect(text === "").toBe(plainText(source) === "");
        expect(text.isWellFormed()).toBe(true);
        expect(text).not.toMatch(/[^\P{Cc}\n\t]/u);
        expect(text).toBe(text.replace(/^[ \n\t]+/, "").trimEnd());
      }
    }),
    { numRuns: 1000 },
  );
});

it("[T10] of more than a hundred entities the links and code blocks stay", () => {
  const { entities } = formatMarkdown(`${"*a* ".repeat(150)}[b](https://a.b)\n\n\`\`\`\nc\n\`\`\``);
  expect(entities).toHaveLength(100);
  expect(entities.slice(-2).map(({ type }) => type)).toEqual(["text_link", "pre"]);
});

it("plain text is the source, without what cannot be sent", () => {
  expect(plainText("**a**\r\n\u0000`b` \ud83d ")).toBe("**a**\n`b` \uFFFD");
});

it.each([
  ["brackets", "["],
  ["stars", "*"],
  ["stars with words", "**a*"],
  ["underscores", "_a"],
  ["quotes", ">"],
  ["lists", "1. "],
  ["bullets", "- "],
  ["backticks", "`a``"],
  ["half links", "[a]("],
  ["tags", "<b>"],
  ["half tags", "<a "],
  ["comments", "<!--"],
  ["tables", "|a|b|\n|-|-|\n"],
  ["definitions", "[a]: b\n"],
])("[T10] %s in plenty cost no time", (_, piece) => {
  const one = piece.repeat(Math.floor(4096 / piece.length));
  const started = performance.now();
  for (const source of [one, piece.repeat(Math.ceil(1_000_000 / piece.length))]) {
    const { text, entities } = formatMarkdown(source);
    expect(text.length).toBeLessThanOrEqual(source.length);
    expect(faults(text, entities)).toEqual([]);
  }
  expect(performance.now() - started).toBeLessThan(500);
});

it("[T10] a message of an agent is formatted within a few milliseconds", () => {
  const section =
    "## Title\nSome **bold** and `code` with [a link](https://a.b/c).\n\n- one\n- two\n\n```ts\nx\n```\n\n";
  const source = section.repeat(Math.floor(4096 / section.length));
  const times = Array.from({ length: 20 }, () => {
    const started = performance.now();
    formatMarkdown(source);
    return performance.now() - started;
  });
  // The best of many: the machine may be busy with other things.
  expect(Math.min(...times)).toBeLessThan(5);
});
