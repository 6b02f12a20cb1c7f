import { join } from "node:path";
import { Command } from "commander";
import { checkConfiguration } from "../doctor/checked-configuration.ts";
import { doctorText } from "../doctor/doctor-text.ts";
import { stateDirectory } from "../../gateway/config/state-directory.ts";
import { printJson, printLines } from "../print.ts";
import type { CommandHost } from "../program.ts";
import { commonOptions, controlAt, statePlaces } from "../settings.ts";
import type { CommonOptions, StatePlaces } from "../settings.ts";
import type { Shell } from "../shell.ts";

export function doctorCommand({ shell, finish }: CommandHost): Command {
  return new Command("doctor")
    .description("Look at all that a gateway needs, and say what to do where something is wrong.")
    .action(async (_given: unknown, command: Command) => {
      // Every other command would pay for what it looks with.
      const { examine } = await import("../doctor/examine.ts");
      const options = commonOptions(command);
      const places = placesAnyway(shell, options);
      const findings = await examine(shell, {
        checked: checkConfiguration(shell, options, { withoutSecrets: false }),
        stateDir: places.stateDir,
        client: controlAt(places),
        node: process.versions.node,
      });
      const failed = findings.filter(({ level }) => level === "fail").length;
      if (options.json) printJson(shell, { ok: failed === 0, findings });
      else printLines(shell, doctorText(findings));
      finish(failed === 0 ? 0 : 1);
    });
}

/** A file that is no YAML says nothing of the state; what is wrong with it is told among the rest. */
function placesAnyway(shell: Shell, options: CommonOptions): StatePlaces {
  try {
    return statePlaces(shell, options);
  } catch {
    const { environment } = shell;
    const override = options.stateDir;
    const stateDir = stateDirectory({ override, inFile: null, file: null, environment });
    const http = { host: "127.0.0.1", port: null };
    return { stateDir, socket: join(stateDir, "control.sock"), http, hasConsole: false };
  }
}
