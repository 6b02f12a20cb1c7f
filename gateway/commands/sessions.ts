import { statusOf } from "../../sessions/machine/state.ts";
import { LEFT_WORDS, STATUS_WORDS } from "../notices/words.ts";
import type { ChatCommand } from "./command.ts";

export const sessions: ChatCommand = {
  name: "sessions",
  usage: "",
  summary: "help_sessions",
  isForOperators: false,
  async run({ core, session }) {
    const say = core.texts.say;
    const status = say(STATUS_WORDS[statusOf(session)]);
    const past = session.past.map(({ at, why, turns }, index) =>
      say("sessions_past", {
        n: index + 1,
        at: new Date(at).toISOString().slice(0, 16),
        why: say(LEFT_WORDS[why]),
        turns,
      }),
    );
    return {
      say: [
        say("sessions_now", { status, turns: session.turns }),
        ...(past.length > 0 ? past : [say("sessions_none")]),
      ].join("\n"),
    };
  },
};
