import type { IncomingHttpHeaders, IncomingMessage } from "node:http";

import type { Guesses } from "./guesses.ts";
import type { Names } from "./names.ts";
import type { Pass } from "./pass.ts";
import type { Refusal } from "./refusal.ts";

export interface GuardParts {
  readonly pass: Pass;
  readonly guesses: Guesses;
}

const ADVICE = "open the link that `sluice console` prints";

/** Null: come in. Asked before anything of a request is read or answered. */
export function examine({ pass, guesses }: GuardParts, incoming: IncomingMessage): Refusal | null {
  const { headers, method = "GET" } = incoming;
  const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? "")?.[1];
  if (bearer !== undefined) return pass.isToken(bearer) ? null : wrongToken(guesses);
  if (!pass.isInCookies(headers.cookie)) {
    return {
      status: 401,
      code: "token_missing",
      message: "This is open to who has the token",
      advice: ADVICE,
    };
  }
  // A page of somebody else can neither set this header nor ask whether it may.
  if (isChange(method) && headers["x-sluice"] !== "console") {
    return {
      status: 403,
      code: "header_missing",
      message: "The request does not come from the console",
      advice: "send the header X-Sluice: console",
    };
  }
  return null;
}

/** Whether somebody else's page, or somebody else's name for this machine, is behind a request. */
export function foreignness(
  names: Names,
  { headers, method = "GET" }: IncomingMessage,
): Refusal | null {
  const { host, origin } = headers;
  if (!names.isOurs(host)) {
    return {
      status: 403,
      code: "host_foreign",
      message: `The Host header names ${host ?? "nothing"}`,
      advice:
        "ask for it by a name of this machine, or list the name of your proxy in console.hosts",
    };
  }
  if (origin === undefined ? isCross(headers, method) : !names.isSameOrigin(origin, host)) {
    return {
      status: 403,
      code: "origin_foreign",
      message: `The request comes from ${origin ?? "another page"}`,
      advice: "use the console's own page",
    };
  }
  return null;
}

export function wrongToken(guesses: Guesses): Refusal {
  const seconds = guesses.wrong();
  if (seconds === null) {
    return {
      status: 401,
      code: "token_wrong",
      message: "This is not the token of this gateway",
      advice: ADVICE,
    };
  }
  return {
    status: 429,
    code: "too_many_guesses",
    message: "Too many wrong tokens",
    advice: ADVICE,
    retryAfterSeconds: seconds,
  };
}

function isChange(method: string): boolean {
  return method !== "GET" && method !== "HEAD";
}

/** Another port of this host is another site to us, though browsers send it our cookie. A link may lead here from anywhere. */
function isCross(headers: IncomingHttpHeaders, method: string): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== "cross-site" && site !== "same-site") return false;
  const isLink =
    headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document";
  return isChange(method) || !isLink;
}
