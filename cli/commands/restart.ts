import { Command } from "commander";
import type { ControlClient } from "../../gateway/control/client.ts";
import { SluiceError } from "../../sessions/errors.ts";
import { drainAndWatch, timeoutOption } from "../ask-drain.ts";
import { awaitBoot, type NextBoot } from "../await-boot.ts";
import { printJson, printLines } from "../print.ts";
import type { CommandHost } from "../program.ts";
import { commonOptions, controlOf, readConfiguration, type CommonOptions } from "../settings.ts";
import type { Shell } from "../shell.ts";
import { drainSummary, planLines } from "../show/drain-text.ts";
import { formatSpan } from "../show/span.ts";
import type { DrainEnd } from "../watch-drain.ts";

export function restartCommand({ shell, finish }: CommandHost): Command {
  return new Command("restart")
    .description("Drain, end the process, and wait until the next one is ready.")
    .option("--plan", "only say what a restart would do now")
    .option("-f, --force", "cut running turns at once; they are continued after the restart")
    .addOption(timeoutOption("cut running turns after this long (default: as configured)"))
    .option("--no-wait", "ask only, do not watch")
    .action(async (given: { plan?: boolean }, command: Command) => {
      const options = commonOptions(command);
      const client = controlOf(shell, options);
      if (given.plan === true) return printPlan(shell, client, options);
      refuseBrokenConfiguration(shell, options);
      const before = await client.status();
      const end = await drainAndWatch({ shell, client, command, then: "restart" });
      if (end.how === "gone" && end.report.then === "restart") {
        const next = await awaitBoot({ shell, client, before: before.boot, heardAt: end.heardAt });
        if (options.json) printJson(shell, { outcome: "restarted", ...next, drain: end.report });
        else printLines(shell, endLines(end, next));
        return;
      }
      if (options.json) printJson(shell, { outcome: end.how, drain: end.report });
      finish(end.how === "under_way" ? 0 : 1);
    });
}

async function printPlan(
  shell: Shell,
  client: ControlClient,
  options: CommonOptions,
): Promise<void> {
  const plan = await client.plan();
  if (options.json) printJson(shell, plan);
  else printLines(shell, planLines(plan));
}

/** The next process would not start with it, and this one would be gone. */
function refuseBrokenConfiguration(shell: Shell, options: CommonOptions): void {
  try {
    readConfiguration(shell, options);
  } catch (error) {
    // Secrets may be known to the service alone.
    if (error instanceof SluiceError && error.code === "config_secret_missing") return;
    throw error;
  }
}

function endLines(end: DrainEnd, next: NextBoot): readonly string[] {
  return [
    ...drainSummary(end.report),
    `Restarted: ${next.boot} is ${next.phase} (pid ${next.pid}). Nothing listened for ${formatSpan(next.downMs)}.`,
  ];
}
