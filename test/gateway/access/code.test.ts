import { assert, infiniteStream, nat, property } from "fast-check";
import { expect, it } from "vitest";

import {
  CODE_ALPHABET,
  CODE_LENGTH,
  hashCode,
  isCode,
  makeCode,
  readCode,
  showCode,
} from "../../../gateway/access/code.ts";
import { realChance } from "../../../sessions/real-time.ts";

it("a code has eight characters, none of which is read as another", () => {
  expect(CODE_LENGTH).toBe(8);
  expect(new Set(CODE_ALPHABET).size).toBe(CODE_ALPHABET.length);
  expect(CODE_ALPHABET).not.toMatch(/[01ILOUaeiou]/);
  const chance = infiniteStream(nat()).map((numbers) => ({
    int: (below: number) => (numbers.next().value ?? 0) % below,
  }));
  assert(
    property(chance, (dice) => {
      const code = makeCode(dice);
      expect(code).toMatch(new RegExp(`^[${CODE_ALPHABET}]{8}$`));
      expect(readCode(showCode(code))).toBe(code);
    }),
  );
});

it("every character of the alphabet is as likely at every place", () => {
  const counts = Array.from({ length: CODE_LENGTH }, () => new Map<string, number>());
  const rounds = 28_000;
  for (let round = 0; round < rounds; round += 1) {
    for (const [place, character] of makeCode(realChance).split("").entries()) {
      const count = counts[place];
      count?.set(character, (count.get(character) ?? 0) + 1);
    }
  }
  for (const count of counts) {
    expect(count.size).toBe(CODE_ALPHABET.length);
    // 1,000 are expected; a fair draw is outside of this once in 10¹¹ or so.
    for (const seen of count.values()) expect(Math.abs(seen - 1000)).toBeLessThan(220);
  }
});

it("a code is known again however it is typed, and no other is", async () => {
  const code = makeCode(realChance);
  const kept = await hashCode(code, realChance);
  const small = showCode(code).toLowerCase();
  for (const typed of [code, showCode(code), small, ` ${small.replace("-", " ")} `]) {
    expect(await isCode(typed, kept)).toBe(true);
  }
  const last = code.at(-1) === "2" ? "3" : "2";
  for (const typed of [code.slice(0, 7) + last, code.slice(0, 7), `${code}2`, ""]) {
    expect(await isCode(typed, kept)).toBe(false);
  }
});

it("what is kept of a code neither holds it nor is the same twice", async () => {
  const code = makeCode(realChance);
  const [one, other] = [await hashCode(code, realChance), await hashCode(code, realChance)];
  expect(JSON.stringify(one)).not.toContain(code);
  expect(one.salt).toMatch(/^[0-9a-f]{32}$/);
  expect(one.salt).not.toBe(other.salt);
  expect(one.hash).not.toBe(other.hash);
});
