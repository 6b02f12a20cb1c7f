import { flushCompileCache } from "node:module";
import { Command } from "commander";
import type { CommandHost } from "../program.ts";
import { commonOptions, readConfiguration } from "../settings.ts";
import { version } from "../version.ts";

export function runCommand({ shell, finish }: CommandHost): Command {
  return new Command("run")
    .description("Run the gateway in this process, for a service manager to watch over.")
    .action(async (_options: unknown, command: Command) => {
      const configuration = readConfiguration(shell, commonOptions(command));
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
