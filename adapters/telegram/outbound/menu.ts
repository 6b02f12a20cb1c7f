import { GrammyError } from "grammy";
import type { BotCommand, BotCommandScope } from "grammy/types";

import { textOf } from "../../../sessions/errors.ts";
import type { AdapterHost, MenuEntry } from "../../adapter.ts";
import type { Desk } from "./desk.ts";

const DESCRIPTION_LIMIT = 256;

/**
 * Telegram's own menu of commands: everybody's in every chat, the operators' too where they speak to the bot
 * alone. Set only where it differs: it is asked at each start. Never rejects: a bot without a menu works.
 */
export async function setMenu(
  desk: Desk,
  { menu, people }: Pick<AdapterHost, "menu" | "people">,
): Promise<void> {
  const everybodys = toCommands(menu.filter((entry) => !entry.isForOperators));
  const scopes: { readonly scope: BotCommandScope; readonly commands: BotCommand[] }[] = [
    { scope: { type: "default" }, commands: everybodys },
    { scope: { type: "all_private_chats" }, commands: everybodys },
    { scope: { type: "all_group_chats" }, commands: everybodys },
    ...personsOf(people).map((id) => ({
      scope: { type: "chat" as const, chat_id: Number(id) },
      commands: toCommands(menu),
    })),
  ];
  for (const { scope, commands } of scopes) {
    try {
      await setWhereDifferent(desk, scope, commands);
    } catch (error) {
      const isOfOnePerson = error instanceof GrammyError && error.error_code === 400;
      // An operator who never wrote to the bot has no chat with it yet: the next start finds it.
      if (isOfOnePerson && error.description.includes("chat not found")) continue;
      const reason = desk.client.redact(textOf(error));
      desk.log.warn({ scope: scope.type, reason }, "command menu not set");
      // Without an answer, or told to wait: the rest would fare no better.
      if (!isOfOnePerson) return;
    }
  }
}

/** The operators who can have a chat of their own with the bot. */
export function personsOf({ operators }: AdapterHost["people"]): readonly string[] {
  return operators.filter((id) => /^\d+$/.test(id));
}

/** Who is no operator any more has everybody's menu again. Never rejects. */
export async function takeMenuBack(desk: Desk, former: readonly string[]): Promise<void> {
  for (const id of former) {
    const scope = { type: "chat" as const, chat_id: Number(id) };
    try {
      await desk.line.ask((signal) => desk.client.send.deleteMyCommands({ scope }, signal));
    } catch (error) {
      const reason = desk.client.redact(textOf(error));
      desk.log.warn({ scope: scope.type, reason }, "command menu not taken back");
    }
  }
}

async function setWhereDifferent(
  { client, line }: Desk,
  scope: BotCommandScope,
  commands: BotCommand[],
): Promise<void> {
  const found = await line.ask((signal) => client.send.getMyCommands({ scope }, signal));
  const isSame =
    found.length === commands.length &&
    found.every(
      ({ command, description }, index) =>
        command === commands[index]?.command && description === commands[index]?.description,
    );
  if (isSame) return;
  await line.ask((signal) => client.send.setMyCommands(commands, { scope }, signal));
}

function toCommands(menu: readonly MenuEntry[]): BotCommand[] {
  return menu.map(({ name, summary }) => ({
    command: name,
    description: summary.slice(0, DESCRIPTION_LIMIT).toWellFormed() || name,
  }));
}
