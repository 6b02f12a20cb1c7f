import type { Decision, SessionCommand } from "./commands.ts";
import { decided, finish, refused } from "./decision.ts";
import type { SessionEvent } from "./events.ts";
import type { Interruption, Session } from "./state.ts";

/** The budget of a drain is used up: only what runs now is marked. */
export function drainTimeout(
  session: Session,
  command: Extract<SessionCommand, { type: "drain_timeout" }>,
): Decision {
  return interrupt(session, command.interruption, command.threshold);
}

/** A turn whose owner is dead is itself the mark; a turn of this boot, and no turn, are left alone. */
export function recover(
  session: Session,
  command: Extract<SessionCommand, { type: "recover" }>,
): Decision {
  if (session.turn === null || session.turn.owner === command.boot) return refused("nothing_to_do");
  return interrupt(session, "crash", command.threshold);
}

function interrupt(session: Session, interruption: Interruption, threshold: number): Decision {
  const turn = session.turn;
  if (turn === null) return refused("nothing_to_do");
  const worker = { turn: turn.id, generation: turn.generation };
  switch (turn.phase) {
    case "starting":
      return turn.begun
        ? decided(cut(session, interruption, threshold), [{ do: "kill_worker", ...worker }])
        : decided([{ type: "turn_requeued", turn: turn.id }], [{ do: "kill_worker", ...worker }]);
    case "running":
      return decided(cut(session, interruption, threshold), [
        { do: "interrupt_worker", ...worker },
      ]);
    case "awaiting_input":
      return turn.detached
        ? refused("nothing_to_do")
        : decided(
            [{ type: "requests_detached", turn: turn.id }],
            [{ do: "kill_worker", ...worker }],
          );
    case "interrupting":
      return decided(finish(turn, "cancelled", "stopped"), [{ do: "kill_worker", ...worker }]);
  }
}

/** The nth cut in a row suspends, whatever else is marked. */
export function cut(
  session: Session,
  interruption: Interruption,
  threshold: number,
): SessionEvent[] {
  if (session.turn === null) return [];
  const { id, generation } = session.turn;
  const cuts = session.cuts + 1;
  const events: SessionEvent[] = [{ type: "turn_cut", turn: id, generation, interruption, cuts }];
  if (cuts >= threshold) events.push({ type: "session_suspended", turn: id, cuts });
  return events;
}
