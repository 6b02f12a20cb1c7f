import type { Engine } from "../../sessions/engine.ts";
import type { SessionEvent } from "../../sessions/machine/events.ts";
import type { ActiveTurn } from "../../sessions/machine/state.ts";
import type { TurnRow } from "../../sessions/rows.ts";
import type { Change } from "../dispatch.ts";

/** The journal's row of the turn that a change began, moved or ended; null when it touched none. */
export async function turnRow(engine: Engine, change: Change): Promise<TurnRow | null> {
  const { before, after, events, at } = change;
  if (after.turn !== null) return after.turn === before.turn ? null : openRow(change, after.turn);
  const end = events.find(isEnd);
  if (end === undefined) return null;
  const open = before.turn === null ? await engine.turn(end.turn) : openRow(change, before.turn);
  if (open === null) return null;
  return { ...open, phase: "ended", endedAt: at, ...endOf(end) };
}

function openRow(change: Change, turn: ActiveTurn): TurnRow {
  return {
    id: turn.id,
    key: change.after.key,
    // A conversation left in this very change keeps the turn that ran in it.
    session: change.after.turn === null ? change.before.id : change.after.id,
    owner: turn.owner,
    fence: turn.fence,
    generation: turn.generation,
    attempt: turn.attempt,
    phase: turn.phase,
    outcome: null,
    interruption: null,
    reason: null,
    startedAt: turn.startedAt,
    endedAt: null,
  };
}

type TurnEndEvent = Extract<SessionEvent, { type: "turn_finished" | "turn_cut" | "turn_requeued" }>;

function isEnd(event: SessionEvent): event is TurnEndEvent {
  return (
    event.type === "turn_finished" || event.type === "turn_cut" || event.type === "turn_requeued"
  );
}

function endOf(event: TurnEndEvent): Pick<TurnRow, "outcome" | "interruption" | "reason"> {
  switch (event.type) {
    case "turn_finished":
      return { outcome: event.outcome, interruption: null, reason: event.reason };
    case "turn_cut":
      return { outcome: "interrupted", interruption: event.interruption, reason: null };
    case "turn_requeued":
      return { outcome: null, interruption: null, reason: "requeued" };
  }
}
