import { Command, type Option } from "commander";
import type { DrainReport } from "../../gateway/operations.ts";
import { drainAndWatch, timeoutOption } from "../ask-drain.ts";
import { printJson, printLines } from "../print.ts";
import type { CommandHost } from "../program.ts";
import { commonOptions, controlOf } from "../settings.ts";
import { drainSummary } from "../show/drain-text.ts";

export function drainCommand({ shell, finish }: CommandHost): Command {
  return new Command("drain")
    .description("Start no new turn, keep storing messages, wait for what runs; stay so.")
    .addOption(timeout())
    .option("--no-wait", "ask only, do not watch")
    .action(async (_options: unknown, command: Command) => {
      const options = commonOptions(command);
      const client = controlOf(shell, options);
      const end = await drainAndWatch({ shell, client, command, then: "stay" });
      if (options.json) printJson(shell, { outcome: end.how, drain: end.report });
      else if (end.how === "drained") {
        printLines(shell, [
          ...drainSummary(end.report),
          "It stays drained: `sluice undrain` lets work go on, `sluice stop` or `restart` ends it.",
        ]);
      }
      finish(end.how === "cancelled" || end.how === "gone" ? 1 : 0);
    });
}

export function undrainCommand({ shell, finish }: CommandHost): Command {
  return new Command("undrain")
    .description("Cancel a drain, or let go of channels that are held back: work goes on.")
    .action(async (_options: unknown, command: Command) => {
      const options = commonOptions(command);
      const report = await controlOf(shell, options).undrain();
      if (options.json) printJson(shell, { drain: report });
      else printLines(shell, [undrainedText(report)]);
      if (report !== null && report.phase !== "cancelled") finish(1);
    });
}

function undrainedText(report: DrainReport | null): string {
  if (report === null) return "The channels are no longer held back: work goes on.";
  if (report.phase === "cancelled") return "The drain is cancelled: work goes on.";
  if (report.then !== "stay") return "Too late to cancel it: the gateway leaves.";
  return "Turns are being cut just now: ask again in a moment.";
}

function timeout(): Option {
  return timeoutOption("let running turns go on for this long at most (default: as configured)");
}
