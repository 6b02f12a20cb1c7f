import { statusOf } from "../../sessions/machine/state.ts";
import type { ChatCommand } from "./command.ts";

export const status: ChatCommand = {
  name: "status",
  usage: "",
  summary: "what runs here and what waits",
  isForOperators: false,
  async run({ core, hooks, session }) {
    const queued = await hooks.queued(session);
    const turn = session.turn;
    const running =
      turn === null
        ? []
        : [`turn: attempt ${turn.attempt}, ${seconds(core.clock.now() - turn.startedAt)} s`];
    return {
      say: [
        `session: ${statusOf(session)}${session.cuts > 0 ? `, cut ${session.cuts} times in a row` : ""}`,
        ...running,
        `waiting: ${queued.length}`,
        `gateway: ${hooks.isDraining() ? "draining" : "running"}`,
      ].join("\n"),
    };
  },
};

function seconds(ms: number): number {
  return Math.max(0, Math.round(ms / 1000));
}
