import type { Decision, WorkerCommand } from "./commands.ts";
import { cut } from "./decide-cut.ts";
import { decided, finish, refused } from "./decision.ts";
import type { SessionEvent } from "./events.ts";
import type { ActiveTurn, Session, TurnOutcome } from "./state.ts";

/** What a worker says applies only to the turn and generation it names. */
export function decideWorker(session: Session, command: WorkerCommand): Decision {
  const turn = session.turn;
  if (turn === null || !speaksFor(turn, command)) {
    return isLateFinish(session, command)
      ? decided([
          { type: "turn_finished", turn: command.turn, outcome: "completed", reason: "late" },
          { type: "mark_cleared", why: "succeeded" },
        ])
      : refused("late");
  }
  const worker = { turn: turn.id, generation: turn.generation };
  switch (command.type) {
    case "accepted":
      return turn.phase === "starting"
        ? decided([{ type: "turn_accepted", turn: turn.id }])
        : refused("nothing_to_do");
    case "start_failed":
      if (turn.phase === "starting" && command.canRetry) return restart(turn);
      return end(session, turn, "failed", command.reason);
    case "ask":
      return ask(turn, command.request);
    case "withdraw":
      if (turn.phase !== "awaiting_input" || !turn.requests.includes(command.request)) {
        return refused("unknown_request");
      }
      return decided([
        { type: "request_closed", turn: turn.id, request: command.request, how: "withdrawn" },
      ]);
    case "end":
      return end(session, turn, command.outcome, command.reason);
    case "lost":
      return lost(session, turn, command);
    case "stop_expired":
      return turn.phase === "interrupting"
        ? decided(finish(turn, "cancelled", "stopped"), [{ do: "kill_worker", ...worker }])
        : refused("nothing_to_do");
  }
}

/** No worker speaks for a detached turn: its generation moved on when the last one went. */
function speaksFor(turn: ActiveTurn, command: WorkerCommand): boolean {
  if (turn.phase === "awaiting_input" && turn.detached) return false;
  return turn.id === command.turn && turn.generation === command.generation;
}

/** The answer of a turn that was just cut came after all: it is real, and nothing is left to resume. */
function isLateFinish(session: Session, command: WorkerCommand): boolean {
  return (
    command.type === "end" &&
    command.outcome === "completed" &&
    session.turn === null &&
    session.mark?.kind === "resume_pending" &&
    session.mark.turn === command.turn &&
    session.mark.generation === command.generation
  );
}

function restart(turn: ActiveTurn): Decision {
  const { id, owner, fence } = turn;
  const generation = turn.generation + 1;
  return decided(
    [{ type: "turn_restarted", turn: id, owner, fence, generation, attempt: turn.attempt + 1 }],
    [{ do: "start_worker", turn: id, generation }],
  );
}

function ask(
  turn: ActiveTurn,
  request: Extract<WorkerCommand, { type: "ask" }>["request"],
): Decision {
  switch (turn.phase) {
    case "starting":
    case "running":
      return decided([{ type: "request_opened", turn: turn.id, request }]);
    case "awaiting_input":
      return turn.requests.includes(request)
        ? refused("nothing_to_do")
        : decided([{ type: "request_opened", turn: turn.id, request }]);
    case "interrupting":
      return refused("nothing_to_do");
  }
}

/** A mark outlives every end but success. What ends while a person wants it to end was cancelled. */
function end(
  session: Session,
  turn: ActiveTurn,
  said: Exclude<TurnOutcome, "interrupted">,
  reason: string,
): Decision {
  const outcome = turn.phase === "interrupting" && said === "failed" ? "cancelled" : said;
  const events: SessionEvent[] = finish(turn, outcome, reason);
  if (outcome === "completed" && session.mark !== null) {
    events.push({ type: "mark_cleared", why: "succeeded" });
  }
  return decided(events);
}

function lost(
  session: Session,
  turn: ActiveTurn,
  command: Extract<WorkerCommand, { type: "lost" }>,
): Decision {
  const worker = { turn: turn.id, generation: turn.generation };
  const kill = [{ do: "kill_worker", ...worker }] as const;
  switch (turn.phase) {
    case "starting":
      return decided(finish(turn, "failed", command.reason), kill);
    case "running":
      return command.policy === "resume"
        ? decided(cut(session, command.interruption, command.threshold), kill)
        : decided(finish(turn, "interrupted", command.reason), kill);
    case "awaiting_input":
      return decided([{ type: "requests_detached", turn: turn.id }], kill);
    case "interrupting":
      return decided(finish(turn, "cancelled", "stopped"), kill);
  }
}
