import type { BusyMode } from "../../sessions/machine/state.ts";
import type { ChatCommand } from "./command.ts";

const MODES: readonly BusyMode[] = ["queue", "steer", "interrupt", "collect"];

export const queue: ChatCommand = {
  name: "queue",
  usage: "[queue|steer|interrupt|collect]",
  summary: "help_queue",
  isForOperators: false,
  async run({ core, hooks, session, words }) {
    const say = core.texts.say;
    const mode = MODES.find((one) => one === words.toLowerCase());
    if (mode !== undefined) {
      return {
        command: { type: "set_mode", mode },
        applied: say("queue_mode", { mode }),
        refused: () => say("queue_mode", { mode }),
      };
    }
    if (words !== "") return { say: say("queue_modes") };
    const waiting = await hooks.queued(session);
    const lines = waiting.map(
      ({ message }, index) => `${index + 1}. ${message.sender.name}: ${message.text.slice(0, 60)}`,
    );
    return { say: lines.length === 0 ? say("queue_empty") : lines.join("\n") };
  },
};
