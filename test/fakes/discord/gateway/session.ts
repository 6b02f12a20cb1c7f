import type { Viewer } from "../world/events.ts";
import type { Connection } from "./connection.ts";

/** One IDENTIFY and all that followed: it outlives its sockets. */
export interface Session {
  readonly id: string;
  readonly shard: readonly [number, number];
  readonly intents: number;
  readonly viewer: Viewer;
  /** Of the newest event. */
  sequence: number;
  /** Highest that was written to a socket. */
  delivered: number;
  /** Oldest first; what a RESUME replays. */
  readonly kept: Kept[];
  connection: Connection | null;
  /** When it lost its socket. */
  lostAt: number;
}

interface Kept {
  readonly sequence: number;
  readonly text: string;
}

/** Numbers an event, keeps it, and sends it when there is a socket. */
export function dispatch(
  session: Session,
  event: { readonly t: string; readonly d: unknown },
  replayLimit: number,
): void {
  session.sequence += 1;
  const text = JSON.stringify({ t: event.t, s: session.sequence, op: 0, d: event.d });
  session.kept.push({ sequence: session.sequence, text });
  // In steps, so that a full buffer does not cost a shift per event.
  if (session.kept.length > replayLimit * 1.25) {
    session.kept.splice(0, session.kept.length - replayLimit);
  }
  deliver(session, session.sequence, text);
}

function deliver(session: Session, sequence: number, text: string): void {
  const isWritten = session.connection?.sendText(text) ?? false;
  if (isWritten) session.delivered = Math.max(session.delivered, sequence);
}

/** Null: what the client misses is not kept any more. */
export function missedAfter(session: Session, sequence: number): readonly Kept[] | null {
  const missed = session.kept.filter((kept) => kept.sequence > sequence);
  const first = missed[0]?.sequence ?? session.sequence + 1;
  return first <= sequence + 1 ? missed : null;
}

export function replay(session: Session, missed: readonly Kept[]): void {
  for (const { sequence, text } of missed) deliver(session, sequence, text);
  // Takes a number like any event and is not replayed: a client must bear the gap.
  session.sequence += 1;
  const text = JSON.stringify({
    t: "RESUMED",
    s: session.sequence,
    op: 0,
    d: { _trace: ['["fake"]'] },
  });
  deliver(session, session.sequence, text);
}
