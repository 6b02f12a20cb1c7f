import { flushCompileCache } from "node:module";
import { Command, Option } from "commander";
import { z } from "zod";
import type { CommandHost } from "../program.ts";
import { commonOptions, readConfiguration } from "../settings.ts";
import type { Configuration } from "../../gateway/config/configuration.ts";
import { takeSupervisorEnvironment } from "../../gateway/config/supervisor-environment.ts";
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
      const supervisor = takeSupervisorEnvironment(shell.pid);
      const read = (): Configuration => {
        const found = readConfiguration(shell, commonOptions(command));
        const boots = given.crashBoots ?? found.crashLoop.boots;
        return { ...found, crashLoop: { ...found.crashLoop, boots } };
      };
      const first = read();
      // Loaded late: the other commands must not pay for the gateway.
      const { runGateway } = await import("../../gateway/run.ts");
      const { withPatience } = await import("../../gateway/supervisor/patience.ts");
      const { outputFor } = await import("../../gateway/supervisor/journal-output.ts");
      const { exitCode } = await runGateway({
        configuration: await withPatience(first, supervisor),
        reread: async () => withPatience(read(), supervisor),
        environment: shell.environment,
        version: version(),
        supervisor,
        outside: { clock: shell.clock, chance: shell.chance, output: outputFor(supervisor) },
        // Now, because a process that is killed cannot leave it to the next.
        onReady: () => flushCompileCache(),
      });
      finish(exitCode);
    });
}
