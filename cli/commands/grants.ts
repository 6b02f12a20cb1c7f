import { Command } from "commander";
import { printJson, printLines } from "../print.ts";
import type { CommandHost } from "../program.ts";
import { commonOptions, controlOf } from "../settings.ts";
import { formatSpan } from "../show/span.ts";
import { formatTable } from "../show/table.ts";

export function grantsCommand(host: CommandHost): Command {
  return new Command("grants")
    .description("What people allowed agents for good, in their chats.")
    .addCommand(listCommand(host))
    .addCommand(revokeCommand(host));
}

function listCommand({ shell }: CommandHost): Command {
  return new Command("list")
    .description("List it, chat by chat.")
    .action(async (_options: unknown, command: Command) => {
      const options = commonOptions(command);
      const items = await controlOf(shell, options).grants();
      if (options.json) return printJson(shell, { items });
      if (items.length === 0) return printLines(shell, ["Nothing is allowed for good."]);
      const now = shell.clock.now();
      const lines = items.map(({ id, key, worker, title, by, at }) => [
        id,
        key,
        worker,
        by,
        formatSpan(now - at),
        title.replaceAll(/\s+/g, " "),
      ]);
      printLines(shell, [formatTable([["ID", "SESSION", "AGENT", "BY", "AGE", "WHAT"], ...lines])]);
    });
}

function revokeCommand({ shell, finish }: CommandHost): Command {
  return new Command("revoke")
    .description("End one: the agent asks for it again.")
    .argument("<id>", "its id, as the list shows it")
    .action(async (id: string, _options: unknown, command: Command) => {
      const options = commonOptions(command);
      const done = await controlOf(shell, options).revoke(id);
      if (options.json) printJson(shell, { id, done });
      else printLines(shell, [`${id}: ${done ? "revoked" : "there is no such grant"}`]);
      finish(done ? 0 : 1);
    });
}
