import { BotError, badRequest } from "./bot-error.ts";
import { Described } from "./method.ts";
import type { Method } from "./method.ts";
import { booleanOf, isRecord, jsonOf, numberOf, textOf } from "./parameters.ts";
import type { Parameters } from "./parameters.ts";
import type { BotAccount } from "./bot-account.ts";
import type { FakeCommand } from "./fake-telegram.ts";
import { wireChat } from "./wire-message.ts";
import { roomFor } from "./world.ts";

const WEBHOOK_ACTIVE =
  "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
const LONGEST_POLL_S = 50;

export const getMe: Method = ({ bot }) => ({ ...bot.user, ...bot.me });

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

export const setMyCommands: Method = ({ bot, parameters }) => {
  const given = jsonOf(parameters, "commands", "commands") ?? [];
  if (!Array.isArray(given)) throw badRequest("expected an Array of BotCommand");
  const commands = given.map(commandOf);
  if (commands.length > 100) throw badRequest("BOT_COMMANDS_TOO_MUCH");
  bot.menus.set(menuKey(parameters), commands);
  return true;
};

export const getMyCommands: Method = ({ bot, parameters }) =>
  bot.menus.get(menuKey(parameters)) ?? [];

export const deleteMyCommands: Method = ({ bot, parameters }) => {
  bot.menus.delete(menuKey(parameters));
  return true;
};

function commandOf(given: unknown): FakeCommand {
  if (!isRecord(given)) throw badRequest("can't parse BotCommand: expected an Object");
  for (const field of ["command", "description"]) {
    if (typeof given[field] !== "string") {
      throw badRequest(`can't parse BotCommand: Can't find field "${field}"`);
    }
  }
  const command = String(given["command"]).replace(/^\//, "");
  const description = String(given["description"]).trim();
  if (!/^[a-z0-9_]{1,32}$/.test(command)) throw badRequest("BOT_COMMAND_INVALID");
  if (description === "") throw badRequest("command description must be non-empty");
  if (description.length > 256) throw badRequest("BOT_COMMAND_DESCRIPTION_INVALID");
  return { command, description };
}

export function menuKeyOf(
  scope: Readonly<Record<string, unknown>> | undefined,
  language = "",
): string {
  const sorted = Object.entries(scope ?? { type: "default" }).toSorted(([one], [other]) =>
    one < other ? -1 : 1,
  );
  return `${JSON.stringify(sorted)} ${language}`;
}

const SCOPES = new Set(
  (
    "default all_private_chats all_group_chats all_chat_administrators " +
    "chat chat_administrators chat_member"
  ).split(" "),
);

function menuKey(parameters: Parameters): string {
  const scope = jsonOf(parameters, "scope", "BotCommandScope");
  if (scope !== undefined && (!isRecord(scope) || !SCOPES.has(String(scope["type"])))) {
    throw badRequest("can't parse BotCommandScope: Unsupported type specified");
  }
  const language = textOf(parameters, "language_code");
  if (language !== "" && !/^[a-z]{2}$/.test(language)) {
    throw badRequest("invalid language code specified");
  }
  return menuKeyOf(isRecord(scope) ? scope : undefined, language);
}

export const getChat: Method = ({ world, bot, parameters }) =>
  wireChat(roomFor(world, bot, { chatId: textOf(parameters, "chat_id"), access: "read" }));

export const getChatMember: Method = ({ world, bot, parameters }) => {
  const room = roomFor(world, bot, { chatId: textOf(parameters, "chat_id"), access: "read" });
  const userId = numberOf(parameters, "user_id", { otherwise: 0 });
  const person = room.people.find(({ id }) => id === userId);
  if (person !== undefined) return { user: person, status: "member" };
  for (const [member, status] of room.members) {
    if (member.user.id === userId) return { user: member.user, status };
  }
  throw badRequest("user not found");
};

export const answerCallbackQuery: Method = ({ world, bot, parameters }) => {
  const id = textOf(parameters, "callback_query_id");
  const text = textOf(parameters, "text");
  const callback = bot.callbacks.get(id);
  if (callback === undefined || callback.expiresAt <= world.clock.now()) {
    throw badRequest("query is too old and response timeout expired or query ID is invalid");
  }
  if (text.length > 200) throw badRequest("MESSAGE_TOO_LONG");
  callback.answer(text, booleanOf(parameters, "show_alert"));
  return true;
};
