import { Command } from "commander";
import type { Fate } from "../../gateway/fate.ts";
import { printJson, printLines } from "../print.ts";
import type { CommandHost } from "../program.ts";
import { commonOptions, controlOf } from "../settings.ts";

export function fateCommand({ shell }: CommandHost): Command {
  return new Command("fate")
    .description("Say what became of a message.")
    .argument("<message>", "its id, which begins with msg_")
    .action(async (message: string, _options: unknown, command: Command) => {
      const options = commonOptions(command);
      const fate = await controlOf(shell, options).fate(message);
      if (options.json) printJson(shell, fate);
      else printLines(shell, [fateLine(fate)]);
    });
}

function fateLine(fate: Fate): string {
  const place = fate.at === "queued" && fate.behind > 0 ? ` behind ${fate.behind}` : "";
  const why = fate.why === null ? "" : ` (${fate.why})`;
  const reply = {
    none: "",
    pending: "; its reply is to be sent",
    sent: "; its reply was sent",
    dead: "; its reply could not be sent",
  };
  return `${fate.id}: ${fate.at.replaceAll("_", " ")}${place}${why}${reply[fate.reply]}`;
}
