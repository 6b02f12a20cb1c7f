import type { TranscriptWrite } from "../engine.ts";
import type { SessionId } from "../ids.ts";
import type { TranscriptEntry } from "../transcript.ts";

/** A transcript entry and its place in the order of the store. */
export interface PlacedEntry {
  readonly seq: number;
  readonly entry: TranscriptEntry;
}

export interface PlacedWrite {
  readonly write: TranscriptWrite;
  /** Null for what was retracted. */
  readonly seq: number | null;
}

/**
 * The ends of the conversations that are under way. Each turn reads its conversation: of a long one that would
 * cost more than all its writes. They follow what is committed; only the engine's own writes change a transcript.
 */
export interface Tails {
  /** The latest `last` entries; `read` brings them, with all rows in order, when they are not at hand. */
  of(
    session: SessionId,
    last: number,
    read: () => readonly PlacedEntry[],
  ): readonly TranscriptEntry[];
  /** In the order of the commits. */
  committed(writes: readonly PlacedWrite[]): void;
  /** Rows went in another way. */
  clear(): void;
}

interface Tail {
  readonly placed: PlacedEntry[];
  /** How many were asked for, and are kept. */
  readonly last: number;
  size: number;
}

/** UTF-16 units of all texts together: the ends of some hundred conversations, in a few MiB. */
const ROOM = 2_000_000;

export function createTails(room = ROOM): Tails {
  /** The least recently read first. */
  const tails = new Map<SessionId, Tail>();
  let held = 0;

  function drop(session: SessionId): void {
    held -= tails.get(session)?.size ?? 0;
    tails.delete(session);
  }

  function grow(tail: Tail, by: number): void {
    tail.size += by;
    held += by;
  }

  function put(tail: Tail, placed: PlacedEntry): void {
    const { seq } = placed;
    grow(tail, sizeOf(placed));
    const at = tail.placed.findLastIndex((one) => one.seq <= seq);
    if (tail.placed[at]?.seq === seq) {
      const [before] = tail.placed.splice(at, 1, placed);
      if (before !== undefined) grow(tail, -sizeOf(before));
      return;
    }
    // Older than what is kept, it falls out again.
    tail.placed.splice(at + 1, 0, placed);
    const extra = tail.placed.length > tail.last ? tail.placed.shift() : undefined;
    if (extra !== undefined) grow(tail, -sizeOf(extra));
  }

  return {
    of(session, last, read) {
      const known = tails.get(session);
      if (known !== undefined && known.last >= last) {
        tails.delete(session);
        tails.set(session, known);
        return known.placed
          .slice(Math.max(0, known.placed.length - last))
          .map(({ entry }) => entry);
      }
      drop(session);
      const tail: Tail = { placed: [...read()], last, size: 0 };
      tails.set(session, tail);
      grow(
        tail,
        tail.placed.reduce((sum, one) => sum + sizeOf(one), 0),
      );
      for (const oldest of tails.keys()) {
        if (held <= room) break;
        drop(oldest);
      }
      return tail.placed.map(({ entry }) => entry);
    },
    committed(writes) {
      for (const { write, seq } of writes) {
        if (write.op === "retract") {
          drop(write.session);
          continue;
        }
        const tail = tails.get(write.entry.session);
        if (tail !== undefined && seq !== null) put(tail, { seq, entry: write.entry });
      }
    },
    clear() {
      tails.clear();
      held = 0;
    },
  };
}

/** Of an entry without its words. */
const FRAME = 200;

function sizeOf({ entry: { body } }: PlacedEntry): number {
  switch (body.kind) {
    case "user":
    case "assistant":
    case "note":
      return FRAME + body.text.length;
    case "tool":
      return FRAME + body.input.length + (body.result?.length ?? 0);
  }
}
