import { Command, Option } from "commander";
import { printJson } from "../print.ts";
import type { CommandHost } from "../program.ts";
import { commonOptions, controlOf } from "../settings.ts";
import { transcriptLines, transcriptMarkdown } from "../show/transcript-markdown.ts";

export function exportCommand({ shell }: CommandHost): Command {
  return new Command("export")
    .description("Print all that was said in one session, with its earlier conversations.")
    .argument("<key>", "session key, network:account:chat")
    .addOption(
      new Option("--format <format>", "md (for people) or jsonl (an entry a line)")
        .choices(["md", "jsonl"])
        .default("md"),
    )
    .action(async (key: string, given: { format: string }, command: Command) => {
      const options = commonOptions(command);
      const found = await controlOf(shell, options).exportSession(key);
      if (options.json) printJson(shell, found);
      else if (given.format === "md") shell.out.write(transcriptMarkdown(found));
      else shell.out.write(transcriptLines(found));
      for (const { restsSince, file } of options.json ? [] : found.archived) {
        const day = new Date(restsSince).toISOString().slice(0, 10);
        shell.err.write(
          `sluice: a conversation that rests since ${day} is in the archive: zcat "${file}"\n`,
        );
      }
      if (!found.isWhole) shell.err.write("sluice: the oldest entries are left out\n");
    });
}
