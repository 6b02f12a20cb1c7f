import {
  array,
  assert,
  constant,
  constantFrom,
  integer,
  lorem,
  oneof,
  property,
  string,
} from "fast-check";
import { expect, it } from "vitest";

import { splitText } from "../../../gateway/deliver/split.ts";

const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Text as agents write it: words, lines, paragraphs, code blocks, emoji, long runs. */
const piece = oneof(
  lorem({ maxCount: 30 }),
  string({ unit: "grapheme", maxLength: 60 }),
  constantFrom(
    " ".repeat(700),
    "\n".repeat(300),
    "\n",
    "\n\n",
    " ",
    "😀",
    "👩‍👩‍👧",
    "é",
    "x".repeat(300),
  ),
  lorem({ maxCount: 20 }).map((code) => `\n\`\`\`ts\n${code.replaceAll(" ", "\n")}\n\`\`\`\n`),
  lorem({ maxCount: 8 }).map((code) => `\n~~~~\n${code}\n~~~~\n`),
  constant("\n```\nnever closed\n"),
);
const text = array(piece, { maxLength: 40, size: "max" }).map((pieces) => pieces.join(""));
const limit = integer({ min: 200, max: 1000 });

/** Lines that open or close a code block. */
function fences(part: string): number {
  let open: string | null = null;
  for (const line of part.split("\n")) {
    const mark = /^\s{0,3}(`{3,}|~{3,})(.*)$/.exec(line);
    if (mark === null) continue;
    const [, sign = "", rest = ""] = mark;
    if (open === null) open = sign;
    else if (sign.startsWith(open) && rest.trim() === "") open = null;
  }
  return open === null ? 0 : 1;
}

/** Without what splitting may change: line breaks and spaces at a cut, and fences. */
function bare(whole: string): string {
  return whole.replaceAll(/^\s{0,3}(`{3,}|~{3,}).*$/gm, "").replaceAll(/\s+/g, "");
}

it("[O08] the parts of a text are each within the limit", () => {
  assert(
    property(text, limit, (whole, most) => {
      for (const part of splitText(whole, most)) expect(part.length).toBeLessThanOrEqual(most);
    }),
    { numRuns: 300 },
  );
});

it("[O08] the parts of a text give it back, but for fences and white space at the cuts", () => {
  assert(
    property(text, limit, (whole, most) => {
      expect(bare(splitText(whole, most).join("\n"))).toBe(bare(whole));
    }),
    { numRuns: 300 },
  );
});

it("[O08] no part breaks a character", () => {
  assert(
    property(text, limit, (whole, most) => {
      for (const part of splitText(whole, most)) expect(LONE.test(part)).toBe(LONE.test(whole));
    }),
    { numRuns: 300 },
  );
});

it("[O08] every part but the last closes the code blocks that it opens", () => {
  assert(
    property(text, limit, (whole, most) => {
      const parts = splitText(whole, most);
      for (const part of parts.slice(0, -1)) expect(fences(part)).toBe(0);
    }),
    { numRuns: 300 },
  );
});

it("[O08] no part is blank", () => {
  assert(
    property(text, limit, (whole, most) => {
      const parts = splitText(whole, most);
      if (parts.length < 2) return;
      for (const part of parts) expect(part.trim()).not.toBe("");
    }),
    { numRuns: 300 },
  );
});

it("a text within the limit is one part, unchanged", () => {
  assert(
    property(text, (whole) => {
      expect(splitText(whole, whole.length)).toEqual([whole]);
    }),
    { numRuns: 100 },
  );
});

it("a code block that is cut is opened again with its language", () => {
  const code = Array.from({ length: 60 }, (_, n) => `const n${n} = ${n};`).join("\n");
  const parts = splitText(`Look:\n\n\`\`\`ts\n${code}\n\`\`\`\nDone.`, 300);
  expect(parts.length).toBeGreaterThan(3);
  for (const part of parts.slice(1)) expect(part.startsWith("```ts\n")).toBe(true);
  for (const part of parts.slice(0, -1)) expect(part.endsWith("\n```")).toBe(true);
  expect(parts.at(-1)?.endsWith("```\nDone.")).toBe(true);
});

it("a text is cut between paragraphs where it can be", () => {
  const paragraph = `${"word ".repeat(30).trim()}.`;
  const parts = splitText(Array.from({ length: 6 }, () => paragraph).join("\n\n"), 400);
  for (const part of parts) expect(part.split("\n\n").every((one) => one === paragraph)).toBe(true);
});

it("a text without a place to cut is cut between characters", () => {
  const family = "👩‍👩‍👧";
  const parts = splitText(family.repeat(100), 250);
  expect(parts.join("")).toBe(family.repeat(100));
  for (const part of parts) expect(part.length % family.length).toBe(0);
});

it.each([
  ["code", "`one two three four five`"],
  ["a link", "[some words to press](https://a.example/path/to/it)"],
  ["an image", "![some words to see](https://a.example/picture.png)"],
])("a line is not cut inside %s", (_, whole) => {
  const line = `word ${whole} `.repeat(60).trim();
  for (let limit = 280; limit < 360; limit += 1) {
    const parts = splitText(line, limit);
    expect(parts.length).toBeGreaterThan(3);
    expect(parts.flatMap((part) => part.split(whole)).join("")).not.toMatch(/[`[\]()]/);
  }
});

it("a code block with a fence in it stays one block in every part", () => {
  const inner = Array.from({ length: 40 }, (_, n) => `\`\`\`js\nconst n${n} = ${n};\n\`\`\``).join(
    "\n",
  );
  const parts = splitText(`\`\`\`\`md\n${inner}\n\`\`\`\`\nDone.`, 300);
  expect(parts.length).toBeGreaterThan(3);
  for (const part of parts) expect(part.startsWith("````md\n")).toBe(true);
  for (const part of parts.slice(0, -1)) expect(part.endsWith("\n````")).toBe(true);
});

it("a list is cut between its items", () => {
  const list = Array.from(
    { length: 40 },
    (_, n) => `- item ${n} with words\n  - and ${n} under it`,
  );
  const parts = splitText(list.join("\n"), 300);
  for (const part of parts) expect(part).toMatch(/^ {0,2}- /);
  expect(parts.join("\n")).toBe(list.join("\n"));
});

it("one line of a hundred thousand characters is cut in no time", () => {
  for (const piece of ["x", "[", "`a", "[a](", "word `code` "]) {
    const line = piece.repeat(Math.ceil(100_000 / piece.length)).trimEnd();
    const started = performance.now();
    const parts = splitText(line, 4096);
    expect(performance.now() - started).toBeLessThan(1000);
    expect(parts.every((part) => part.length <= 4096)).toBe(true);
    expect(parts.join("").replaceAll(" ", "")).toBe(line.replaceAll(" ", ""));
  }
});
