import type { GatewayFaults, ResumeRefusal } from "../faults.ts";
import type { Connection } from "./connection.ts";
import type { EventQueue } from "./event-queue.ts";
import type { IdentifyBudget } from "./identify-budget.ts";
import type { Listener } from "./listener.ts";
import type { SessionStore } from "./session-store.ts";

interface FaultContext {
  readonly connections: ReadonlySet<Connection>;
  readonly sessions: SessionStore;
  readonly queue: EventQueue;
  readonly budget: IdentifyBudget;
  readonly refusals: ResumeRefusal[];
  readonly main: Listener;
  readonly resume: Listener;
}

export function gatewayFaults(context: FaultContext): GatewayFaults {
  const { connections, sessions, queue, budget, refusals, main, resume } = context;
  let isSilent = false;
  let isDown = false;
  let resumeHost: GatewayFaults["resumeHost"] = "up";

  function closeAll(code: number): void {
    for (const connection of connections) connection.close(code);
  }

  function setListeners(): void {
    main.state = isDown ? "dead" : "up";
    resume.state = isDown ? "dead" : resumeHost;
  }

  return {
    drop: () => closeAll(1006),
    close: closeAll,
    reconnect() {
      for (const one of connections) if (one.session !== null) one.send({ op: 7, d: null });
    },
    invalidate(isResumable) {
      for (const connection of connections) {
        const { session } = connection;
        if (session === null) continue;
        if (isResumable) sessions.detach(session);
        else sessions.end(session.id);
        connection.send({ op: 9, d: isResumable });
      }
    },
    requestHeartbeat() {
      for (const one of connections) one.send({ op: 1, d: null });
    },
    forgetSessions() {
      for (const session of sessions.all()) sessions.end(session.id);
    },
    refuseResume: (how) => void refusals.push(how),
    spendIdentifies: (count) => budget.spend(count),
    acksHeartbeats: true,
    get isSilent() {
      return isSilent;
    },
    set isSilent(silent) {
      isSilent = silent;
      for (const connection of connections) connection.setSilent(silent);
    },
    get isDown() {
      return isDown;
    },
    set isDown(down) {
      isDown = down;
      setListeners();
      if (down) closeAll(1006);
    },
    get resumeHost() {
      return resumeHost;
    },
    set resumeHost(state) {
      resumeHost = state;
      setListeners();
    },
    get delayMs() {
      return queue.delayMs;
    },
    set delayMs(ms) {
      queue.delayMs = ms;
    },
    get holdsEvents() {
      return queue.isHolding;
    },
    set holdsEvents(holds) {
      queue.isHolding = holds;
    },
  };
}
