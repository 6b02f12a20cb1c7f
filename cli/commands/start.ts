import { Command } from "commander";
import { chatWithGateway } from "../chat-with-gateway.ts";
import { findConsole } from "../console-place.ts";
import { findLocalChat } from "../local-chat.ts";
import { onceAPress } from "../once-a-press.ts";
import { printJson, printLines } from "../print.ts";
import type { CommandHost } from "../program.ts";
import { commonArguments, commonOptions, readConfiguration } from "../settings.ts";
import { supervise } from "../supervise.ts";

export function startCommand({ shell, finish }: CommandHost): Command {
  return new Command("start")
    .description("Run the gateway and keep it running; in a terminal, also talk to it.")
    .option("--no-chat", "only show the gateway's log")
    .action(async (given: { chat: boolean }, command: Command) => {
      const options = commonOptions(command);
      // Read here too, so that a mistake in it is told before anything starts.
      const configuration = readConfiguration(shell, options);
      const words = commonArguments(options);
      const local = findLocalChat(shell, configuration);
      const isTerminal = shell.input.isTTY === true && shell.out.isTTY === true;
      if (local !== null && given.chat && isTerminal && !options.json) {
        finish(await chatWithGateway({ shell, configuration, words, local }));
        return;
      }
      if (local !== null) {
        const { url, tokenPlace } = local;
        if (options.json) printJson(shell, { chat: url, token: tokenPlace });
        else printLines(shell, [`Local chat on ${url} (its token is in ${tokenPlace})`]);
      }
      const page = findConsole(shell, {
        ...configuration,
        hasConsole: configuration.console.enabled,
      });
      // This output may be kept in a log: the link is not for it.
      if (page !== null && !options.json) {
        printLines(shell, [`Console on ${page.url} (\`sluice console\` prints the link)`]);
      }
      const supervisor = supervise({
        shell,
        words,
        output: () => "inherit",
        say: (line) => shell.err.write(`sluice: ${line}\n`),
      });
      const unlisten = onceAPress(shell, () => supervisor.stop());
      finish(await supervisor.ended);
      unlisten();
    });
}
