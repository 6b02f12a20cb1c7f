import type { Core } from "../core.ts";
import type { Change, Writes } from "../dispatch.ts";
import type { LiveTurns } from "./live-turn.ts";
import { liveWrites } from "./live-writes.ts";
import { repairWrites } from "./repair.ts";

/** What a change that touches a turn must write with it, whether its worker lives here or its boot is dead. */
export async function turnWrites(core: Core, lives: LiveTurns, change: Change): Promise<Writes> {
  const turn = change.before.turn;
  if (turn === null) return {};
  const live = lives.get(turn.id);
  return live?.generation === turn.generation
    ? liveWrites(core, live, change)
    : repairWrites(core, change);
}

/** Two sets of writes as one. */
export function together(one: Writes, other: Writes): Writes {
  return {
    inbox: [...(one.inbox ?? []), ...(other.inbox ?? [])],
    transcript: [...(one.transcript ?? []), ...(other.transcript ?? [])],
    outbox: [...(one.outbox ?? []), ...(other.outbox ?? [])],
    outboxFrom: [...(one.outboxFrom ?? []), ...(other.outboxFrom ?? [])],
    requests: [...(one.requests ?? []), ...(other.requests ?? [])],
    keyed: [...(one.keyed ?? []), ...(other.keyed ?? [])],
  };
}
