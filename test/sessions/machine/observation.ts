import type { Decision, SessionCommand } from "../../../sessions/machine/commands.ts";
import { statusOf } from "../../../sessions/machine/state.ts";
import type { Session, SessionStatus, TurnOutcome } from "../../../sessions/machine/state.ts";
import type { Cause, Transition } from "../../../sessions/machine/transition.ts";

/** One change as `decide` made it, in the words of the table. */
export type Observation =
  `${SessionStatus} --${SessionCommand["type"]} by ${Cause}--> ${SessionStatus} (${TurnOutcome | null})`;

/** What one decision showed: nothing when it was refused, or changed settings only. */
export function observe(
  before: Session,
  command: SessionCommand,
  decision: Decision,
  after: Session,
): readonly Observation[] {
  if (decision.outcome === "refused") return [];
  if (command.type === "set_mode" || command.type === "set_worker") return [];
  const change = { from: statusOf(before), to: statusOf(after), ends: endOf(decision) };
  return causesOf(command).map((by) => name(change.from, command.type, by, change.to, change.ends));
}

/** Everything that a row of the table says can be seen. */
export function promised(row: Transition): readonly Observation[] {
  return row.from.flatMap((from) =>
    row.by.flatMap((by) => row.to.map((to) => name(from, row.on, by, to, row.ends))),
  );
}

function name(
  from: SessionStatus,
  on: SessionCommand["type"],
  by: Cause,
  to: SessionStatus,
  ends: TurnOutcome | null,
): Observation {
  return `${from} --${on} by ${by}--> ${to} (${ends})`;
}

function endOf(decision: Extract<Decision, { outcome: "decided" }>): TurnOutcome | null {
  for (const event of decision.events) {
    if (event.type === "turn_finished") return event.outcome;
    if (event.type === "turn_cut") return "interrupted";
  }
  return null;
}

function causesOf(command: SessionCommand): readonly Cause[] {
  switch (command.type) {
    case "admit":
      return command.origin === "auto" ? ["timer"] : ["person"];
    case "accepted":
    case "ask":
    case "withdraw":
    case "end":
      return ["worker"];
    case "start_failed":
      // The command of a worker that cannot start and of a start that takes too long is the same.
      return ["worker", "timer"];
    case "lost":
      return command.interruption === "stalled" ? ["timer"] : ["worker"];
    case "stop_expired":
    case "expire":
    case "archive":
      return ["timer"];
    case "drain_timeout":
      return ["drain"];
    case "recover":
      return ["boot"];
    case "stop":
    case "answer":
    case "renew":
    case "skip":
    case "resume":
    case "set_mode":
    case "set_worker":
      return ["person"];
  }
}
