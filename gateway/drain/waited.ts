import type { ActiveTurn, Session } from "../../sessions/machine/state.ts";
import { statusOf } from "../../sessions/machine/state.ts";
import type { Core } from "../core.ts";
import type { Desk } from "../dispatch.ts";
import type { WaitedTurn } from "../operations.ts";
import type { LiveTurn, LiveTurns } from "../turns/live-turn.ts";

/** The turns of this boot that compute, sorted by what a drain does with each. */
export interface AtWork {
  /** It shows signs of life, or is about to begin. */
  readonly waitFor: readonly WaitedTurn[];
  /** Silent beyond its limit: no reason to wait. */
  readonly stalled: readonly WaitedTurn[];
  readonly starting: readonly WaitedTurn[];
  readonly awaiting: readonly WaitedTurn[];
}

export function turnsAtWork(core: Core, desk: Desk, lives: LiveTurns): AtWork {
  const waitFor: WaitedTurn[] = [];
  const stalled: WaitedTurn[] = [];
  const starting: WaitedTurn[] = [];
  const awaiting: WaitedTurn[] = [];
  for (const session of desk.active().values()) {
    const turn = session.turn;
    if (turn === null) continue;
    const live = lives.get(turn.id);
    const waited = describe(core, { session, turn, live });
    if (turn.phase === "awaiting_input") awaiting.push(waited);
    else if (turn.phase === "starting") {
      starting.push(waited);
      waitFor.push(waited);
    } else if (waited.silentMs > silenceLimit(core, live)) stalled.push(waited);
    else waitFor.push(waited);
  }
  return { waitFor, stalled, starting, awaiting };
}

/** A tool may be quiet for longer than an agent that writes. */
export function silenceLimit(core: Core, live: LiveTurn | undefined): number {
  const { hardStallMs } = core.settings.turns;
  return live !== undefined && live.openTools > 0 ? hardStallMs * 6 : hardStallMs;
}

function describe(
  core: Core,
  { session, turn, live }: { session: Session; turn: ActiveTurn; live: LiveTurn | undefined },
): WaitedTurn {
  const now = core.clock.monotonic();
  return {
    key: session.key,
    turn: turn.id,
    status: statusOf(session),
    runningMs: live === undefined ? 0 : now - live.startedAt,
    silentMs: live === undefined ? 0 : now - live.seenAt,
  };
}
