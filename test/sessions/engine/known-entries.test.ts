import { expect, it } from "vitest";

import type { Row } from "../../../sessions/sqlite/connection.ts";
import { createKnownEntries } from "../../../sessions/sqlite/known-entries.ts";
import type { TranscriptEntry } from "../../../sessions/transcript.ts";

const row = (id: number, more: Partial<Row> = {}): Row => ({
  seq: id,
  session: "s",
  id: `t:${id}`,
  turn: "t",
  at: 1,
  body: `{"kind":"assistant","text":"${id}"}`,
  ...more,
});

/** Reads rows, and says which of them had to be parsed. */
function reader() {
  const known = createKnownEntries();
  const parsed: string[] = [];
  return {
    parsed,
    read: (one: Row) =>
      known.recall(one, () => {
        parsed.push(String(one["body"]));
        return [{ at: parsed.length } as TranscriptEntry];
      }),
  };
}

it("an entry is parsed once while it stays as it is", () => {
  const { read, parsed } = reader();
  const first = read(row(1));
  expect(read(row(1))).toBe(first);
  expect(parsed).toHaveLength(1);
});

it.each([{ body: "{}" }, { turn: "u" }, { at: 2 }])("an entry is parsed anew with %o", (more) => {
  const { read, parsed } = reader();
  read(row(1));
  read(row(1, more));
  expect(parsed).toHaveLength(2);
});

it("an entry that was taken back and written again, in the same words, is another", () => {
  const { read, parsed } = reader();
  read(row(1));
  read(row(1, { seq: 2 }));
  expect(parsed).toHaveLength(2);
});

it("a damaged entry stays left out", () => {
  const known = createKnownEntries();
  expect(known.recall(row(1), () => [])).toEqual([]);
  expect(known.recall(row(1), () => [{ at: 1 } as TranscriptEntry])).toEqual([]);
});

it("the least recently read entries go first", () => {
  const known = createKnownEntries(100);
  const parsed: string[] = [];
  const read = (id: number): unknown =>
    known.recall(row(id, { body: `${id}`.padEnd(30) }), () => {
      parsed.push(`${id}`);
      return [];
    });
  for (const id of [1, 2, 3, 1, 4, 1, 3, 2]) read(id);
  expect(parsed).toEqual(["1", "2", "3", "4", "2"]);
});

it("an entry that is larger than the room is parsed each time", () => {
  const known = createKnownEntries(100);
  let count = 0;
  const long = row(1, { body: "x".repeat(101) });
  for (let time = 0; time < 2; time += 1) {
    known.recall(long, () => {
      count += 1;
      return [];
    });
  }
  expect(count).toBe(2);
});
