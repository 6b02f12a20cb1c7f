import { homedir } from "node:os";
import { Command, InvalidArgumentError, Option } from "commander";
import { findConfigurationFile } from "../../gateway/config/find-file.ts";
import { SluiceError } from "../../sessions/errors.ts";
import { printJson, printLines } from "../print.ts";
import type { CommandHost } from "../program.ts";
import { installService } from "../service/install.ts";
import { listenersIn } from "../service/listeners-in.ts";
import { specOf } from "../service/spec-of.ts";
import type { ServiceOptions } from "../service/spec-of.ts";
import { findSystemd } from "../service/systemd.ts";
import { uninstallService } from "../service/uninstall.ts";
import { unitFiles } from "../service/unit-files.ts";
import { unitDirectory } from "../service/unit-place.ts";
import type { UnitSpec } from "../service/unit-spec.ts";
import { commonOptions, readConfiguration, type CommonOptions } from "../settings.ts";
import type { Shell } from "../shell.ts";

export function serviceCommand(host: CommandHost): Command {
  return new Command("service")
    .description("Run the gateway as a service of systemd.")
    .addCommand(installCommand(host))
    .addCommand(uninstallCommand(host))
    .addCommand(printCommand(host));
}

function installCommand({ shell }: CommandHost): Command {
  return withOptions(new Command("install"))
    .description("Write the units, enable and start them.")
    .option("--no-start", "only write and enable them")
    .action(async (given: ServiceOptions & { start: boolean }, command: Command) => {
      const options = commonOptions(command);
      refuseBrokenConfiguration(shell, options);
      const systemd = await findSystemd(kindOf(given));
      const spec = specFor(shell, { given, options, version: systemd.version });
      const directory = unitDirectory(kindOf(given), { ...shell, home: homedir() });
      const done = await installService(spec, { systemd, directory, start: given.start });
      if (options.json) printJson(shell, done);
      else printLines(shell, done.lines);
    });
}

function uninstallCommand({ shell, finish }: CommandHost): Command {
  return withScope(new Command("uninstall"))
    .description("Stop the service and remove its units; the state stays.")
    .action(async (given: Pick<ServiceOptions, "user" | "name">, command: Command) => {
      const systemd = await findSystemd(kindOf(given));
      const directory = unitDirectory(kindOf(given), { ...shell, home: homedir() });
      const removed = await uninstallService(given.name, { systemd, directory });
      if (commonOptions(command).json) printJson(shell, { removed });
      else if (removed.length === 0) {
        printLines(shell, [`There is no service ${given.name} that sluice has written.`]);
      } else {
        printLines(shell, [...removed.map((file) => `removed ${file}`), "The state is kept."]);
      }
      finish(removed.length === 0 ? 1 : 0);
    });
}

function printCommand({ shell }: CommandHost): Command {
  return withOptions(new Command("print"))
    .description("Print the units that install would write.")
    .action(async (given: ServiceOptions, command: Command) => {
      const options = commonOptions(command);
      const version = await findSystemd("system").then(
        (systemd) => systemd.version,
        () => null,
      );
      const spec = specFor(shell, { given, options, version });
      const directory = unitDirectory(kindOf(given), { ...shell, home: homedir() });
      const files = unitFiles(spec);
      if (options.json) return printJson(shell, { directory, files });
      const texts = Object.entries(files).map(([file, text]) => `# ${directory}/${file}\n${text}`);
      shell.out.write(texts.join("\n"));
    });
}

function withScope(command: Command): Command {
  return command
    .option("--user", "a service of this user, not of the machine", false)
    .option("--name <name>", "name of the service", unitName, "sluice");
}

function withOptions(command: Command): Command {
  return withScope(command)
    .option(
      "--run-as <user>",
      "the machine's service runs as this user (default: who uses sudo; else a user that exists only for it)",
    )
    .addOption(
      new Option("--hardening <how>", "what the machine's service may not do")
        .choices(["off", "agents", "strict"])
        .default("agents"),
    )
    .option(
      "--sockets",
      "systemd keeps the webhook and health listeners open over restarts",
      false,
    );
}

function kindOf({ user }: Pick<ServiceOptions, "user">): "system" | "user" {
  return user ? "user" : "system";
}

function unitName(text: string): string {
  if (/^[a-zA-Z][\w-]{0,63}$/.test(text)) return text;
  throw new InvalidArgumentError("Letters, digits, - and _, beginning with a letter.");
}

function specFor(
  shell: Shell,
  how: {
    readonly given: ServiceOptions;
    readonly options: CommonOptions;
    readonly version: number | null;
  },
): UnitSpec {
  const { given, options, version } = how;
  const { environment, directory } = shell;
  const file = findConfigurationFile({ named: options.config, environment, directory });
  const listeners = given.sockets ? listenersIn(file) : [];
  const { stateDir } = options;
  return specOf(given, { shell, file, stateDir, version, node: process.execPath, listeners });
}

/** A service that cannot start is not installed. Its secrets may be known to systemd alone. */
function refuseBrokenConfiguration(shell: Shell, options: CommonOptions): void {
  try {
    readConfiguration(shell, options);
  } catch (error) {
    if (error instanceof SluiceError && error.code === "config_secret_missing") return;
    throw error;
  }
}
