import { statusOf } from "../../sessions/machine/state.ts";
import type { Session, SessionStatus } from "../../sessions/machine/state.ts";
import type { RequestRow, StoredEvent, TurnRow } from "../../sessions/rows.ts";
import type { World } from "./world.ts";

const ACTIVE: ReadonlySet<SessionStatus> = new Set([
  "starting",
  "running",
  "awaiting_input",
  "interrupting",
]);

/** Every promise about sessions that what is stored now breaks, in words. */
export async function lifeFaults(world: World): Promise<readonly string[]> {
  const { engine } = world.now().core;
  const { items: sessions } = await engine.sessions({ statuses: null, limit: 100, after: null });
  const open = await engine.openTurns();
  const requests = await engine.requests({ key: null, onlyOpen: true });
  const events = await engine.events({ after: 0, key: null, limit: 100_000 });
  const faults = sessions.flatMap((session) => [
    ...turnFaults(session, open),
    ...requestFaults(session, requests),
    ...eventFaults(
      session,
      events.filter(({ key }) => key === session.key),
    ),
  ]);
  for (const { key } of sessions) {
    const own = await engine.events({ after: 0, key, limit: 100_000 });
    const feed = events.filter((event) => event.key === key);
    if (JSON.stringify(own) !== JSON.stringify(feed))
      faults.push(`[S07] ${key}: log and feed differ`);
  }
  return faults;
}

function turnFaults(session: Session, open: readonly TurnRow[]): string[] {
  const { key, turn } = session;
  const own = open.filter((row) => row.key === key);
  const faults: string[] = [];
  if ((turn !== null) !== ACTIVE.has(statusOf(session))) faults.push(`[S01] ${key}: status`);
  if (own.length > 1) faults.push(`[S01] ${key}: ${own.length} open turns`);
  // [S02] One write: no turn row stays open without its session, nor the other way round.
  if (own[0]?.id !== turn?.id) faults.push(`[S02] ${key}: row ${own[0]?.id}, entry ${turn?.id}`);
  if (own[0] !== undefined && own[0].phase !== turn?.phase) faults.push(`[S08] ${key}: phase`);
  return faults;
}

function requestFaults({ key, turn }: Session, requests: readonly RequestRow[]): string[] {
  const open = requests.filter((row) => row.key === key).map(({ id }) => id);
  const wanted = turn?.phase === "awaiting_input" ? turn.requests : [];
  const isSame = open.toSorted().join() === wanted.toSorted().join();
  return isSame ? [] : [`[G02] ${key}: open ${open.join()}, asked ${wanted.join()}`];
}

function eventFaults(session: Session, events: readonly StoredEvent[]): string[] {
  const faults: string[] = [];
  const finished = new Set<string>();
  let status: SessionStatus = "idle";
  for (const { event } of events) {
    if (event.type === "status_changed") {
      if (event.from !== status) faults.push(`[S06] ${session.key}: ${status}, said ${event.from}`);
      if (event.from === event.to) faults.push(`[S06] ${session.key}: no change, said ${event.to}`);
      status = event.to;
    }
    if (event.type !== "turn_finished") continue;
    if (finished.has(event.turn)) faults.push(`[S04] ${session.key}: ${event.turn} ended twice`);
    finished.add(event.turn);
  }
  if (status !== statusOf(session)) {
    faults.push(`[S06] ${session.key}: is ${statusOf(session)}, said ${status}`);
  }
  return faults;
}
