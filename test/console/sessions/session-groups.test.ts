import { describe, expect, it } from "vitest";

import { indexOfKey, moveTo } from "../../../console/sessions/list-moves.ts";
import { EMPTY_BOOK, withSummaries } from "../../../console/sessions/session-book.ts";
import { groupSessions } from "../../../console/sessions/session-groups.ts";
import type { Line } from "../../../console/sessions/session-groups.ts";
import { aSummary } from "../sample.ts";

const book = withSummaries(
  EMPTY_BOOK,
  [
    aSummary("local:main:a", { status: "idle", touchedAt: 50 }),
    aSummary("local:main:b", { status: "running", touchedAt: 10 }),
    aSummary("local:main:c", { status: "awaiting_input", touchedAt: 1 }),
    aSummary("telegram:bot:d", { status: "resume_pending", touchedAt: 90 }),
    aSummary("telegram:bot:e", { status: "suspended", touchedAt: 5 }),
    aSummary("telegram:bot:f", { status: "idle", touchedAt: 60 }),
    aSummary("telegram:bot:g", { status: "starting", touchedAt: 3 }),
    aSummary("telegram:bot:h", { status: "interrupting", touchedAt: 4 }),
  ],
  EMPTY_BOOK,
);
const all = { group: null, text: "" };

function shown(lines: readonly Line[]): readonly string[] {
  return lines.map((line) =>
    line.kind === "heading"
      ? `${line.group} ${line.count}`
      : `${line.place} ${line.session.key.split(":")[2]}`,
  );
}

describe("the groups of sessions", () => {
  it("stand in their order with their counts, who waits for a person first", () => {
    const { lines, counts, shown: count } = groupSessions(book, all);
    expect(shown(lines)).toEqual([
      "active 5",
      "1 c",
      "2 d",
      "3 b",
      "4 h",
      "5 g",
      "idle 2",
      "6 f",
      "7 a",
      "suspended 1",
      "8 e",
    ]);
    expect(counts).toEqual({ active: 5, idle: 2, suspended: 1 });
    expect(count).toBe(8);
  });

  it("one group alone is counted from 1, and the counts of the others stay", () => {
    const { lines, counts } = groupSessions(book, { group: "suspended", text: "" });
    expect(shown(lines)).toEqual(["suspended 1", "1 e"]);
    expect(counts).toEqual({ active: 5, idle: 2, suspended: 1 });
  });

  it.each([
    ["TELEGRAM", 5],
    ["telegram awaiting", 0],
    ["resume pending", 1],
    ["resume_pending", 1],
    ["main:a", 1],
    ["nowhere", 0],
  ])("the text %s lets %d through", (text, count) => {
    expect(groupSessions(book, { group: null, text }).shown).toBe(count);
  });

  it("10,000 sessions are grouped in the time of a few frames", () => {
    const many = withSummaries(
      EMPTY_BOOK,
      Array.from({ length: 10_000 }, (_, index) =>
        aSummary(`local:main:chat-${index}`, { touchedAt: (index * 7919) % 10_007 }),
      ),
      EMPTY_BOOK,
    );
    const begun = performance.now();
    expect(groupSessions(many, { group: null, text: "chat-9" }).shown).toBe(1111);
    expect(groupSessions(many, all).lines).toHaveLength(10_001);
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});

describe("the keys of the list", () => {
  const { lines } = groupSessions(book, all);
  const move = (key: string, from: string | null): string | null => {
    const index = moveTo(lines, { key, at: indexOfKey(lines, from), page: 3 });
    const line = index === null ? undefined : lines[index];
    return line?.kind === "session" ? line.session.key : null;
  };

  it.each([
    ["ArrowDown", null, "local:main:c"],
    ["ArrowDown", "local:main:c", "telegram:bot:d"],
    ["ArrowDown", "telegram:bot:g", "telegram:bot:f"],
    ["ArrowDown", "telegram:bot:e", "telegram:bot:e"],
    ["ArrowUp", "telegram:bot:f", "telegram:bot:g"],
    ["ArrowUp", "local:main:c", "local:main:c"],
    ["Home", "telegram:bot:e", "local:main:c"],
    ["End", "local:main:c", "telegram:bot:e"],
    ["PageDown", "local:main:c", "telegram:bot:h"],
    ["PageDown", "local:main:a", "telegram:bot:e"],
    ["PageUp", "telegram:bot:d", "local:main:c"],
    ["x", "local:main:c", null],
  ])("%s from %s leads to %s", (key, from, to) => {
    expect(move(key, from)).toBe(to);
  });

  it("lead nowhere in an empty list", () => {
    expect(moveTo([], { key: "End", at: -1, page: 3 })).toBe(-1);
    expect(moveTo([], { key: "ArrowDown", at: -1, page: 3 })).toBe(-1);
  });
});
