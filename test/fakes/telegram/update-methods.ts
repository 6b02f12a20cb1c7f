import type { BotAccount } from "./bot-account.ts";
import { BotError } from "./bot-error.ts";
import { Described } from "./method.ts";
import type { Method } from "./method.ts";
import { booleanOf, jsonOf, numberOf, textOf } from "./parameters.ts";
import type { Parameters } from "./parameters.ts";

const WEBHOOK_ACTIVE =
  "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
const LONGEST_POLL_S = 50;

export const getUpdates: Method = ({ bot, parameters, signal }) => {
  if (bot.webhook.url() !== "") throw new BotError(409, WEBHOOK_ACTIVE);
  rememberAllowed(bot, parameters);
  return bot.poll.take({
    offset: numberOf(parameters, "offset", { otherwise: 0 }),
    limit: numberOf(parameters, "limit", { otherwise: 100, min: 1, max: 100 }),
    timeoutMs:
      numberOf(parameters, "timeout", { otherwise: 0, min: 0, max: LONGEST_POLL_S }) * 1000,
    signal,
  });
};

export const setWebhook: Method = (call) => {
  const { bot, parameters } = call;
  const url = textOf(parameters, "url");
  if (url === "") return deleteWebhook(call);
  const outcome = bot.webhook.set({
    url,
    secret: textOf(parameters, "secret_token"),
    maxConnections: numberOf(parameters, "max_connections", { otherwise: 40, min: 1, max: 100 }),
  });
  rememberAllowed(bot, parameters);
  if (booleanOf(parameters, "drop_pending_updates")) bot.updates.clear();
  bot.poll.interrupt();
  return new Described(true, outcome === "set" ? "Webhook was set" : "Webhook is already set");
};

export const deleteWebhook: Method = ({ bot, parameters }) => {
  if (booleanOf(parameters, "drop_pending_updates")) bot.updates.clear();
  const had = bot.webhook.remove();
  return new Described(true, had ? "Webhook was deleted" : "Webhook is already deleted");
};

export const getWebhookInfo: Method = ({ bot }) => ({
  ...bot.webhook.info(),
  ...(bot.allowedUpdates === null ? {} : { allowed_updates: [...bot.allowedUpdates] }),
});

/** Not given: as before. An empty list: Telegram's default. */
function rememberAllowed(bot: BotAccount, parameters: Parameters): void {
  const allowed = jsonOf(parameters, "allowed_updates", "allowed updates");
  if (!Array.isArray(allowed)) return;
  bot.allowedUpdates = allowed.length === 0 ? null : new Set(allowed.map(String));
}
