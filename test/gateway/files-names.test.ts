import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";

import { array, assert, constantFrom, oneof, property, string } from "fast-check";
import { expect, it } from "vitest";

import { attachmentName, safeName } from "../../gateway/files/safe-name.ts";
import { sizeWords } from "../../gateway/files/size-words.ts";

/** What people and programs write, and what they write who mean harm. */
const NAMES = oneof(
  string({ unit: "binary", maxLength: 400 }),
  string({ unit: "grapheme", maxLength: 300 }),
  array(
    constantFrom(
      "..",
      "/",
      "\\",
      ".",
      "~",
      "\0",
      "\n",
      "\u202e",
      "👩‍🚀",
      "é",
      "a",
      " ",
      ".txt",
      "\ud83d",
    ),
    {
      maxLength: 150,
    },
  ).map((parts) => parts.join("")),
);

it("[T15, E14] no name is a path, hidden, empty or too long", () => {
  assert(
    property(NAMES, (name) => {
      const safe = safeName(name);
      expect(safe).not.toBe("");
      expect(safe.length).toBeLessThanOrEqual(100);
      expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(200);
      expect(safe).not.toMatch(/[/\\\p{Cc}\u202a-\u202e\u2066-\u2069\u2028\u2029]/u);
      expect(safe).not.toMatch(/^[.\s]|[.\s]$/u);
      expect(safe.isWellFormed()).toBe(true);
      expect(basename(safe)).toBe(safe);
      expect(dirname(resolve("/place", safe))).toBe("/place");
      expect(safeName(safe)).toBe(safe);
    }),
    { numRuns: 3000 },
  );
});

it("every name can be the name of a file", () => {
  const directory = mkdtempSync(join(tmpdir(), "sluice-names-"));
  try {
    assert(
      property(NAMES, (name) => {
        const own = mkdtempSync(join(directory, "n-"));
        const file = `1-${safeName(name)}`;
        writeFileSync(join(own, `${file}.part-1-1`), "x");
        writeFileSync(join(own, file), "x");
        expect(readdirSync(own).toSorted()).toEqual([file, `${file}.part-1-1`].toSorted());
        rmSync(own, { recursive: true });
      }),
      { numRuns: 300 },
    );
    expect(readdirSync(directory)).toEqual([]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

it.each([
  ["report.pdf", "report.pdf"],
  ["Überblick 2026.xlsx", "Überblick 2026.xlsx"],
  [".env", "env"],
  ["...", "file"],
  ["a/b\\c", "a_b_c"],
  [`${"x".repeat(200)}.pdf`, `${"x".repeat(96)}.pdf`],
  ["👩‍🚀".repeat(60), "👩‍🚀".repeat(18)],
])("a person still knows %j", (name, safe) => {
  expect(safeName(name)).toBe(safe);
});

it.each([
  ["image/jpeg", "photo.jpg"],
  ["audio/ogg", "photo.ogg"],
  ["application/x-very-odd", "photo"],
  ["../..", "photo"],
])("a photo of %s has a name", (mime, name) => {
  expect(attachmentName({ kind: "photo", ref: "r", name: " ", mime, size: null })).toBe(name);
});

it.each([
  [0, "0 bytes"],
  [1023, "1023 bytes"],
  [1536, "1.5 KB"],
  [20 * 1024 * 1024, "20 MB"],
  [5e12, "4657 GB"],
])("%i bytes are %s", (bytes, words) => {
  expect(sizeWords(bytes)).toBe(words);
});
