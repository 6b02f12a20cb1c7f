import { resolve } from "node:path";
import { Command } from "commander";
import { createIds } from "../../sessions/ids.ts";
import { printJson, printLines } from "../print.ts";
import type { CommandHost } from "../program.ts";
import { commonOptions, statePlaces } from "../settings.ts";
import { backupLines, restoreLines } from "../show/backup-text.ts";
import { version } from "../version.ts";

export function backupCommand({ shell }: CommandHost): Command {
  return new Command("backup")
    .description("Copy all that must survive into one file; the gateway may run meanwhile.")
    .argument("<file>", "a new file")
    .action(async (name: string, _given: unknown, command: Command) => {
      const options = commonOptions(command);
      const { backUp } = await import("../../gateway/backup/back-up.ts");
      const file = resolve(shell.directory, name);
      const { stateDir } = statePlaces(shell, options);
      const report = backUp(stateDir, { file, version: version(), now: shell.clock.now() });
      if (options.json) printJson(shell, report);
      else printLines(shell, backupLines(report));
    });
}

export function restoreCommand({ shell }: CommandHost): Command {
  return new Command("restore")
    .description("Go back to a backup; the gateway must be stopped. What is there now is kept.")
    .argument("<file>", "what `sluice backup` wrote")
    .action(async (name: string, _given: unknown, command: Command) => {
      const options = commonOptions(command);
      const { restore } = await import("../../gateway/backup/restore.ts");
      const { clock, chance, pid } = shell;
      const report = restore(statePlaces(shell, options).stateDir, {
        file: resolve(shell.directory, name),
        version: version(),
        pid,
        boot: createIds(clock, chance).boot(),
        clock,
      });
      if (options.json) printJson(shell, report);
      else printLines(shell, restoreLines(report));
    });
}
