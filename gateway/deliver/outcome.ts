import type { SendResult } from "../../adapters/adapter.ts";
import type { OutboxRow } from "../../sessions/rows.ts";

/** What the decision about a send rests on, as data. */
export interface Circumstances {
  /** Epoch ms. */
  readonly now: number;
  /** Tries before a row is given up. */
  readonly attempts: number;
  readonly maxAgeMs: number;
  readonly backoffMs: number;
  /** From 0 to 1: spreads what failed together. */
  readonly jitter: number;
  /** The network knows a repeated send of this row for what it is. */
  readonly isIdempotent: boolean;
  readonly isEdit: boolean;
  readonly ambiguous: "label" | "hold" | "drop";
}

/** No pause between two tries is longer, ms. */
const BACKOFF_MOST_MS = 5 * 60_000;

/** The row after a try: what we know for certain, and what we do not, are different things. */
export function afterSend(row: OutboxRow, result: SendResult, about: Circumstances): OutboxRow {
  switch (result.outcome) {
    case "sent":
      return settled(row, "sent", about, { placed: result.externalId, error: null });
    case "refused":
      // The message to edit is gone: said anew, once.
      return about.isEdit && row.purpose === "reply"
        ? { ...row, state: "pending", placed: null, dueAt: about.now, error: result.reason }
        : settled(row, about.isEdit ? "dropped" : "dead", about, { error: result.reason });
    case "not_sent":
      return again(row, result.reason, about);
    case "rate_limited":
      return isTooOld(row, about)
        ? settled(row, "dead", about, { error: "rate limited for too long" })
        : {
            ...row,
            state: "pending",
            // Some networks say it to the microsecond; the store takes whole ms.
            dueAt: about.now + Math.ceil(result.retryAfterMs),
            error: "rate limited",
          };
    case "unknown":
      if (about.isEdit || about.isIdempotent) {
        return again({ ...row, uncertain: true }, result.reason, about);
      }
      return ambiguous(row, result.reason, about);
  }
}

/** A send that may have arrived, on a network that cannot tell: by policy. */
export function ambiguous(row: OutboxRow, reason: string, about: Circumstances): OutboxRow {
  switch (about.ambiguous) {
    case "label":
      return again({ ...row, uncertain: true }, reason, about);
    case "hold":
      return settled(row, "dead", about, { uncertain: true, error: `may have arrived: ${reason}` });
    case "drop":
      return settled(row, "dropped", about, { uncertain: true, error: reason });
  }
}

function again(row: OutboxRow, reason: string, about: Circumstances): OutboxRow {
  const attempts = row.attempts + 1;
  if (attempts >= about.attempts || isTooOld(row, about)) {
    return settled({ ...row, attempts }, "dead", about, { error: reason });
  }
  const pause = Math.min(about.backoffMs * 2 ** (attempts - 1), BACKOFF_MOST_MS);
  const dueAt = about.now + Math.round(pause * (1 + about.jitter / 2));
  return { ...row, state: "pending", attempts, dueAt, error: reason };
}

function isTooOld(row: OutboxRow, about: Circumstances): boolean {
  return about.now - row.createdAt > about.maxAgeMs;
}

function settled(
  row: OutboxRow,
  state: "sent" | "dead" | "dropped",
  about: Circumstances,
  more: Partial<OutboxRow>,
): OutboxRow {
  return { ...row, ...more, state, settledAt: about.now };
}
