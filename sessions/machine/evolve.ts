import type { RequestId } from "../ids.ts";
import type { RequestEnd, SessionEvent } from "./events.ts";
import { PAST_LIMIT } from "./state.ts";
import type { ActiveTurn, Mark, PastConversation, Session } from "./state.ts";

/** The session after an event that was decided for it. `at`: epoch ms. */
export function evolve(session: Session, event: SessionEvent, at: number): Session {
  const next = apply(session, event, at);
  // Nobody came back to it: among the sessions it stays where it was.
  return event.type === "conversation_archived" ? next : { ...next, touchedAt: at };
}

export function evolveAll(session: Session, events: readonly SessionEvent[], at: number): Session {
  return events.reduce((current, event) => evolve(current, event, at), session);
}

function apply(session: Session, event: SessionEvent, at: number): Session {
  switch (event.type) {
    case "turn_started":
      return {
        ...session,
        turns: session.turns + 1,
        mark: event.origin === "auto" ? triedOnce(session.mark) : session.mark,
        turn: {
          phase: "starting",
          id: event.turn,
          generation: 1,
          attempt: 1,
          owner: event.owner,
          fence: event.fence,
          noted: event.noted,
          ...(event.worker !== undefined && { worker: event.worker }),
          startedAt: at,
          begun: false,
        },
      };
    case "turn_accepted":
      return withTurn(session, (turn) => ({ ...baseOf(turn), phase: "running" }));
    case "turn_restarted":
      return withTurn(session, (turn) => ({
        ...baseOf(turn),
        phase: "starting",
        owner: event.owner,
        fence: event.fence,
        generation: event.generation,
        attempt: event.attempt,
        begun: turn.phase !== "starting" || turn.begun,
      }));
    case "turn_requeued":
      return { ...session, turn: null, turns: session.turns - 1 };
    case "turn_stopping":
      return withTurn(session, (turn) => ({
        ...baseOf(turn),
        phase: "interrupting",
        stop: event.stop,
      }));
    case "turn_cut":
      return {
        ...session,
        turn: null,
        cuts: event.cuts,
        last: { turn: event.turn, outcome: "interrupted", at },
        mark: {
          kind: "resume_pending",
          interruption: event.interruption,
          turn: event.turn,
          generation: event.generation,
          since: at,
          tries: session.mark?.kind === "resume_pending" ? session.mark.tries : 0,
        },
      };
    case "turn_finished":
      return {
        ...session,
        turn: null,
        cuts: event.outcome === "completed" ? 0 : session.cuts,
        last: { turn: event.turn, outcome: event.outcome, at },
      };
    case "request_opened":
      return withTurn(session, (turn) => ({
        ...baseOf(turn),
        phase: "awaiting_input",
        requests: [...(turn.phase === "awaiting_input" ? turn.requests : []), event.request],
        allowed: [],
        detached: false,
      }));
    case "request_closed":
      return withTurn(session, (turn) => closeRequest(turn, event.request, event.how));
    case "requests_detached":
      // The generation moves on, so that whatever the old worker still says is late.
      return withTurn(session, (turn) =>
        turn.phase === "awaiting_input"
          ? { ...turn, detached: true, generation: turn.generation + 1 }
          : turn,
      );
    case "session_suspended":
      return { ...session, mark: suspended(session.mark, at) };
    case "mark_cleared":
      return { ...session, mark: null, cuts: 0 };
    case "session_released":
      return { ...session, mark: released(session.mark), cuts: 0 };
    case "session_renewed":
      return {
        ...session,
        id: event.to,
        past: leave(session, event.why, at),
        mark: null,
        cuts: 0,
        turns: 0,
      };
    case "session_restored": {
      const back = session.past.find((past) => past.id === event.to);
      const others = session.past.filter((past) => past.id !== event.to);
      return {
        ...session,
        id: event.to,
        past:
          session.turns === 0 ? others : leave({ ...session, past: others }, "resumed_other", at),
        mark: released(back?.mark ?? null),
        cuts: 0,
        turns: back?.turns ?? 0,
      };
    }
    case "conversation_archived":
      return event.to === null
        ? { ...session, past: session.past.filter(({ id }) => id !== event.conversation) }
        : { ...session, id: event.to, mark: null, cuts: 0, turns: 0 };
    case "mode_set":
      return { ...session, settings: { ...session.settings, mode: event.mode } };
    case "worker_set":
      return { ...session, settings: { ...session.settings, worker: event.worker } };
    case "status_changed":
      return session;
  }
}

function withTurn(session: Session, change: (turn: ActiveTurn) => ActiveTurn): Session {
  return session.turn === null ? session : { ...session, turn: change(session.turn) };
}

/** What every phase of a turn shares; drops what belongs to the phase it leaves. */
function baseOf(
  turn: ActiveTurn,
): Pick<
  ActiveTurn,
  "id" | "generation" | "attempt" | "owner" | "fence" | "noted" | "worker" | "startedAt"
> {
  const { id, generation, attempt, owner, fence, noted, worker, startedAt } = turn;
  const by = worker === undefined ? {} : { worker };
  return { id, generation, attempt, owner, fence, noted, ...by, startedAt };
}

function closeRequest(turn: ActiveTurn, request: RequestId, how: RequestEnd): ActiveTurn {
  if (turn.phase !== "awaiting_input") return turn;
  const requests = turn.requests.filter((open) => open !== request);
  if (turn.detached) {
    return {
      ...turn,
      requests,
      allowed: how === "allowed" ? [...turn.allowed, request] : turn.allowed,
    };
  }
  return requests.length > 0 ? { ...turn, requests } : { ...baseOf(turn), phase: "running" };
}

function triedOnce(mark: Mark | null): Mark | null {
  return mark?.kind === "resume_pending" ? { ...mark, tries: mark.tries + 1 } : mark;
}

function suspended(mark: Mark | null, since: number): Mark | null {
  return mark && { kind: "suspended", interruption: mark.interruption, turn: mark.turn, since };
}

function released(mark: Mark | null): Mark | null {
  if (mark?.kind !== "suspended") return mark;
  return {
    kind: "resume_pending",
    interruption: mark.interruption,
    turn: mark.turn,
    generation: 0,
    since: mark.since,
    tries: 0,
  };
}

function leave(
  session: Session,
  why: PastConversation["why"],
  at: number,
): readonly PastConversation[] {
  const { id, mark, turns } = session;
  return [{ id, why, at, mark, turns }, ...session.past].slice(0, PAST_LIMIT);
}
