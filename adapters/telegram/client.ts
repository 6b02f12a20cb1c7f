import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";

import { Api } from "grammy";

/** Telegram's Bot API for one bot. Polls and sends share no connection, so that neither waits for the other. */
export interface TelegramClient {
  readonly poll: Api;
  readonly send: Api;
  /** Where a file is read from, with the token in it: a file's path follows after a slash. */
  readonly fileRoot: string;
  /** Takes the token out of a text; what a failed request says holds its address, and so the token. */
  redact(text: string): string;
  /** Ends the connection of the poll at once; the next poll opens another. */
  dropPoll(): void;
  close(): void;
}

export interface TelegramClientOptions {
  readonly token: string;
  /** Without a slash at its end. */
  readonly apiRoot: string;
}

/** One waits; besides it there is only what a start and an end ask. */
const MOST_POLLS = 4;
/** Sends that are under way at once; Telegram takes about 30 a second. */
const MOST_SENDS = 30;
/** A large upload over a slow line; each caller also brings its own signal. */
const TIMEOUT_SECONDS = 300;
/**
 * A server that closes an idle connection while we write to it leaves the request uncertain. Telegram keeps them
 * for about a minute; ours are let go well before.
 */
const IDLE_MS = 15_000;

export function createTelegramClient({ token, apiRoot }: TelegramClientOptions): TelegramClient {
  const agents = { poll: agentFor(apiRoot, MOST_POLLS), send: agentFor(apiRoot, MOST_SENDS) };
  const api = (agent: HttpAgent): Api =>
    new Api(token, {
      apiRoot,
      baseFetchConfig: { agent, compress: true },
      timeoutSeconds: TIMEOUT_SECONDS,
    });
  const coded = encodeURIComponent(token);
  return {
    poll: api(agents.poll),
    send: api(agents.send),
    fileRoot: `${apiRoot}/file/bot${token}`,
    redact: (text) => text.replaceAll(token, "[token]").replaceAll(coded, "[token]"),
    dropPoll: () => agents.poll.destroy(),
    close() {
      agents.poll.destroy();
      agents.send.destroy();
    },
  };
}

function agentFor(apiRoot: string, maxSockets: number): HttpAgent {
  const options = { keepAlive: true, maxSockets, timeout: IDLE_MS };
  return apiRoot.startsWith("https:") ? new HttpsAgent(options) : new HttpAgent(options);
}
