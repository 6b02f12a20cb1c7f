import type { OpenRequest } from "../../gateway/operations.ts";
import type { RequestRow } from "../../sessions/rows.ts";

/** What the page knows of requests. */
export interface RequestBook {
  /** The oldest first. */
  readonly open: readonly OpenRequest[];
  /** Those that were settled while the page was looked at, the latest first. */
  readonly settled: readonly Settled[];
}

export interface Settled {
  readonly id: string;
  readonly key: string;
  readonly title: string;
  readonly words: string;
  /** Epoch ms. */
  readonly at: number;
}

export const EMPTY_REQUESTS: RequestBook = { open: [], settled: [] };

const SETTLED_KEPT = 20;

/** `open`: what the gateway answered to be open now. Gives the requests that were open before and are no longer. */
export function withOpen(
  book: RequestBook,
  open: readonly OpenRequest[],
): { readonly book: RequestBook; readonly closed: readonly OpenRequest[] } {
  const ids = new Set(open.map(({ id }) => id));
  return {
    book: { ...book, open },
    closed: book.open.filter(({ id }) => !ids.has(id)),
  };
}

/** It goes from the queue at once, whoever settled it. */
export function withoutRequest(book: RequestBook, id: string): RequestBook {
  return { ...book, open: book.open.filter((request) => request.id !== id) };
}

/** The first word about a request counts: who presses here hears what came of it, and not twice. */
export function withSettled(book: RequestBook, row: RequestRow, now: number): RequestBook {
  if (row.state === "open" || book.settled.some(({ id }) => id === row.id)) {
    return book;
  }
  const { id, key, title } = row;
  const one: Settled = { id, key, title, words: settledWords(row), at: row.closedAt ?? now };
  return {
    open: book.open.filter((request) => request.id !== id),
    settled: [one, ...book.settled].slice(0, SETTLED_KEPT),
  };
}

export function settledWords({ state, answeredBy }: RequestRow): string {
  const by = answeredBy === null ? "" : ` by ${answeredBy}`;
  switch (state) {
    case "open":
      return "open";
    case "allowed":
      return `allowed${by}`;
    case "denied":
      return `denied${by}`;
    case "expired":
      return "expired: nobody answered in time";
    case "withdrawn":
      return "withdrawn by the agent";
    case "turn_ended":
      return "the turn ended before an answer";
  }
}
