import { REST, RESTEvents } from "@discordjs/rest";

import type { Clock } from "../../sessions/clock.ts";
import { textOf } from "../../sessions/errors.ts";
import type { Log } from "../log.ts";

/** Discord's REST API for one bot. */
export interface DiscordClient {
  readonly rest: REST;
  /** How often a rate limit made a call wait or fail, since the start of this process. */
  readonly limits: () => { readonly waited: number; readonly global: number };
  /** The words of an error, or any text, without the token and without the tokens of interactions. */
  redact(text: unknown): string;
  /** The library forgets the token at the first 401; that may have been a passing fault. */
  restoreToken(): void;
  /** Ends its timers. */
  close(): void;
}

export interface DiscordClientOptions {
  readonly token: string;
  /** Without the version. */
  readonly apiRoot: string;
  readonly log: Log;
  readonly clock: Clock;
}

/** Longer waits are told to the caller instead, ms. */
const LONGEST_WAIT_MS = 20_000;
/** Long enough for a large file on a thin line; who sends has a limit of its own for all else, ms. */
const TIMEOUT_MS = 60_000;
/** One line of log for all limits within this time, ms. */
const QUIET_MS = 60_000;

export function createDiscordClient({
  token,
  apiRoot,
  log,
  clock,
}: DiscordClientOptions): DiscordClient {
  const rest = new REST({
    version: "10",
    api: apiRoot,
    // A second try inside the library would hide that the first may have arrived.
    retries: 0,
    timeout: TIMEOUT_MS,
    // After a 429 that names no time, the library asks again at once, for ever.
    rejectOnRateLimit: ({ timeToReset, retryAfter, sublimitTimeout }) =>
      Math.max(timeToReset, retryAfter, sublimitTimeout) > LONGEST_WAIT_MS || retryAfter <= 0,
  }).setToken(token);
  let waited = 0;
  let global = 0;
  let loggedAt = -Infinity;
  rest.on(RESTEvents.RateLimited, (limit) => {
    waited += 1;
    if (limit.global) global += 1;
    if (clock.monotonic() - loggedAt < QUIET_MS) return;
    loggedAt = clock.monotonic();
    const { route, method, global: isGlobal } = limit;
    log.info({ method, route, isGlobal, waitMs: limit.timeToReset, waited }, "rate limit met");
  });

  return {
    rest,
    limits: () => ({ waited, global }),
    redact: (text) =>
      textOf(text)
        .replaceAll(token, "[token]")
        .replaceAll(SECRET_PATH, (_, before: string) => `${before}[token]`),
    restoreToken: () => void rest.setToken(token),
    close() {
      rest.clearHashSweeper();
      rest.clearHandlerSweeper();
    },
  };
}

/** Whoever has such an address may answer in the bot's name. */
const SECRET_PATH = /((?:interactions|webhooks)\/\d+\/)[\w.~-]+/g;
