import type { ChatCommand } from "./command.ts";

export const skip: ChatCommand = {
  name: "skip",
  usage: "",
  summary: "help_skip",
  isForOperators: false,
  async run({ core }) {
    return {
      command: { type: "skip" },
      applied: core.texts.say("skip_done"),
      refused: () => core.texts.say("skip_nothing"),
    };
  },
};
