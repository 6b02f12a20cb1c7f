import { Command } from "commander";
import { accessCommand } from "./commands/access.ts";
import { backupCommand, restoreCommand } from "./commands/backup.ts";
import { chatCommand } from "./commands/chat.ts";
import { completionCommand } from "./commands/completion.ts";
import { configCommand } from "./commands/config.ts";
import { consoleCommand } from "./commands/console.ts";
import { deadLettersCommand } from "./commands/dead-letters.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { drainCommand, undrainCommand } from "./commands/drain.ts";
import { eventsCommand } from "./commands/events.ts";
import { exportCommand } from "./commands/export.ts";
import { fateCommand } from "./commands/fate.ts";
import { grantsCommand } from "./commands/grants.ts";
import { initCommand } from "./commands/init.ts";
import { requestsCommand } from "./commands/requests.ts";
import { restartCommand } from "./commands/restart.ts";
import { runCommand } from "./commands/run.ts";
import { serviceCommand } from "./commands/service.ts";
import { sessionsCommand } from "./commands/sessions.ts";
import { startCommand } from "./commands/start.ts";
import { statusCommand } from "./commands/status.ts";
import { stopCommand } from "./commands/stop.ts";
import type { ExitCode } from "./exit-code.ts";
import type { Shell } from "./shell.ts";
import { version } from "./version.ts";

/** What a command needs to be built: the world, and where its exit code goes (0 unless told). */
export interface CommandHost {
  readonly shell: Shell;
  readonly finish: (code: ExitCode) => void;
}

/** The whole command line. Parsing throws `CommanderError` for help and for mistakes in the words. */
export function createProgram(shell: Shell, finish: (code: ExitCode) => void): Command {
  const host: CommandHost = { shell, finish };
  const program = new Command("sluice")
    .description("A chat gateway for agents that can be restarted or killed at any moment.")
    .version(version(), "-V, --version", "print the version")
    .option("-c, --config <file>", "configuration file")
    .option("--state-dir <directory>", "where the gateway keeps its state")
    .option("--json", "print JSON instead of words")
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .helpCommand("help [command]", "show help for a command");
  const commands = [
    startCommand(host),
    runCommand(host),
    chatCommand(host),
    consoleCommand(host),
    statusCommand(host),
    drainCommand(host),
    undrainCommand(host),
    restartCommand(host),
    stopCommand(host),
    sessionsCommand(host),
    exportCommand(host),
    requestsCommand(host),
    grantsCommand(host),
    eventsCommand(host),
    deadLettersCommand(host),
    accessCommand(host),
    fateCommand(host),
    initCommand(host),
    configCommand(host),
    backupCommand(host),
    restoreCommand(host),
    doctorCommand(host),
    serviceCommand(host),
    completionCommand(host),
  ];
  for (const command of commands) program.addCommand(command);
  for (const command of [program, ...descendants(program)]) {
    command
      .copyInheritedSettings(program)
      .helpOption("-h, --help", "show help")
      .exitOverride()
      .showHelpAfterError(`(see: sluice ${[...pathOf(command), "--help"].join(" ")})`)
      .configureOutput({
        writeOut: (text) => shell.out.write(text),
        writeErr: (text) => shell.err.write(text.replace(/^error: /, "sluice: ")),
      });
  }
  return program;
}

function descendants(command: Command): readonly Command[] {
  return command.commands.flatMap((child) => [child, ...descendants(child)]);
}

/** The words that lead to a command, without the program's name. */
function pathOf(command: Command): readonly string[] {
  return command.parent === null ? [] : [...pathOf(command.parent), command.name()];
}
