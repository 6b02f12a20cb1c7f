import type { ChatCommand } from "./command.ts";

export const newConversation: ChatCommand = {
  name: "new",
  usage: "",
  summary: "help_new",
  isForOperators: false,
  async run({ core }) {
    return {
      command: { type: "renew", fresh: core.ids.session() },
      applied: core.texts.say("new_done"),
      refused: () => core.texts.say("new_already"),
    };
  },
};
