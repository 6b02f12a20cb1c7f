import type { Decision, SessionCommand, WorkerCommand } from "./commands.ts";
import { archive } from "./decide-archive.ts";
import { drainTimeout, recover } from "./decide-cut.ts";
import { answer, expire, renew, resume, skip, stop } from "./decide-person.ts";
import { decideWorker } from "./decide-worker.ts";
import { decided, refused } from "./decision.ts";
import type { SessionEvent } from "./events.ts";
import { evolveAll } from "./evolve.ts";
import { statusOf } from "./state.ts";
import type { Session } from "./state.ts";

/**
 * What a command does to a session: the events to store, and what to do after they are stored.
 * A transition that changes the status says so once, as its last event.
 */
export function decide(session: Session, command: SessionCommand): Decision {
  const decision = choose(session, command);
  if (decision.outcome === "refused") return decision;
  const from = statusOf(session);
  const to = statusOf(evolveAll(session, decision.events, session.touchedAt));
  if (from === to) return decision;
  return { ...decision, events: [...decision.events, { type: "status_changed", from, to }] };
}

function choose(session: Session, command: SessionCommand): Decision {
  switch (command.type) {
    case "admit":
      return admit(session, command);
    case "stop":
      return stop(session, command.stop);
    case "answer":
      return answer(session, command);
    case "expire":
      return expire(session, command);
    case "drain_timeout":
      return drainTimeout(session, command);
    case "recover":
      return recover(session, command);
    case "renew":
      return renew(session, command.fresh);
    case "skip":
      return skip(session);
    case "resume":
      return resume(session, command.past);
    case "archive":
      return archive(session, command);
    case "set_mode":
      return session.settings.mode === command.mode
        ? refused("nothing_to_do")
        : decided([{ type: "mode_set", mode: command.mode }]);
    case "set_worker":
      return session.settings.worker === command.worker
        ? refused("nothing_to_do")
        : decided([{ type: "worker_set", worker: command.worker }]);
    case "accepted":
    case "start_failed":
    case "ask":
    case "withdraw":
    case "end":
    case "lost":
    case "stop_expired":
      return decideWorker(session, command satisfies WorkerCommand);
  }
}

/** A suspended session begins on a clean slate; one that was cut continues with a note. */
function admit(session: Session, command: Extract<SessionCommand, { type: "admit" }>): Decision {
  if (session.turn !== null) return refused("busy");
  const { turn, owner, fence, origin, fresh, worker } = command;
  const events: SessionEvent[] = [];
  if (session.mark?.kind === "suspended") {
    if (origin === "auto") return refused("nothing_to_do");
    events.push({ type: "session_renewed", from: session.id, to: fresh, why: "suspended" });
  }
  const noted = session.mark?.kind === "resume_pending";
  if (origin === "auto" && !noted) return refused("nothing_to_do");
  const by = worker === undefined ? {} : { worker };
  events.push({ type: "turn_started", turn, owner, fence, noted, origin, ...by });
  return decided(events, [{ do: "start_worker", turn, generation: 1 }]);
}
