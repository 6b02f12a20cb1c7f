import type { ChatCommand } from "./command.ts";

export const restart: ChatCommand = {
  name: "restart",
  usage: "",
  summary: "help_restart",
  isForOperators: true,
  async run({ core, hooks, item }) {
    const say = core.texts.say;
    if (hooks.isLeaving()) return { say: say("restart_already") };
    return {
      say: say("restart_begun", { seconds: Math.round(core.settings.drain.timeoutMs / 1000) }),
      // After its answer is stored and it is done with: a redelivered one finds nothing to do.
      afterwards: () => void hooks.restart(item),
    };
  },
};
