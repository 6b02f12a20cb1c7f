import { badRequest } from "./bot-error.ts";
import type { FakeCommand } from "./fake-telegram.ts";
import type { Method } from "./method.ts";
import { isRecord, jsonOf, textOf } from "./parameters.ts";
import type { Parameters } from "./parameters.ts";

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
