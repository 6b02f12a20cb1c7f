import type { AdapterHost } from "../../adapters/adapter.ts";
import type { Core } from "../core.ts";
import type { ChatCommand } from "./command.ts";
import { agent } from "./agent.ts";
import { approve, deny } from "./approve.ts";
import { grants, revoke } from "./grants.ts";
import { createHelp } from "./help.ts";
import { newConversation } from "./new.ts";
import { pair } from "./pair.ts";
import { queue } from "./queue.ts";
import { restart } from "./restart.ts";
import { resume } from "./resume.ts";
import { rightOf } from "./rights.ts";
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
  pair,
  restart,
];

/** Every command of the chats, in the order of the help. */
const CHAT_COMMANDS: readonly ChatCommand[] = [createHelp(others), ...others];

/** For the rights that a configuration gives. */
export const COMMAND_NAMES: readonly string[] = CHAT_COMMANDS.map(({ name }) => name);

/** The same list for a network's own menu, as far as anybody there may use it. */
export function chatMenu(core: Core, network: string): AdapterHost["menu"] {
  return CHAT_COMMANDS.flatMap((command) => {
    const { name, usage, summary } = command;
    const right = rightOf(core, network, command);
    if (right === "off") return [];
    return [
      { name, usage, summary: core.texts.say(summary), isForOperators: right !== "everyone" },
    ];
  });
}

export function commandNamed(name: string | null): ChatCommand | null {
  return CHAT_COMMANDS.find((command) => command.name === name) ?? null;
}

export interface ParsedCommand {
  readonly command: ChatCommand;
  readonly words: string;
}

/** `/name`, `/name words`, `/name@bot words`. Null: an unknown slash word is text for the worker. */
export function parseCommand(text: string): ParsedCommand | null {
  const [, name, words = ""] = /^\/([a-z]+)(?:@\w+)?(?:\s+([\s\S]*))?$/i.exec(text.trim()) ?? [];
  const command = commandNamed(name?.toLowerCase() ?? null);
  return command === null ? null : { command, words: words.trim() };
}
