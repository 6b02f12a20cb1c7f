import type { ChatCommand } from "./command.ts";

export const newConversation: ChatCommand = {
  name: "new",
  usage: "",
  summary: "begin a new conversation; the old one is kept",
  isForOperators: false,
  async run({ core }) {
    return {
      command: { type: "renew", fresh: core.ids.session() },
      applied: core.texts.say("new_done"),
      refused: () => core.texts.say("new_already"),
    };
  },
};
