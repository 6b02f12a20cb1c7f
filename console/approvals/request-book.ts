import type { AnswerDecision, AnswerReport, OpenRequest } from "../../gateway/operations.ts";
import type { RequestRow } from "../../sessions/rows.ts";

/** What the page knows of requests. */
export interface RequestBook {
  /** The oldest first. */
  readonly open: readonly OpenRequest[];
  /** Those that were settled while the page was looked at, the latest first. */
  readonly settled: readonly Settled[];
  /** Answers that were given here and did not count, until they are read. */
  readonly late: readonly LateAnswer[];
}

export interface LateAnswer {
  /** Of the request. */
  readonly id: string;
  readonly title: string;
  readonly words: string;
}

export interface Settled {
  readonly id: string;
  readonly key: string;
  readonly title: string;
  readonly words: string;
  /** Epoch ms. */
  readonly at: number;
}

export const EMPTY_REQUESTS: RequestBook = { open: [], settled: [], late: [] };

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

/** Another request may stand now where a finger is on its way to: one that was not the last is gone. */
export function hasMoved(before: RequestBook, after: RequestBook): boolean {
  return before.open.slice(0, after.open.length).some(({ id }, at) => after.open[at]?.id !== id);
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
    ...book,
    open: book.open.filter((request) => request.id !== id),
    settled: [one, ...book.settled].slice(0, SETTLED_KEPT),
  };
}

/** Whoever said no must not believe that it counted when somebody else had said yes. */
export function withLate(
  book: RequestBook,
  { id, title }: Pick<OpenRequest, "id" | "title">,
  { decision, report }: { readonly decision: AnswerDecision; readonly report: AnswerReport },
): RequestBook {
  const words = lateWords(decision, report);
  return words === null ? book : { ...book, late: [...book.late, { id, title, words }] };
}

export function withoutLate(book: RequestBook, id: string): RequestBook {
  return { ...book, late: book.late.filter((one) => one.id !== id) };
}

/** Null: it became of it what was wanted. */
function lateWords(decision: AnswerDecision, report: AnswerReport): string | null {
  switch (report.outcome) {
    case "answered":
    case "not_offered":
      return null;
    case "unknown":
      return "It was gone before your answer came.";
    case "already": {
      const { state, by } = report;
      const isAsWanted =
        (decision === "allow" && state === "allowed") ||
        (decision === "deny" && state === "denied");
      if (isAsWanted) return null;
      return `Your answer came too late: ${settledWords({ state, answeredBy: by })}.`;
    }
  }
}

export function settledWords({
  state,
  answeredBy,
}: Pick<RequestRow, "state" | "answeredBy">): string {
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
