import { Command } from "commander";
import type { DeadLetter } from "../../gateway/operations.ts";
import { printJson, printLines } from "../print.ts";
import type { CommandHost } from "../program.ts";
import { commonOptions, controlOf } from "../settings.ts";
import { formatSpan } from "../show/span.ts";
import { formatTable } from "../show/table.ts";
import { wholeNumber } from "./sessions.ts";

export function deadLettersCommand(host: CommandHost): Command {
  return new Command("deadletters")
    .description("What was given up: messages that failed, replies that could not be sent.")
    .addCommand(listCommand(host))
    .addCommand(actCommand(host, "retry"))
    .addCommand(actCommand(host, "drop"));
}

function listCommand({ shell }: CommandHost): Command {
  return new Command("list")
    .description("List them, the latest first.")
    .option("-n, --limit <number>", "at most so many", wholeNumber, 50)
    .action(async (given: { limit: number }, command: Command) => {
      const options = commonOptions(command);
      const letters = await controlOf(shell, options).deadLetters(given.limit);
      if (options.json) printJson(shell, { items: letters });
      else if (letters.length === 0) printLines(shell, ["No dead letters."]);
      else printLines(shell, [lettersTable(letters, shell.clock.now())]);
    });
}

function lettersTable(letters: readonly DeadLetter[], now: number): string {
  return formatTable([
    ["ID", "KIND", "SESSION", "AGE", "REASON"],
    ...letters.map((letter) => [
      letter.id,
      letter.kind,
      (letter.kind === "message" ? letter.item.key : letter.row.key) ?? "none",
      formatSpan(now - letter.at),
      letter.reason,
    ]),
  ]);
}

const ACTS = {
  retry: { does: "Try it once more.", done: "will be tried again" },
  drop: { does: "Drop it for good.", done: "dropped" },
};

function actCommand({ shell, finish }: CommandHost, verb: keyof typeof ACTS): Command {
  return new Command(verb)
    .description(ACTS[verb].does)
    .argument("<id>", "its id, as the list shows it")
    .action(async (id: string, _options: unknown, command: Command) => {
      const options = commonOptions(command);
      const client = controlOf(shell, options);
      const done = await client[verb](id);
      if (options.json) printJson(shell, { id, done });
      else printLines(shell, [`${id}: ${done ? ACTS[verb].done : "no such dead letter"}`]);
      finish(done ? 0 : 1);
    });
}
