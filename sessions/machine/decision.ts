import type { Decision, Effect } from "./commands.ts";
import type { SessionEvent } from "./events.ts";
import type { ActiveTurn, TurnOutcome } from "./state.ts";

export function decided(
  events: readonly SessionEvent[],
  effects: readonly Effect[] = [],
): Decision {
  return { outcome: "decided", events, effects };
}

export function refused(why: Extract<Decision, { outcome: "refused" }>["why"]): Decision {
  return { outcome: "refused", why };
}

/** The end of a turn, with the requests that end with it. */
export function finish(turn: ActiveTurn, outcome: TurnOutcome, reason: string): SessionEvent[] {
  return [...closeRequests(turn), { type: "turn_finished", turn: turn.id, outcome, reason }];
}

export function closeRequests(turn: ActiveTurn): SessionEvent[] {
  if (turn.phase !== "awaiting_input") return [];
  return turn.requests.map((request) => ({
    type: "request_closed",
    turn: turn.id,
    request,
    how: "turn_ended",
  }));
}
