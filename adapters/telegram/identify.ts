import { sleep } from "../../sessions/clock.ts";
import type { Chance, Clock } from "../../sessions/clock.ts";
import { backOffMs } from "./back-off.ts";
import type { BotIdentity } from "./bot-identity.ts";
import type { TelegramClient } from "./client.ts";
import { withDeadline } from "./deadline.ts";
import { toFailure } from "./failure.ts";
import { tokenRefused } from "./link.ts";
import type { Link } from "./link.ts";

export interface IdentifyParts {
  readonly client: TelegramClient;
  readonly link: Link;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly signal: AbortSignal;
}

export interface KnownBot extends BotIdentity {
  /** Privacy mode is off. */
  readonly readsGroups: boolean;
}

const CALL_MS = 10_000;

/** Asks Telegram who we are, until it says so; null: it refuses the token, or we are called off. */
export async function identify(parts: IdentifyParts): Promise<KnownBot | null> {
  const { client, link, clock, chance, signal } = parts;
  for (let tries = 1; !signal.aborted; tries += 1) {
    try {
      const me = await withDeadline({ clock, ms: CALL_MS, signal }, (late) =>
        client.poll.getMe(late),
      );
      return { id: me.id, username: me.username, readsGroups: me.can_read_all_group_messages };
    } catch (thrown) {
      if (signal.aborted) return null;
      client.dropPoll();
      const failure = toFailure(thrown, client);
      if (failure.kind === "revoked") {
        link.fail(tokenRefused(failure.reason));
        return null;
      }
      const isLimited = failure.kind === "limited";
      const waitMs = isLimited ? failure.retryAfterMs : backOffMs(tries, chance);
      link.down(failure.reason, waitMs);
      await sleep(clock, waitMs, signal);
    }
  }
  return null;
}
