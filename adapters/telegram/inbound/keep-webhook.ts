import { sleep } from "../../../sessions/clock.ts";
import type { Chance, Clock } from "../../../sessions/clock.ts";
import { textOf } from "../../../sessions/errors.ts";
import type { Log } from "../../log.ts";
import { backOffMs } from "../back-off.ts";
import type { TelegramClient } from "../client.ts";
import { withDeadline } from "../deadline.ts";
import { toFailure } from "../failure.ts";
import { tokenRefused } from "../link.ts";
import type { Link } from "../link.ts";
import type { Intake } from "./intake.ts";
import { UPDATE_KINDS } from "./update-shape.ts";

export interface KeepWebhookParts {
  readonly client: TelegramClient;
  readonly url: string;
  readonly secret: string;
  readonly intake: Intake;
  readonly link: Link;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  readonly about: { readonly network: string; readonly account: string };
  readonly signal: AbortSignal;
}

/** Calls that Telegram has under way at once; those of one chat come one by one. */
const CONNECTIONS = 20;
const LOOK_EVERY_MS = 60_000;
const CALL_MS = 10_000;

/**
 * Sets the webhook, and looks every minute whether it still is, because anything else that uses the token can take
 * it away in silence. Resolves when `signal` is aborted, or nothing can be had any more. The webhook stays set, so
 * that Telegram keeps calling until we are back.
 */
export async function keepWebhook(parts: KeepWebhookParts): Promise<void> {
  const { client, url, link, clock, chance, log, about, signal } = parts;
  const deadline = { clock, ms: CALL_MS, signal };
  let failures = 0;
  let told = 0;
  let isSet = false;

  while (!signal.aborted) {
    try {
      if (!isSet) await set();
      isSet = true;
      await look();
      failures = 0;
      link.up();
      await present();
      await sleep(clock, LOOK_EVERY_MS, signal);
    } catch (thrown) {
      if (signal.aborted) return;
      const failure = toFailure(thrown, client);
      if (failure.kind === "revoked") return link.fail(tokenRefused(failure.reason));
      failures += 1;
      const waitMs =
        failure.kind === "limited" ? failure.retryAfterMs : backOffMs(failures, chance);
      link.down(failure.reason, waitMs);
      await sleep(clock, waitMs, signal);
    }
  }

  async function set(): Promise<void> {
    const other = {
      secret_token: parts.secret,
      allowed_updates: UPDATE_KINDS,
      max_connections: CONNECTIONS,
      drop_pending_updates: false,
    };
    await withDeadline(deadline, (late) => client.poll.setWebhook(url, other, late));
  }

  async function look(): Promise<void> {
    const found = await withDeadline(deadline, (late) => client.poll.getWebhookInfo(late));
    if (found.url !== url) {
      log.warn(about, "webhook set again: something else had changed it");
      isSet = false;
      await set();
      isSet = true;
    }
    const at = found.last_error_date ?? 0;
    if (at > told && found.pending_update_count > 0) {
      const error = client.redact(found.last_error_message ?? "unknown");
      log.warn({ ...about, error, waiting: found.pending_update_count }, "webhook not reached");
    }
    told = at;
  }

  async function present(): Promise<void> {
    await parts.intake.take([]).catch((thrown: unknown) => {
      log.warn({ ...about, error: textOf(thrown) }, "time of presence not stored");
    });
  }
}
