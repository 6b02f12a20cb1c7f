import type { TranscriptEntry } from "../transcript.ts";
import type { Row } from "./connection.ts";

/** Entries that were parsed before. A conversation is read with every turn, and all but its end is as it was. */
export interface KnownEntries {
  /** What the row says; parsed only when the row is new or has changed. */
  recall(row: Row, parse: () => readonly TranscriptEntry[]): readonly TranscriptEntry[];
}

interface Known {
  readonly body: string;
  readonly turn: unknown;
  readonly at: unknown;
  readonly entries: readonly TranscriptEntry[];
}

/** UTF-16 units of all bodies together: the ends of some hundred conversations, in a few MiB. */
const ROOM = 2_000_000;

export function createKnownEntries(room = ROOM): KnownEntries {
  /** The least recently read first. */
  const known = new Map<number, Known>();
  let held = 0;

  function drop(key: number): Known | undefined {
    const one = known.get(key);
    if (one !== undefined) held -= one.body.length;
    known.delete(key);
    return one;
  }

  return {
    recall(row, parse) {
      const { body, turn, at } = row;
      // Given once, and never again; a number costs less to find than the words of the id.
      const key = Number(row["seq"]);
      const before = drop(key);
      const isSame = before?.body === body && before?.turn === turn && before?.at === at;
      const entries = isSame && before !== undefined ? before.entries : parse();
      if (typeof body !== "string") return entries;
      known.set(key, { body, turn, at, entries });
      held += body.length;
      for (const oldest of known.keys()) {
        if (held <= room) break;
        drop(oldest);
      }
      return entries;
    },
  };
}
