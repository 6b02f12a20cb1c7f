import type { Clock } from "../../../../sessions/clock.ts";
import type { Session } from "./session.ts";

/** The sessions that are connected or can still be resumed. */
export interface SessionStore {
  add(session: Session): void;
  /** Null: never was, or is over. */
  living(id: string): Session | null;
  all(): readonly Session[];
  /** It loses its socket, and can be resumed for a while. */
  detach(session: Session): void;
  end(id: string): void;
}

export function createSessionStore(clock: Clock, keptMs: number): SessionStore {
  const sessions = new Map<string, Session>();
  const store: SessionStore = {
    add: (session) => void sessions.set(session.id, session),
    living(id) {
      const session = sessions.get(id);
      if (session === undefined) return null;
      const isOver = session.connection === null && clock.now() - session.lostAt > keptMs;
      if (isOver) sessions.delete(id);
      return isOver ? null : session;
    },
    all: () => [...sessions.keys()].flatMap((id) => store.living(id) ?? []),
    detach(session) {
      if (session.connection !== null) session.connection.session = null;
      session.connection = null;
      session.lostAt = clock.now();
    },
    end(id) {
      const session = sessions.get(id);
      if (session === undefined) return;
      store.detach(session);
      sessions.delete(id);
    },
  };
  return store;
}
