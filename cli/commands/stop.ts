import { Command } from "commander";
import { drainAndWatch, timeoutOption } from "../ask-drain.ts";
import { printJson, printLines } from "../print.ts";
import type { CommandHost } from "../program.ts";
import { commonOptions, controlOf } from "../settings.ts";
import { drainSummary } from "../show/drain-text.ts";

export function stopCommand({ shell, finish }: CommandHost): Command {
  return new Command("stop")
    .description("Drain and end the gateway; nothing starts it again.")
    .option("-f, --force", "cut running turns at once; they are continued after the next start")
    .addOption(timeoutOption("cut running turns after this long (default: as configured)"))
    .option("--no-wait", "ask only, do not watch")
    .action(async (_options: unknown, command: Command) => {
      const options = commonOptions(command);
      const client = controlOf(shell, options);
      const end = await drainAndWatch({ shell, client, command, then: "stop" });
      if (options.json) printJson(shell, { outcome: end.how, drain: end.report });
      else if (end.how === "gone") {
        printLines(shell, [...drainSummary(end.report), "The gateway has stopped."]);
      }
      finish(end.how === "gone" || end.how === "left_to_itself" ? 0 : 1);
    });
}
