import type { RequestId, SessionId } from "../ids.ts";
import type { Decision, SessionCommand } from "./commands.ts";
import { closeRequests, decided, finish, refused } from "./decision.ts";
import type { RequestEnd, SessionEvent } from "./events.ts";
import type { AwaitingTurn, Session, StopCause } from "./state.ts";

export function stop(session: Session, cause: StopCause): Decision {
  const turn = session.turn;
  if (turn === null || turn.phase === "interrupting") return refused("nothing_to_do");
  if (turn.phase === "awaiting_input" && turn.detached) {
    return decided(finish(turn, "cancelled", "stopped"));
  }
  return decided(
    [...closeRequests(turn), { type: "turn_stopping", turn: turn.id, stop: cause }],
    [{ do: "interrupt_worker", turn: turn.id, generation: turn.generation }],
  );
}

export function answer(
  session: Session,
  command: Extract<SessionCommand, { type: "answer" }>,
): Decision {
  const turn = awaiting(session, command.request);
  if (turn === null) return refused("unknown_request");
  const how = command.decision === "allow" ? "allowed" : "denied";
  return turn.detached
    ? settleDetached(turn, command.request, how, command)
    : settleLive(turn, command.request, how);
}

/** Its time to live is over: as good as a no. */
export function expire(
  session: Session,
  command: Extract<SessionCommand, { type: "expire" }>,
): Decision {
  const turn = awaiting(session, command.request);
  if (turn === null) return refused("unknown_request");
  return turn.detached
    ? settleDetached(turn, command.request, "expired", command)
    : settleLive(turn, command.request, "expired");
}

function awaiting(session: Session, request: RequestId): AwaitingTurn | null {
  const turn = session.turn;
  return turn?.phase === "awaiting_input" && turn.requests.includes(request) ? turn : null;
}

function settleLive(
  turn: AwaitingTurn,
  request: RequestId,
  how: "allowed" | "denied" | "expired",
): Decision {
  return decided(
    [{ type: "request_closed", turn: turn.id, request, how }],
    [{ do: "answer_worker", turn: turn.id, generation: turn.generation, request, how }],
  );
}

/** No worker listens. The last answer decides: any consent starts another worker, none ends the turn. */
function settleDetached(
  turn: AwaitingTurn,
  request: RequestId,
  how: RequestEnd,
  owner: Pick<AwaitingTurn, "owner" | "fence">,
): Decision {
  const closed: SessionEvent = { type: "request_closed", turn: turn.id, request, how };
  if (turn.requests.length > 1) return decided([closed]);
  if (how !== "allowed" && turn.allowed.length === 0) {
    const reason = how === "expired" ? "request expired" : "declined";
    return decided([
      closed,
      { type: "turn_finished", turn: turn.id, outcome: "cancelled", reason },
    ]);
  }
  const generation = turn.generation + 1;
  return decided(
    [
      closed,
      {
        type: "turn_restarted",
        turn: turn.id,
        owner: owner.owner,
        fence: owner.fence,
        generation,
        attempt: turn.attempt + 1,
      },
    ],
    [{ do: "start_worker", turn: turn.id, generation }],
  );
}

/** `/new`. A conversation in which nothing was said is as good as a new one, so two racing `/new` make one. */
export function renew(session: Session, fresh: SessionId): Decision {
  if (session.turn === null && session.turns === 0 && session.mark === null) {
    return refused("nothing_to_do");
  }
  const turn = session.turn;
  const events: SessionEvent[] = turn === null ? [] : finish(turn, "cancelled", "new conversation");
  events.push({ type: "session_renewed", from: session.id, to: fresh, why: "new" });
  return decided(
    events,
    turn === null ? [] : [{ do: "kill_worker", turn: turn.id, generation: turn.generation }],
  );
}

export function skip(session: Session): Decision {
  if (session.turn !== null) return refused("busy");
  if (session.mark?.kind !== "resume_pending") return refused("nothing_to_do");
  return decided([{ type: "mark_cleared", why: "skipped" }]);
}

/** A suspended conversation may go on, or an earlier one comes back. */
export function resume(session: Session, past: SessionId | null): Decision {
  if (session.turn !== null) return refused("busy");
  if (past === null && session.mark?.kind === "suspended") {
    return decided([{ type: "session_released" }]);
  }
  if (past === null && session.mark !== null) return refused("nothing_to_do");
  const back =
    past === null
      ? (session.past.find((one) => one.why === "suspended") ?? session.past[0])
      : session.past.find((one) => one.id === past);
  if (back === undefined) return refused("not_found");
  return decided([{ type: "session_restored", from: session.id, to: back.id }]);
}
