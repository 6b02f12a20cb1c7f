import { statusOf } from "../../sessions/machine/state.ts";
import type { ChatCommand } from "./command.ts";

export const sessions: ChatCommand = {
  name: "sessions",
  usage: "",
  summary: "this conversation and the earlier ones",
  isForOperators: false,
  async run({ core, session }) {
    const now = `▸ this one: ${statusOf(session)}, ${session.turns} turns`;
    const past = session.past.map(
      (one, index) =>
        `${index + 1}. left ${new Date(one.at).toISOString().slice(0, 16)} (${one.why}), ${one.turns} turns`,
    );
    return {
      say: [now, ...(past.length > 0 ? past : [core.texts.say("sessions_none")])].join("\n"),
    };
  },
};
