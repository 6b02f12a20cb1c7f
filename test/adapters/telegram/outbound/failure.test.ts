import { GrammyError, HttpError } from "grammy";
import { describe, expect, it } from "vitest";

import { toFailure } from "../../../../adapters/telegram/outbound/failure.ts";

const TOKEN = "123:secret";
const URL_WITH_TOKEN = `https://api.telegram.org/bot${TOKEN}/sendMessage`;
const redact = (text: string): string => text.replaceAll(TOKEN, "[token]");

/** As node-fetch throws it, inside what grammY throws. */
function network(code: string, reason: string): HttpError {
  const message = `request to ${URL_WITH_TOKEN} failed, reason: ${reason}`;
  return new HttpError("failed", Object.assign(new Error(message), { code, type: "system" }));
}

function answer(code: number, description: string, parameters = {}): GrammyError {
  const body = { ok: false as const, error_code: code, description, parameters };
  return new GrammyError("failed", body, "sendMessage", {});
}

describe("a failure before any byte of the request is certain", () => {
  it.each([
    ["ECONNREFUSED", "connect ECONNREFUSED 149.154.167.220:443"],
    ["ENOTFOUND", "getaddrinfo ENOTFOUND api.telegram.org"],
    ["EAI_AGAIN", "getaddrinfo EAI_AGAIN api.telegram.org"],
    ["ENETUNREACH", "connect ENETUNREACH 149.154.167.220:443 - Local (0.0.0.0:0)"],
    ["EHOSTUNREACH", "connect EHOSTUNREACH 149.154.167.220:443"],
    ["ETIMEDOUT", "connect ETIMEDOUT 149.154.167.220:443"],
    // Each of several addresses failed.
    ["ETIMEDOUT", ""],
    ["CERT_HAS_EXPIRED", "certificate has expired"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate"],
    ["SELF_SIGNED_CERT_IN_CHAIN", "self-signed certificate in certificate chain"],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "unable to verify the first certificate"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "Hostname/IP does not match certificate's altnames"],
    ["EPROTO", "write EPROTO 0:error:0A00010B:SSL routines:ssl3_get_record:wrong version number"],
    ["EPROTO", "write EPROTO 0:error:0A000410:SSL routines::ssl/tls alert handshake failure"],
    [
      "ECONNRESET",
      "Client network socket disconnected before secure TLS connection was established",
    ],
  ])("%s: %s", (code, reason) => {
    const failure = toFailure(network(code, reason), redact);
    expect(failure).toEqual({
      outcome: "not_sent",
      reason: `Telegram was not reached (${code})`,
    });
  });
});

describe("a failure of a connection that stood is not", () => {
  it.each([
    ["ECONNRESET", "read ECONNRESET"],
    ["ECONNRESET", "socket hang up"],
    ["EPIPE", "write EPIPE"],
    ["ETIMEDOUT", "read ETIMEDOUT"],
    ["EHOSTUNREACH", "read EHOSTUNREACH"],
    ["ENETUNREACH", "read ENETUNREACH"],
    ["EPROTO", "write EPROTO SSL routines:ssl3_read_bytes:bad record mac"],
    ["ERR_STREAM_PREMATURE_CLOSE", "Premature close"],
  ])("%s: %s", (code, reason) => {
    expect(toFailure(network(code, reason), redact).outcome).toBe("unknown");
  });

  it.each([
    [
      "grammY waited long enough",
      new Error("Request to 'sendMessage' timed out after 120 seconds"),
    ],
    ["it was called off", Object.assign(new Error("aborted"), { type: "aborted" })],
    ["it is no JSON", Object.assign(new Error(`at ${URL_WITH_TOKEN}`), { type: "invalid-json" })],
    ["something else was thrown", `at ${URL_WITH_TOKEN}`],
  ])("%s", (_name, thrown) => {
    const failure = toFailure(new HttpError("failed", thrown), redact);
    expect(failure.outcome).toBe("unknown");
    expect(JSON.stringify(failure)).not.toContain(TOKEN);
  });
});

describe("an answer", () => {
  it.each([
    [answer(429, "Too Many Requests", { retry_after: 7 }), "rate_limited"],
    [answer(429, "Too Many Requests"), "rate_limited"],
    [answer(400, "Bad Request: chat not found"), "refused"],
    [answer(403, "Forbidden: bot was blocked by the user"), "refused"],
    [answer(413, "Request Entity Too Large"), "refused"],
    [answer(400, "upgraded", { migrate_to_chat_id: -1001 }), "migrated"],
    [answer(401, "Unauthorized"), "revoked"],
    [answer(404, "Not Found"), "revoked"],
    [answer(404, "Not Found: method not found"), "refused"],
    [answer(500, "Internal Server Error"), "unknown"],
    [answer(504, "Gateway Timeout"), "unknown"],
  ])("%s", (thrown, outcome) => {
    expect(toFailure(thrown, redact).outcome).toBe(outcome);
  });

  it("says how long to wait in ms, and a while where it does not say", () => {
    expect(toFailure(answer(429, "", { retry_after: 7 }), redact)).toMatchObject({
      retryAfterMs: 7000,
    });
    expect(toFailure(answer(429, ""), redact)).toMatchObject({ retryAfterMs: 5000 });
  });

  it("is told without the token", () => {
    const failure = toFailure(answer(400, `Bad Request: ${URL_WITH_TOKEN}`), redact);
    expect(failure).toMatchObject({ reason: expect.stringContaining("[token]") as string });
  });
});
