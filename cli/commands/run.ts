import { flushCompileCache } from "node:module";
import { Command, Option } from "commander";
import { z } from "zod";
import type { CommandHost } from "../program.ts";
import { commonOptions, readConfiguration } from "../settings.ts";
import { version } from "../version.ts";

export function runCommand({ shell, finish }: CommandHost): Command {
  return new Command("run")
    .description("Run the gateway in this process, for a service manager to watch over.")
    .addOption(
      new Option("--crash-boots <count>", "in place of crashLoop.boots")
        .argParser((text) => z.coerce.number().int().min(2).parse(text))
        .hideHelp(),
    )
    .action(async (given: { crashBoots?: number }, command: Command) => {
      const read = readConfiguration(shell, commonOptions(command));
      const boots = given.crashBoots ?? read.crashLoop.boots;
      const configuration = { ...read, crashLoop: { ...read.crashLoop, boots } };
      // Loaded late: the other commands must not pay for the gateway.
      const { runGateway } = await import("../../gateway/run.ts");
      const { exitCode } = await runGateway({
        configuration,
        environment: shell.environment,
        version: version(),
        outside: { clock: shell.clock, chance: shell.chance },
        // Now, because a process that is killed cannot leave it to the next.
        onReady: () => flushCompileCache(),
      });
      finish(exitCode);
    });
}
