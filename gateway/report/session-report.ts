import { statusOf } from "../../sessions/machine/state.ts";
import type { Session } from "../../sessions/machine/state.ts";
import type { Core } from "../core.ts";
import type { SessionReport, SessionSummary } from "../operations.ts";

export async function summarise(core: Core, session: Session): Promise<SessionSummary> {
  const { queueLimit } = core.settings.turns;
  const queue = await core.engine.queue(session.key, queueLimit);
  return summary(session, queue.length);
}

const MOST_TURNS = 200;

export async function sessionReport(
  core: Core,
  session: Session,
  entries: number,
): Promise<SessionReport> {
  const queue = await core.engine.queue(session.key, core.settings.turns.queueLimit);
  return {
    ...summary(session, queue.length),
    // While a turn is active, how the one before it ended explains nothing.
    why:
      session.mark?.interruption ??
      (session.turn === null ? (session.last?.outcome ?? null) : null),
    past: session.past.map(({ id, why, at }) => ({ session: id, why, at })),
    queue,
    recent: await core.engine.turnsOf(session.key, MOST_TURNS),
    transcript: await core.engine.transcript(session.id, entries),
  };
}

function summary(session: Session, queued: number): SessionSummary {
  const { key, id, turns, cuts, touchedAt } = session;
  return { key, session: id, status: statusOf(session), turns, cuts, queued, touchedAt };
}
