import { Argument, Command } from "commander";
import { completionScript, SHELL_NAMES, type ShellName } from "../completion/scripts.ts";
import { wordTree } from "../completion/word-tree.ts";
import { printJson } from "../print.ts";
import type { CommandHost } from "../program.ts";
import { commonOptions } from "../settings.ts";

export function completionCommand({ shell }: CommandHost): Command {
  return new Command("completion")
    .description("Print a script that completes commands and options in your shell.")
    .addArgument(new Argument("<shell>", "which shell").choices(SHELL_NAMES))
    .action((name: ShellName, _options: unknown, command: Command) => {
      const script = completionScript(name, wordTree(rootOf(command)));
      if (commonOptions(command).json) printJson(shell, { shell: name, script });
      else shell.out.write(script);
    });
}

function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent);
}
