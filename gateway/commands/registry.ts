import type { AdapterHost } from "../../adapters/adapter.ts";
import type { Catalogue } from "../notices/catalogue.ts";
import type { ChatCommand } from "./command.ts";
import { agent } from "./agent.ts";
import { approve, deny } from "./approve.ts";
import { grants, revoke } from "./grants.ts";
import { createHelp } from "./help.ts";
import { newConversation } from "./new.ts";
import { queue } from "./queue.ts";
import { restart } from "./restart.ts";
import { resume } from "./resume.ts";
import { sessions } from "./sessions.ts";
import { skip } from "./skip.ts";
import { status } from "./status.ts";
import { stop } from "./stop.ts";

const others: readonly ChatCommand[] = [
  status,
  stop,
  newConversation,
  resume,
  skip,
  sessions,
  queue,
  agent,
  approve,
  deny,
  grants,
  revoke,
  restart,
];

/** Every command of the chats, in the order of the help. */
const CHAT_COMMANDS: readonly ChatCommand[] = [createHelp(others), ...others];

/** The same list for a network's own menu. */
export function chatMenu(texts: Catalogue): AdapterHost["menu"] {
  return CHAT_COMMANDS.map(({ name, usage, summary, isForOperators }) => ({
    name,
    usage,
    summary: texts.say(summary),
    isForOperators,
  }));
}

export interface ParsedCommand {
  readonly command: ChatCommand;
  readonly words: string;
}

/** `/name`, `/name words`, `/name@bot words`. Null: an unknown slash word is text for the worker. */
export function parseCommand(text: string): ParsedCommand | null {
  const [, name, words = ""] = /^\/([a-z]+)(?:@\w+)?(?:\s+([\s\S]*))?$/i.exec(text.trim()) ?? [];
  const command = CHAT_COMMANDS.find((one) => one.name === name?.toLowerCase());
  return command === undefined ? null : { command, words: words.trim() };
}
