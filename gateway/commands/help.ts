import type { ChatCommand } from "./command.ts";
import { hindranceOf } from "./rights.ts";

export function createHelp(others: readonly ChatCommand[]): ChatCommand {
  const help: ChatCommand = {
    name: "help",
    usage: "",
    summary: "help_help",
    isForOperators: false,
    async run({ core, item }) {
      const lines = [help, ...others]
        .filter((one) => hindranceOf(core, item, one) === null)
        .map(
          (one) => `/${[one.name, one.usage].join(" ").trim()} — ${core.texts.say(one.summary)}`,
        );
      return { say: lines.join("\n") };
    },
  };
  return help;
}
