import { DiscordAPIError, HTTPError, RateLimitError } from "@discordjs/rest";
import { ZodError } from "zod";

import { textOf } from "../../../sessions/errors.ts";
import type { SendResult } from "../../adapter.ts";
import type { OutboundParts } from "./parts.ts";
import { refusalOf } from "./refusal.ts";

export type Failure = Exclude<SendResult, { outcome: "sent" }>;

/** What a failed call tells of its effect. Nothing that it names holds an address with a token in it. */
export function toFailure(
  thrown: unknown,
  parts: Pick<OutboundParts, "client" | "onRevoked">,
): Failure {
  if (thrown instanceof RateLimitError)
    return { outcome: "rate_limited", retryAfterMs: pause(thrown) };
  if (thrown instanceof DiscordAPIError) return toRefusal(thrown, parts);
  if (thrown instanceof HTTPError) {
    // Whoever answered with 5xx, Discord behind it may have done it.
    return { outcome: "unknown", reason: `Discord answered ${thrown.status}` };
  }
  const reason = parts.client.redact(describe(thrown));
  return hasNeverLeft(thrown) ? { outcome: "not_sent", reason } : { outcome: "unknown", reason };
}

/** Discord's own number for what was wrong, or null. */
export function codeOf(thrown: unknown): number | null {
  return thrown instanceof DiscordAPIError && typeof thrown.code === "number" ? thrown.code : null;
}

/** A 429 that names no time would otherwise be repeated at once. */
const SHORTEST_PAUSE_MS = 1000;

function pause({ retryAfter, sublimitTimeout, timeToReset }: RateLimitError): number {
  const times = [retryAfter, sublimitTimeout, timeToReset].filter(Number.isFinite);
  return Math.ceil(Math.max(SHORTEST_PAUSE_MS, ...times));
}

function toRefusal(
  error: DiscordAPIError,
  { client, onRevoked }: Pick<OutboundParts, "client" | "onRevoked">,
): Failure {
  const code = codeOf(error);
  if (error.status === 401 && code !== INVALID_WEBHOOK_TOKEN) {
    onRevoked();
    return { outcome: "not_sent", reason: "Discord no longer takes the bot's token" };
  }
  if (code === OVERLOADED) return { outcome: "not_sent", reason: "Discord is overloaded" };
  // What is not Discord's own is said by something in between, which let nothing through.
  if (code === null && error.status !== 413) {
    return { outcome: "not_sent", reason: `something before Discord answered ${error.status}` };
  }
  return { outcome: "refused", reason: client.redact(refusalOf(code, error.message)) };
}

const OVERLOADED = 130_000;
const INVALID_WEBHOOK_TOKEN = 50_027;

/** Errors of a connection that was never made. */
const BEFORE: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENETUNREACH",
  "ENETDOWN",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "EADDRNOTAVAIL",
  "UND_ERR_CONNECT_TIMEOUT",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

function hasNeverLeft(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  // The REST client forgets a token that was refused, and then asks nobody any more.
  if (thrown.message.startsWith("Expected token to be set")) return true;
  // All addresses of a host were tried.
  if (thrown instanceof AggregateError) return thrown.errors.every(hasNeverLeft);
  const { code, syscall } = fieldsOf(thrown);
  if (syscall === "connect" || syscall === "getaddrinfo") return true;
  return (code !== null && BEFORE.has(code)) || hasNeverLeft(thrown.cause);
}

function describe(thrown: unknown): string {
  const { code } = fieldsOf(thrown);
  if (thrown instanceof Error && thrown.name === "AbortError") return "no answer in time";
  if (hasNeverLeft(thrown)) return `Discord cannot be reached (${code ?? textOf(thrown)})`;
  if (thrown instanceof SyntaxError || thrown instanceof ZodError) {
    return "Discord's answer cannot be read";
  }
  return `the answer was lost (${code ?? textOf(thrown)})`;
}

function fieldsOf(thrown: unknown): { code: string | null; syscall: string | null } {
  if (typeof thrown !== "object" || thrown === null) return { code: null, syscall: null };
  const code = "code" in thrown && typeof thrown.code === "string" ? thrown.code : null;
  const syscall = "syscall" in thrown && typeof thrown.syscall === "string" ? thrown.syscall : null;
  return { code, syscall };
}
