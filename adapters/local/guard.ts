import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Refusal } from "./refusal.ts";

/**
 * Lets in who knows the token and asks this machine by its own name. The names keep a web page of somebody
 * else from reaching the chat through the browser of a person at this machine (DNS rebinding).
 */
export function createGuard(
  token: string,
  host: string,
): (incoming: IncomingMessage) => Refusal | null {
  const wanted = digest(token);
  const names = new Set(["localhost", "127.0.0.1", "[::1]", host]);
  return (incoming) => {
    const { host: asked, origin } = incoming.headers;
    if (asked === undefined || !names.has(hostOf(`http://${asked}`))) {
      return foreign("host_foreign", `the Host header names ${asked ?? "nothing"}`);
    }
    if (origin !== undefined && !names.has(hostOf(origin))) {
      return foreign("origin_foreign", `the page comes from ${origin}`);
    }
    const given = tokenOf(incoming);
    if (given !== null && timingSafeEqual(digest(given), wanted)) return null;
    return {
      status: 401,
      code: given === null ? "token_missing" : "token_wrong",
      message: given === null ? "no token was given" : "the token is not the one of this chat",
      advice: "send the header Authorization: Bearer <token>",
    };
  };
}

function foreign(code: string, message: string): Refusal {
  return { status: 403, code, message, advice: "ask for it by a name of this machine" };
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : "";
}

/** In the address only for GET: a browser's EventSource can set no header. */
function tokenOf(incoming: IncomingMessage): string | null {
  const header = /^Bearer (.+)$/i.exec(incoming.headers.authorization ?? "")?.[1];
  if (header !== undefined) return header;
  if (incoming.method !== "GET") return null;
  const query = (incoming.url ?? "").split("?")[1] ?? "";
  return new URLSearchParams(query).get("token");
}

/** Digests have one length, which the constant-time comparison needs. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
