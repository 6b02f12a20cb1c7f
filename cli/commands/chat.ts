import { Command } from "commander";
import { readEnvironment } from "../../gateway/config/environment.ts";
import { requireLocalChat } from "../local-chat.ts";
import type { CommandHost } from "../program.ts";
import { commonOptions, readConfiguration } from "../settings.ts";

interface ChatOptions {
  readonly chat: string;
  readonly user: string;
}

export function chatCommand({ shell }: CommandHost): Command {
  return new Command("chat")
    .description("Talk to the gateway in this terminal.")
    .option("--chat <name>", "which conversation", "home")
    .option("--user <id>", "who speaks", "you")
    .action(async (given: ChatOptions, command: Command) => {
      const local = requireLocalChat(shell, readConfiguration(shell, commonOptions(command)));
      const away = new AbortController();
      const unlisten = shell.onSignal(["SIGINT", "SIGTERM", "SIGHUP"], () => away.abort());
      const { runChat } = await import("../chat/run-chat.ts");
      try {
        await runChat({
          url: local.url,
          token: local.token,
          chat: given.chat,
          user: given.user,
          input: shell.input,
          output: shell.out,
          clock: shell.clock,
          chance: shell.chance,
          colour: shell.out.isTTY === true && readEnvironment(shell.environment).colour,
          signal: away.signal,
        });
      } finally {
        unlisten();
      }
    });
}
