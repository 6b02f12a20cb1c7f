import { GrammyError, HttpError } from "grammy";

import type { TelegramClient } from "./client.ts";
import { textOf } from "../../sessions/errors.ts";

/** Why a call of ours that only reads or sets up did not work, and so what to do. */
export type Failure =
  /** The token is not, or no longer, a bot's. */
  | { readonly kind: "revoked"; readonly reason: string }
  /** Somebody else is asking for this bot's updates. */
  | { readonly kind: "taken"; readonly by: "poller" | "webhook"; readonly reason: string }
  | { readonly kind: "limited"; readonly retryAfterMs: number; readonly reason: string }
  /** Telegram does not answer, or not as documented: try again. */
  | { readonly kind: "unreachable"; readonly reason: string };

/** No reason holds the token. */
export function toFailure(thrown: unknown, client: Pick<TelegramClient, "redact">): Failure {
  if (!(thrown instanceof GrammyError)) {
    return { kind: "unreachable", reason: client.redact(causeOf(thrown)) };
  }
  const reason = client.redact(`${thrown.description} (${thrown.error_code})`);
  switch (thrown.error_code) {
    case 401:
    case 404:
      return { kind: "revoked", reason };
    case 409:
      return { kind: "taken", by: /webhook/i.test(reason) ? "webhook" : "poller", reason };
    case 429:
      return {
        kind: "limited",
        retryAfterMs: (thrown.parameters.retry_after ?? 1) * 1000,
        reason,
      };
    default:
      return { kind: "unreachable", reason };
  }
}

/** What is behind grammY's "Network request failed", without the address. */
function causeOf(thrown: unknown): string {
  const cause: unknown = thrown instanceof HttpError ? thrown.error : thrown;
  const text = textOf(cause);
  return /reason: (.*)$/s.exec(text)?.[1] ?? text;
}
