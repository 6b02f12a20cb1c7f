import { statusOf } from "../../sessions/machine/state.ts";
import type { Session } from "../../sessions/machine/state.ts";
import { parseSessionKey } from "../../sessions/session-key.ts";
import type { Core } from "../core.ts";
import type { SessionReport, SessionSummary } from "../operations.ts";
import { workerFor } from "../routes.ts";

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
    worker:
      session.turn === null
        ? nextWorker(core, session)
        : (session.turn.worker ?? core.settings.defaultWorker),
    past: session.past.map(({ id, why, at }) => ({ session: id, why, at })),
    queue,
    recent: await core.engine.turnsOf(session.key, MOST_TURNS),
    transcript: await core.engine.transcript(session.id, entries),
  };
}

function nextWorker(core: Core, session: Session): string {
  const parts = parseSessionKey(session.key);
  return workerFor(core.settings, session, {
    address: parts?.address ?? null,
    user: parts?.user ?? null,
  });
}

function summary(session: Session, queued: number): SessionSummary {
  const { key, id, turns, cuts, touchedAt } = session;
  return { key, session: id, status: statusOf(session), turns, cuts, queued, touchedAt };
}
