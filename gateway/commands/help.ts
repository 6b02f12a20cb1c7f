import type { ChatCommand } from "./command.ts";

export function createHelp(others: readonly ChatCommand[]): ChatCommand {
  const help: ChatCommand = {
    name: "help",
    usage: "",
    summary: "help_help",
    isForOperators: false,
    async run({ core, item }) {
      const { address, sender } = item.message;
      const isOperator = core.networks.isOperator(address.network, sender.id);
      const lines = [help, ...others]
        .filter((one) => isOperator || !one.isForOperators)
        .map(
          (one) => `/${[one.name, one.usage].join(" ").trim()} — ${core.texts.say(one.summary)}`,
        );
      return { say: lines.join("\n") };
    },
  };
  return help;
}
