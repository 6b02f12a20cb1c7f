import type { ChatCommand } from "./command.ts";

export const stop: ChatCommand = {
  name: "stop",
  usage: "",
  summary: "help_stop",
  isForOperators: false,
  async run({ core }) {
    return {
      command: { type: "stop", stop: "person" },
      applied: core.texts.say("stop_done"),
      refused: () => core.texts.say("stop_nothing"),
    };
  },
};
