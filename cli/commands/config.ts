import { Command } from "commander";
import { effectiveValues, effectiveYaml } from "../../gateway/config/effective.ts";
import { configurationSchema } from "../../gateway/config/schema.ts";
import { checkConfiguration, problemLine } from "../doctor/checked-configuration.ts";
import { printJson, printLines } from "../print.ts";
import type { CommandHost } from "../program.ts";
import { commonOptions, controlOf, readConfiguration } from "../settings.ts";
import { reloadLines } from "../show/reload-text.ts";
import { count } from "../show/span.ts";

export function configCommand(host: CommandHost): Command {
  return new Command("config")
    .description("Look at the configuration.")
    .addCommand(checkCommand(host))
    .addCommand(showCommand(host))
    .addCommand(schemaCommand(host))
    .addCommand(reloadCommand(host));
}

function checkCommand({ shell, finish }: CommandHost): Command {
  return new Command("check")
    .description("Say whether the gateway could start with it, and where not.")
    .option("--without-secrets", "secrets that only the service is given need not be there", false)
    .action((given: { withoutSecrets: boolean }, command: Command) => {
      const options = commonOptions(command);
      const { file, problems } = checkConfiguration(shell, options, given);
      if (options.json) printJson(shell, { file, problems });
      else if (problems.length === 0) printLines(shell, [`${file ?? "the defaults"}: no problem`]);
      else {
        const counted = count(problems.length, "problem", "problems");
        printLines(shell, [...problems.map((one) => problemLine(file, one)), counted]);
      }
      finish(problems.length === 0 ? 0 : 78);
    });
}

function showCommand({ shell }: CommandHost): Command {
  return new Command("show")
    .description("Print what the gateway would run by, defaults included and secrets left out.")
    .action((_given: unknown, command: Command) => {
      const options = commonOptions(command);
      const configuration = readConfiguration(shell, options);
      if (options.json) printJson(shell, effectiveValues(configuration));
      else shell.out.write(effectiveYaml(configuration));
    });
}

function schemaCommand({ shell }: CommandHost): Command {
  return new Command("schema")
    .description("Print the JSON Schema of the file, for editors.")
    .action(() => printJson(shell, configurationSchema()));
}

function reloadCommand({ shell, finish }: CommandHost): Command {
  return new Command("reload")
    .description("Let the gateway that runs go over to the configuration as it is now.")
    .action(async (_given: unknown, command: Command) => {
      const options = commonOptions(command);
      const report = await controlOf(shell, options).reload();
      if (options.json) printJson(shell, report);
      else printLines(shell, reloadLines(report));
      finish(report.refused.length === 0 ? 0 : 1);
    });
}
