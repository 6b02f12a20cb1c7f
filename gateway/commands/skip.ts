import type { ChatCommand } from "./command.ts";

export const skip: ChatCommand = {
  name: "skip",
  usage: "",
  summary: "do not continue what was cut short",
  isForOperators: false,
  async run({ core }) {
    return {
      command: { type: "skip" },
      applied: core.texts.say("skip_done"),
      refused: () => core.texts.say("skip_nothing"),
    };
  },
};
