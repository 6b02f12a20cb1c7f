import type { ChatCommand } from "./command.ts";

export const resume: ChatCommand = {
  name: "resume",
  usage: "[n]",
  summary: "help_resume",
  isForOperators: false,
  async run({ core, session, words }) {
    const say = core.texts.say;
    const chosen = words === "" ? null : session.past[Number(words) - 1];
    if (chosen === undefined) return { say: say("resume_nothing") };
    return {
      command: { type: "resume", past: chosen?.id ?? null },
      applied: say("resume_done"),
      refused: (why) => say(why === "busy" ? "resume_busy" : "resume_nothing"),
    };
  },
};
