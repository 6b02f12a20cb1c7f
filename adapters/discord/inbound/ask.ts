import { DiscordAPIError, RateLimitError } from "@discordjs/rest";

import { sleep } from "../../../sessions/clock.ts";
import type { Clock } from "../../../sessions/clock.ts";
import type { DiscordClient } from "../client.ts";

export interface AskOptions {
  readonly client: DiscordClient;
  readonly clock: Clock;
}

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/**
 * Reads from Discord until there is an answer: a line that is down, a fault of Discord's and a limit are
 * waited out. Rejects with a `DiscordAPIError` for an answer that will not change, and when `signal` is aborted.
 */
export async function ask<Answer>(
  { client, clock }: AskOptions,
  call: (signal: AbortSignal) => Promise<Answer>,
  signal: AbortSignal,
): Promise<Answer> {
  for (let pause = FIRST_MS; ; pause = Math.min(pause * 2, LONGEST_MS)) {
    signal.throwIfAborted();
    try {
      return await call(signal);
    } catch (thrown) {
      if (isFinal(thrown)) throw thrown;
      client.restoreToken();
      const wait = thrown instanceof RateLimitError ? thrown.retryAfter : pause;
      await sleep(clock, wait, signal);
    }
  }
}

function isFinal(thrown: unknown): boolean {
  return thrown instanceof DiscordAPIError && thrown.status < 500 && thrown.status !== 429;
}
