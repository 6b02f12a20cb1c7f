import type { UserFromGetMe, WebhookInfo } from "grammy/types";

import type { BotInspection, Remark } from "../bot-inspection.ts";
import { createTelegramClient } from "./client.ts";
import { toFailure } from "./failure.ts";
import { tokenRefused } from "./link.ts";
import { toGrammySignal } from "./signal.ts";

/** How the bot is, or is to be, used. */
export interface TelegramUse {
  readonly token: string;
  /** Without a slash at its end. */
  readonly apiRoot: string;
  /** It is to hear all of a group. */
  readonly hearsAll: boolean;
  readonly hasWebhook: boolean;
}

/** Never rejects. Takes no update and changes nothing. */
export async function inspectTelegramBot(
  use: TelegramUse,
  signal: AbortSignal,
): Promise<BotInspection> {
  // Anything else would change the address it becomes a part of.
  if (!/^\d+:[\w-]+$/.test(use.token)) {
    const advice = "copy the whole line that @BotFather gives, such as 123456:ABC…";
    return { outcome: "refused", reason: "this is no token of a Telegram bot", advice };
  }
  const client = createTelegramClient(use);
  try {
    const me = await client.poll.getMe(toGrammySignal(signal));
    const hook = await client.poll.getWebhookInfo(toGrammySignal(signal));
    const remarks = [privacy(me, use), webhook(hook, use)];
    return { outcome: "known", name: `@${me.username}`, remarks, invite: null };
  } catch (thrown) {
    if (signal.aborted) return { outcome: "unreachable", reason: "no answer in time" };
    const failure = toFailure(thrown, client);
    return failure.kind === "revoked"
      ? { outcome: "refused", ...tokenRefused(failure.reason) }
      : { outcome: "unreachable", reason: failure.reason };
  } finally {
    client.close();
  }
}

function privacy(me: UserFromGetMe, { hearsAll }: TelegramUse): Remark {
  const about = "privacy mode";
  if (me.can_read_all_group_messages) return { level: "ok", about, found: "off", advice: null };
  const found = "on: in groups it is given commands, replies to it and mentions";
  if (!hearsAll) return { level: "ok", about, found, advice: null };
  const advice =
    "groups: says all; /setprivacy at @BotFather, Disable, then add the bot to the group again";
  return { level: "warn", about, found, advice };
}

/** Of the address only the host: its path is nobody's business. */
function webhook(hook: WebhookInfo, { hasWebhook }: TelegramUse): Remark {
  const about = "webhook";
  const { url = "", last_error_message: fault, pending_update_count: waiting } = hook;
  const queue = `${waiting} waiting at Telegram`;
  if (url === "") {
    const found = hasWebhook ? `none is set, ${queue}` : `none; Telegram is asked, ${queue}`;
    if (!hasWebhook) return { level: "ok", about, found, advice: null };
    return { level: "warn", about, found, advice: "start the gateway: it sets it" };
  }
  const host = URL.canParse(url) ? new URL(url).host : "an address that cannot be read";
  if (!hasWebhook) {
    const advice = "something else uses this bot, or did; the gateway takes the webhook away";
    return { level: "warn", about, found: `set to ${host}, and none is configured`, advice };
  }
  if (fault === undefined) {
    return { level: "ok", about, found: `set to ${host}, ${queue}`, advice: null };
  }
  const advice = "see that the address leads to `webhooks` of this gateway";
  return { level: "warn", about, found: `Telegram could not deliver to ${host}: ${fault}`, advice };
}
