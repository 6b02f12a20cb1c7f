import { Command } from "commander";
import { printJson, printLines } from "../print.ts";
import type { CommandHost } from "../program.ts";
import { commonOptions, controlOf } from "../settings.ts";
import { statusText } from "../show/status-text.ts";

export function statusCommand({ shell }: CommandHost): Command {
  return new Command("status")
    .description("Show what the gateway does now.")
    .action(async (_options: unknown, command: Command) => {
      const options = commonOptions(command);
      const status = await controlOf(shell, options).status();
      if (options.json) printJson(shell, status);
      else printLines(shell, [statusText(status)]);
    });
}
