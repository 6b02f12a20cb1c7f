import { createHash, createHmac, timingSafeEqual } from "node:crypto";

import { textOf } from "../../../sessions/errors.ts";
import type { Log } from "../../log.ts";
import type { WebhookAnswer, WebhookCall, WebhookReceiver } from "../../webhook-door.ts";
import type { Intake } from "./intake.ts";
import { updateIdOf } from "./update-shape.ts";

export interface WebhookParts {
  readonly token: string;
  /** Null: we do not know who we are, or we are leaving. Telegram keeps what comes and calls again. */
  readonly intake: () => Promise<Intake | null>;
  readonly log: Log;
  readonly about: { readonly network: string; readonly account: string };
}

/** Takes Telegram's calls: stored first, and then 200, which is the end of Telegram's copy. */
export function createWebhookReceiver(parts: WebhookParts): WebhookReceiver {
  const { log, about } = parts;
  const secret = webhookSecret(parts.token);
  return async (call) => {
    if (!isSame(call.header("x-telegram-bot-api-secret-token") ?? "", secret)) {
      log.warn(about, "webhook call refused: wrong secret");
      return { status: 401 };
    }
    const intake = await parts.intake();
    return intake === null ? { status: 503 } : receive(call, intake, parts);
  };
}

async function receive(
  call: WebhookCall,
  intake: Intake,
  { log, about }: WebhookParts,
): Promise<WebhookAnswer> {
  const update = parseJson(call.body);
  if (updateIdOf(update) === null) {
    // It came from Telegram, by its secret, and would come again for a day, before all that is behind it.
    log.error({ ...about, length: call.body.length }, "webhook call passed over: not an update");
    return { status: 200 };
  }
  try {
    await intake.take([update]);
    return { status: 200 };
  } catch (thrown) {
    log.warn({ ...about, error: textOf(thrown) }, "update not stored: telegram keeps it");
    return { status: 503 };
  }
}

/** Follows from the token, so that nothing more is to be configured, and tells nothing of it. */
export function webhookSecret(token: string): string {
  return createHmac("sha256", token).update("sluice telegram webhook").digest("hex");
}

export function webhookPath(network: string, account: string): string {
  return `/telegram/${encodeURIComponent(network)}/${encodeURIComponent(account)}`;
}

/** Takes as long for any two texts of any length. */
function isSame(found: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(found), digest(wanted));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
