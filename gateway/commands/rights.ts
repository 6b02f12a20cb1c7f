import type { InboxItem } from "../../sessions/rows.ts";
import type { Core } from "../core.ts";
import type { ChatCommand } from "./command.ts";

export type Right = "everyone" | "operators" | "off";

type Named = Pick<ChatCommand, "name" | "isForOperators">;

/** Who may use a command in a network: as configured, else as the command itself says. */
export function rightOf(core: Core, network: string, { name, isForOperators }: Named): Right {
  const configured = core.networks.settings(network)?.commands ?? {};
  const own = Object.hasOwn(configured, name) ? configured[name] : undefined;
  return own ?? (isForOperators ? "operators" : "everyone");
}

/** Null: they may. Else why not, in words. */
export function hindranceOf(core: Core, { message }: InboxItem, command: Named): string | null {
  const { address, sender } = message;
  switch (rightOf(core, address.network, command)) {
    case "everyone":
      return null;
    case "operators":
      return core.access.isOperator(address.network, sender.id)
        ? null
        : core.texts.say("not_operator");
    case "off":
      return core.texts.say("command_off");
  }
}

const COMMAND_OF_VERB: Readonly<Record<string, string>> = {
  allow: "approve",
  allow_always: "approve",
  deny: "deny",
  continue: "resume",
  drop: "skip",
  stop: "stop",
};

/** A button is a command in another dress: the name of the command whose right it needs. */
export function commandOfPress({ message }: InboxItem): string | null {
  const [verb = ""] = message.button?.data.split(":") ?? [];
  return Object.hasOwn(COMMAND_OF_VERB, verb) ? (COMMAND_OF_VERB[verb] ?? null) : null;
}
