import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  array,
  assert,
  asyncProperty,
  constantFrom,
  integer,
  nat,
  oneof,
  record,
} from "fast-check";
import type { Arbitrary } from "fast-check";
import { expect, it } from "vitest";

import type { TranscriptWrite } from "../../../sessions/engine.ts";
import { openSqliteEngine } from "../../../sessions/sqlite/sqlite-engine.ts";
import { createTails } from "../../../sessions/sqlite/tails.ts";
import type { PlacedEntry } from "../../../sessions/sqlite/tails.ts";
import type { TranscriptEntry } from "../../../sessions/transcript.ts";
import { BOOT, sessionId, settableClock, turnId } from "./samples.ts";

const SESSIONS = ["a", "b"];

function entry(session: string, turn: number, id: number, text: string): TranscriptEntry {
  return {
    session: sessionId(session),
    turn: turnId(`${turn}`),
    id: `${turn}:${id}`,
    at: 1,
    body: { kind: "assistant", text, partial: false },
  };
}

const write: Arbitrary<TranscriptWrite> = record({
  session: constantFrom(...SESSIONS),
  turn: nat(3),
  id: nat(3),
  text: constantFrom("x", "y", "z"),
  does: constantFrom("put", "put", "put", "put", "take", "takeAll"),
}).map(({ session, turn, id, text, does }) =>
  does === "put"
    ? { op: "put", entry: entry(session, turn, id, text) }
    : {
        op: "retract",
        session: sessionId(session),
        turn: turnId(`${turn}`),
        id: does === "take" ? `${turn}:${id}` : null,
      },
);

it("what is read of a conversation is what is stored, in whatever order it is written and read", async () => {
  const step = oneof(
    { weight: 3, arbitrary: array(write, { minLength: 1, maxLength: 4 }) },
    {
      weight: 1,
      arbitrary: record({
        read: constantFrom(...SESSIONS),
        last: integer({ min: 1, max: 8 }),
      }),
    },
  );
  await assert(
    asyncProperty(array(step, { maxLength: 25 }), async (steps) => {
      const directory = mkdtempSync(join(tmpdir(), "sluice-tails-"));
      const open = () =>
        openSqliteEngine({ file: join(directory, "s.sqlite"), boot: BOOT, clock: settableClock() });
      const engine = await open();
      try {
        const commits: Promise<unknown>[] = [];
        for (const one of steps) {
          if (Array.isArray(one)) commits.push(engine.commit({ transcript: one }));
          else commits.push(engine.transcript(sessionId(one.read), one.last));
          if (commits.length % 3 === 0) await Promise.all(commits);
        }
        await Promise.all(commits);
        const fresh = await open();
        for (const session of SESSIONS.map(sessionId)) {
          for (const last of [2, 5, 50]) {
            expect(await engine.transcript(session, last)).toEqual(
              await fresh.transcript(session, last),
            );
          }
        }
        await fresh.close();
      } finally {
        await engine.close();
        rmSync(directory, { recursive: true });
      }
    }),
    { numRuns: 40 },
  );
}, 60_000);

const placed = (seq: number, text = "x", session = "a"): PlacedEntry => ({
  seq,
  entry: entry(session, 1, seq, text),
});

it("a conversation is read from the store once, while more is written to it", () => {
  const tails = createTails();
  let reads = 0;
  const read = () => {
    reads += 1;
    return [placed(1), placed(2)];
  };
  tails.of(sessionId("a"), 3, read);
  tails.committed([
    { write: { op: "put", entry: placed(3).entry }, seq: 3 },
    { write: { op: "put", entry: placed(4).entry }, seq: 4 },
  ]);
  const ids = tails.of(sessionId("a"), 3, read).map(({ id }) => id);
  expect(ids).toEqual(["1:2", "1:3", "1:4"]);
  expect(tails.of(sessionId("a"), 2, read)).toHaveLength(2);
  expect(reads).toBe(1);
  tails.of(sessionId("a"), 4, read);
  expect(reads).toBe(2);
});

it.each(["a retraction", "a removal"])("a conversation is read again after %s", (how) => {
  const tails = createTails();
  let reads = 0;
  const read = () => {
    reads += 1;
    return [];
  };
  tails.of(sessionId("a"), 3, read);
  if (how === "a removal") tails.clear();
  else {
    const write = { op: "retract", session: sessionId("a"), turn: turnId("1"), id: null } as const;
    tails.committed([{ write, seq: null }]);
  }
  tails.of(sessionId("a"), 3, read);
  expect(reads).toBe(2);
});

it("the conversations that were read least lately make room", () => {
  const tails = createTails(1000);
  const reads: string[] = [];
  const read = (session: string) => {
    tails.of(sessionId(session), 9, () => {
      reads.push(session);
      return [placed(1, "x".repeat(150), session)];
    });
  };
  for (const session of ["a", "b", "a", "c", "a", "b"]) read(session);
  expect(reads).toEqual(["a", "b", "c", "b"]);
});
