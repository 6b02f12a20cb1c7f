import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { Command, Option } from "commander";
import { findConfigurationFile } from "../../gateway/config/find-file.ts";
import { checkConfigurationText } from "../../gateway/config/check-text.ts";
import { SluiceError } from "../../sessions/errors.ts";
import { askSetup } from "../init/ask-setup.ts";
import { setupFiles, type SetupFile } from "../init/configuration-text.ts";
import { canInstallForUser, installForUser } from "../init/install-offer.ts";
import { nextSteps, stepsOfService, wroteLines } from "../init/next-steps.ts";
import type { Questions } from "../init/questions.ts";
import { SetupLeft } from "../init/setup-left.ts";
import type { Setup } from "../init/setup.ts";
import { setupOfOptions, type SetupOptions } from "../init/setup-of-options.ts";
import { filesInTheWay, writeSetup } from "../init/write-setup.ts";
import { printJson, printLines } from "../print.ts";
import type { CommandHost } from "../program.ts";
import { commonOptions } from "../settings.ts";
import type { Shell } from "../shell.ts";

interface InitOptions extends SetupOptions {
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly replace: boolean;
}

export function initCommand({ shell, finish }: CommandHost): Command {
  return new Command("init")
    .description("Write a first configuration: asks, tries the token, and writes it.")
    .option("-y, --yes", "ask nothing; take the options and the environment", false)
    .addOption(
      new Option("--network <name>", "with --yes: where to talk").choices([
        "telegram",
        "discord",
        "local",
      ]),
    )
    .option("--token-file <file>", "with --yes: a file with the bot's token")
    .option("--operator <id...>", "with --yes: who may restart it from a chat")
    .option("--agent <name>", "with --yes: claude, codex, opencode, gemini, qwen, model or demo")
    .option("--base-url <address>", "with --agent model: the endpoint")
    .option("--model <name>", "with --agent model: the model")
    .option(
      "--no-check",
      "with --yes: ask neither the network about the token nor the model for a word",
    )
    .option("--replace", "replace what is there; it stays as ….old", false)
    .option("--dry-run", "print the configuration, write nothing", false)
    .addOption(new Option("--api-root <address>").hideHelp())
    .action(async (given: InitOptions, command: Command) => {
      const { json, config } = commonOptions(command);
      const file = targetFile(shell, config);
      const isTerminal = shell.input.isTTY === true && shell.out.isTTY === true;
      if (given.yes || json) {
        const say = (line: string): void => void shell.err.write(`${line}\n`);
        const setup = await setupOfOptions(given, { shell, say });
        const files = filesFor(setup, file);
        if (!given.dryRun) refuseToReplace(given, { file, files });
        const written = given.dryRun ? [] : writeSetup(file, files);
        const text = files.at(-1)?.text ?? "";
        if (json) printJson(shell, { file, written, text });
        else if (given.dryRun) shell.out.write(text);
        else printLines(shell, nextSteps(setup, { file, written }));
        return;
      }
      if (!isTerminal) throw notATerminal();
      // Every other command would pay for it.
      const { askIn } = await import("../init/questions.ts");
      try {
        await inTerminal(askIn(shell), { shell, given, file });
      } catch (error) {
        if (!(error instanceof SetupLeft)) throw error;
        shell.err.write("sluice: left; nothing was written\n");
        finish(1);
      }
    });
}

async function inTerminal(
  questions: Questions,
  how: { readonly shell: Shell; readonly given: InitOptions; readonly file: string },
): Promise<void> {
  const { shell, given, file } = how;
  const setup = await askSetup(questions, shell, { apiRoot: given.apiRoot ?? null });
  const files = filesFor(setup, file);
  if (given.dryRun) return void shell.out.write(files.at(-1)?.text ?? "");
  const there = given.replace ? [] : filesInTheWay(dirname(file), files);
  if (there.length > 0) {
    const question = `Replace ${there.join(" and ")}? (what is there stays as ….old)`;
    if (!(await questions.confirm(question, false))) throw new SetupLeft();
  }
  const written = writeSetup(file, files);
  if (await canInstallForUser()) {
    const question = "Run it as a service of yours, under systemd?";
    const isWanted = await questions.confirm(question, false).catch(() => false);
    if (isWanted) printLines(shell, wroteLines(written));
    if (isWanted && (await installForUser(shell, file)) === 0) {
      return printLines(shell, stepsOfService(setup));
    }
  }
  printLines(shell, nextSteps(setup, { file, written }));
}

function filesFor(setup: Setup, file: string): readonly SetupFile[] {
  const files = setupFiles(setup, basename(file));
  checkConfigurationText(files.at(-1)?.text ?? "", file);
  return files;
}

/** Where the gateway would read it: the file that is named or that is there, else the user's. */
function targetFile({ environment, directory }: Shell, named: string | null): string {
  const found = findConfigurationFile({ named, environment, directory });
  if (found !== null) return found;
  const base = environment["XDG_CONFIG_HOME"] || join(environment["HOME"] ?? homedir(), ".config");
  return join(base, "sluice", "config.yaml");
}

function refuseToReplace(
  { replace }: InitOptions,
  { file, files }: { readonly file: string; readonly files: readonly SetupFile[] },
): void {
  const [first] = filesInTheWay(dirname(file), files);
  if (replace || first === undefined) return;
  throw new SluiceError("usage", `${first} is there already`, {
    advice: "give --replace, or another place with --config; nothing was written",
  });
}

function notATerminal(): SluiceError {
  return new SluiceError("usage", "init asks questions, and this is no terminal", {
    advice: "give --yes with --network and --agent, and the token in the environment",
  });
}
