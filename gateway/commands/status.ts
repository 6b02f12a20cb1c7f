import { statusOf } from "../../sessions/machine/state.ts";
import { STATUS_WORDS } from "../notices/words.ts";
import type { ChatCommand } from "./command.ts";

export const status: ChatCommand = {
  name: "status",
  usage: "",
  summary: "help_status",
  isForOperators: false,
  async run({ core, hooks, session }) {
    const say = core.texts.say;
    const word = say(STATUS_WORDS[statusOf(session)]);
    const queued = await hooks.queued(session);
    const turn = session.turn;
    const running =
      turn === null
        ? []
        : [
            say("status_turn", {
              attempt: turn.attempt,
              seconds: seconds(core.clock.now() - turn.startedAt),
            }),
          ];
    return {
      say: [
        session.cuts > 0
          ? say("status_session_cut", { status: word, cuts: session.cuts })
          : say("status_session", { status: word }),
        ...running,
        say("status_waiting", { count: queued.length }),
        say(hooks.isDraining() ? "status_draining" : "status_running"),
      ].join("\n"),
    };
  },
};

function seconds(ms: number): number {
  return Math.max(0, Math.round(ms / 1000));
}
