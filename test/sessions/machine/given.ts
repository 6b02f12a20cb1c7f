import { expect } from "vitest";
import type { Effect, SessionCommand } from "../../../sessions/machine/commands.ts";
import { decide } from "../../../sessions/machine/decide.ts";
import type { SessionEvent } from "../../../sessions/machine/events.ts";
import { evolveAll } from "../../../sessions/machine/evolve.ts";
import { newSession, statusOf } from "../../../sessions/machine/state.ts";
import type { Session, SessionStatus } from "../../../sessions/machine/state.ts";
import { KEY, S1 } from "./sample.ts";

/** A behaviour in three lines: what happened, what is asked, what happens then. */
export function given(events: readonly SessionEvent[]): Given {
  return specify(evolveAll(newSession(KEY, S1, 0), events, 1));
}

interface Given {
  readonly session: Session;
  /** Commands in a row; one that is refused fails the test, all but the last become history. */
  when(...commands: readonly SessionCommand[]): When;
}

interface When {
  readonly after: Session;
  /** Exactly these events, in this order; effects too when they are named. */
  then(events: readonly SessionEvent[], effects?: readonly Effect[]): When;
  refused(why: string): void;
  status(status: SessionStatus): When;
}

function specify(session: Session): Given {
  return {
    session,
    when(...commands) {
      const last = commands.at(-1);
      if (last === undefined) throw new Error("when() asks for a command");
      const before = commands.slice(0, -1).reduce(step, session);
      const decision = decide(before, last);
      const after = decision.outcome === "decided" ? evolveAll(before, decision.events, 2) : before;
      const when: When = {
        after,
        then(events, effects) {
          expect(decision).toMatchObject({ outcome: "decided" });
          if (decision.outcome === "refused") return when;
          expect(decision.events).toEqual(events);
          if (effects !== undefined) expect(decision.effects).toEqual(effects);
          return when;
        },
        refused(why) {
          expect(decision).toEqual({ outcome: "refused", why });
        },
        status(status) {
          expect(statusOf(after)).toBe(status);
          return when;
        },
      };
      return when;
    },
  };
}

function step(session: Session, command: SessionCommand): Session {
  const decision = decide(session, command);
  if (decision.outcome === "refused") {
    throw new Error(`${command.type} was refused in ${statusOf(session)}: ${decision.why}`);
  }
  return evolveAll(session, decision.events, 2);
}
