import type { SessionSummary } from "../../gateway/operations.ts";
import type { StoredEvent } from "../../sessions/rows.ts";

/** All sessions that the page knows of, by their key. Never changed: each change makes another. */
export type SessionBook = ReadonlyMap<string, SessionSummary>;

export const EMPTY_BOOK: SessionBook = new Map();

/**
 * What an answer of the gateway tells outranks what was pieced together from events. `asked`: the book when the question
 * was put.
 */
export function withSummaries(
  book: SessionBook,
  items: readonly SessionSummary[],
  asked: SessionBook,
): SessionBook {
  if (items.length === 0) return book;
  const next = new Map(book);
  for (const item of items) {
    const known = next.get(item.key);
    // A page that was under way for long must not take back what the feed has told meanwhile. Who has not moved is as
    // the answer says, whatever the times: the gateway's clock may have gone back.
    const isAsAsked = known === asked.get(item.key);
    if (known === undefined || isAsAsked || known.touchedAt <= item.touchedAt) {
      next.set(item.key, item);
    }
  }
  return next;
}

export function withoutSession(book: SessionBook, key: string): SessionBook {
  if (!book.has(key)) return book;
  const next = new Map(book);
  next.delete(key);
  return next;
}

/**
 * After a walk through all pages: who was known `before` it, was not met and is still as it was, is gone. Who moved
 * meanwhile may have slipped past the walk.
 */
export function withoutUnmet(
  book: SessionBook,
  before: SessionBook,
  met: ReadonlySet<string>,
): SessionBook {
  const gone = [...before].filter(([key, known]) => !met.has(key) && book.get(key) === known);
  if (gone.length === 0) return book;
  const next = new Map(book);
  for (const [key] of gone) next.delete(key);
  return next;
}

export interface Applied {
  readonly book: SessionBook;
  /** Keys of which the events do not tell all: ask the gateway for their summaries. */
  readonly stale: readonly string[];
}

/** Many events at once, so that the book is copied once. */
export function withEvents(book: SessionBook, events: readonly StoredEvent[]): Applied {
  const next = new Map(book);
  const stale = new Set<string>();
  for (const event of events) {
    stale.add(event.key);
    const known = next.get(event.key);
    // What an answer already holds is not counted again.
    if (known === undefined || event.at < known.touchedAt) continue;
    next.set(event.key, applied(known, event));
  }
  return { book: next, stale: [...stale] };
}

function applied(known: SessionSummary, { at, event, session }: StoredEvent): SessionSummary {
  const touched = { ...known, session, touchedAt: at };
  if (event.type === "status_changed") return { ...touched, status: event.to };
  if (event.type === "turn_cut") return { ...touched, cuts: event.cuts };
  return event.type === "session_renewed"
    ? { ...touched, session: event.to, turns: 0, cuts: 0 }
    : touched;
}
