import { GrammyError, HttpError } from "grammy";

/** Why a call did nothing, or may have done something. No word of it holds the token. */
export type Failure =
  | { readonly outcome: "not_sent"; readonly reason: string }
  | { readonly outcome: "refused"; readonly reason: string }
  | { readonly outcome: "rate_limited"; readonly retryAfterMs: number }
  | { readonly outcome: "unknown"; readonly reason: string }
  /** Certain, like the next one; the chat has another id now. */
  | { readonly outcome: "migrated"; readonly to: string }
  | { readonly outcome: "revoked"; readonly reason: string };

/** A 429 that does not say how long, ms. */
const PAUSE_MS = 5000;

/** Only a look-up of the name, or a connection that was never made, gives these. */
const BEFORE_ANY_BYTE = new Set([
  "ENOTFOUND",
  "EAI_AGAIN",
  "EAI_FAIL",
  "EAI_NODATA",
  "ECONNREFUSED",
]);
/** Whoever shows such a certificate is not Telegram: what it was told, Telegram was not. */
const NOT_TELEGRAM =
  /^(CERT_|ERR_TLS_CERT|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH)/;
/** The handshake that comes before the request. */
const IN_HANDSHAKE =
  /before secure TLS connection|wrong version number|handshake failure|unsupported protocol|alert protocol version|packet length too long/i;

/**
 * What a call that threw tells for certain. Telegram has no key by which it would know a repeated send, so
 * "we do not know" is said whenever a byte of the request may have left.
 */
export function toFailure(thrown: unknown, redact: (text: string) => string): Failure {
  if (thrown instanceof GrammyError) return answered(thrown, redact);
  return unanswered(thrown instanceof HttpError ? thrown.error : thrown, redact);
}

function answered(error: GrammyError, redact: (text: string) => string): Failure {
  const { error_code: code, parameters } = error;
  const reason = redact(error.description);
  if (code === 429) {
    const seconds = parameters.retry_after;
    return {
      outcome: "rate_limited",
      retryAfterMs: seconds === undefined ? PAUSE_MS : seconds * 1000,
    };
  }
  // 404 is what a token gets that does not even look like one, and what an older server says of a method.
  if (code === 401 || (code === 404 && !reason.includes("method"))) {
    return { outcome: "revoked", reason: `token refused (${code})` };
  }
  // It may have been done by the part of Telegram that did not fail.
  if (code < 400 || code >= 500) return { outcome: "unknown", reason: `${code}: ${reason}` };
  const to = parameters.migrate_to_chat_id;
  if (to !== undefined) return { outcome: "migrated", to: String(to) };
  return { outcome: "refused", reason };
}

function unanswered(error: unknown, redact: (text: string) => string): Failure {
  const { code, type, message, syscall } = describe(error);
  const name = redact(code || type || "no answer");
  // A part of the body was missing when it stopped, so Telegram cannot have taken it.
  if (syscall !== "") return { outcome: "refused", reason: `the file could not be read (${name})` };
  if (wasNeverConnected(code, message)) {
    return { outcome: "not_sent", reason: `Telegram was not reached (${name})` };
  }
  if (type === "invalid-json") {
    return { outcome: "unknown", reason: "Telegram's answer was no answer of a Bot API" };
  }
  if (type === "aborted" || / timed out after /.test(message)) {
    return { outcome: "unknown", reason: "Telegram did not answer in time" };
  }
  // A kept connection that the server had let go is in here, too: it breaks as one does that broke after
  // Telegram had read the request, and the system does not tell them apart. The client lets idle ones go early.
  return { outcome: "unknown", reason: `the connection broke before the answer (${name})` };
}

function wasNeverConnected(code: string, message: string): boolean {
  if (BEFORE_ANY_BYTE.has(code) || NOT_TELEGRAM.test(code) || IN_HANDSHAKE.test(message))
    return true;
  // The same codes come from a `read` long after: what was attempted is only in the words. Several addresses
  // that all failed have no words of their own.
  const isOfNetwork = /^(ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENETDOWN|ECONNRESET|EADDRNOTAVAIL)$/;
  return isOfNetwork.test(code) && /reason: (connect |getaddrinfo |$)/.test(message);
}

interface Description {
  readonly code: string;
  /** node-fetch's: `system`, `invalid-json`, `aborted`, … */
  readonly type: string;
  readonly message: string;
  /** Of a file of ours that failed; what a connection says is wrapped, and has none. */
  readonly syscall: string;
}

function describe(error: unknown): Description {
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: field(error, "code"),
    type: field(error, "type"),
    message,
    syscall: field(error, "syscall"),
  };
}

function field(error: unknown, name: string): string {
  if (typeof error !== "object" || error === null) return "";
  const value: unknown = Reflect.get(error, name);
  return typeof value === "string" ? value : "";
}
