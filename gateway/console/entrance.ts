import type { IncomingHttpHeaders, IncomingMessage } from "node:http";

import type { Clock } from "../../sessions/clock.ts";
import type { Secret } from "../config/secret.ts";
import { examine, wrongToken } from "./guard.ts";
import type { Guesses } from "./guesses.ts";
import { createPass } from "./pass.ts";
import { onwardPage, toResponse } from "./refusal.ts";
import { createTickets } from "./ticket.ts";

export interface EntranceParts {
  readonly token: Secret;
  readonly clock: Clock;
  readonly guesses: Guesses;
}

/** Where people come in, once with the token and then with a cookie. */
export interface Entrance {
  /** Null: this request may go on. */
  stop(incoming: IncomingMessage): Response | null;
  /** Who comes at least once a month is never asked for the token again. */
  renew(incoming: IncomingMessage): string;
}

export function createEntrance({ token, clock, guesses }: EntranceParts): Entrance {
  const pass = createPass(token, clock);
  const tickets = createTickets(token, clock);
  return {
    renew: ({ headers }) => pass.cookie(isEncrypted(headers)),
    stop(incoming) {
      const { headers, method = "GET", url = "/" } = incoming;
      const [path, query] = url.split("?");
      const isFront = path === "/" && method === "GET";
      const given = new URLSearchParams(isFront ? query : "");
      const link = given.get("token");
      const ticket = given.get("ticket");
      if (link !== null || ticket !== null) {
        const isGood = link !== null ? pass.isToken(link) : tickets.take(ticket ?? "");
        return isGood
          ? welcome(pass.cookie(isEncrypted(headers)))
          : toResponse(wrongToken(guesses), headers.accept);
      }
      const refusal = examine({ pass, guesses }, incoming);
      if (refusal === null) return null;
      // After a link in somebody else's page browsers keep back the cookie, also the one that they were just given.
      const isLed = isFront && headers["sec-fetch-site"] === "cross-site";
      return isLed ? onwardPage() : toResponse(refusal, headers.accept);
    },
  };
}

/** By the word of the proxy in front of us; the gateway itself speaks no TLS. */
function isEncrypted(headers: IncomingHttpHeaders): boolean {
  return headers["x-forwarded-proto"] === "https";
}

function welcome(cookie: string): Response {
  return new Response(null, { status: 303, headers: { Location: "/", "Set-Cookie": cookie } });
}
