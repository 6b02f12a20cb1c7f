import type { Clock, Timer } from "../../sessions/clock.ts";
import type { SessionId } from "../../sessions/ids.ts";
import type { ChildEnd } from "../process/child-process.ts";
import type { ProcessLog } from "../process/process-log.ts";
import type { Conversation, Worker, WorkerHost, WorkerSession } from "../worker.ts";
import { createAcpSession } from "./acp-session.ts";
import type { AgentLink } from "./agent-link.ts";
import { createClientServices } from "./client-services.ts";
import type { Offers } from "./client-services.ts";
import { CRASH_LIMIT, createCrashes } from "./crashes.ts";
import { parseCursor } from "./cursor.ts";
import { howItEnded, lastWords, unavailable } from "./failures.ts";
import type { Place } from "./places.ts";
import { createPlaces } from "./places.ts";
import { longestStart, startAgent } from "./start-agent.ts";
import type { Ending } from "./stop-reason.ts";
import type { Timeouts } from "./timeouts.ts";
import { createWorkspace } from "./workspace.ts";

export interface AcpWorkerOptions {
  /** Its name in the configuration; names its processes. */
  readonly name: string;
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly host: WorkerHost;
  readonly clock: Clock;
  readonly log: ProcessLog;
  /** All that its processes inherit, besides the marker. */
  readonly environment: Readonly<Record<string, string>>;
  readonly maxProcesses: number;
  /** After a turn; then its process is stopped. */
  readonly idleMs: number;
  readonly offers: Offers;
  readonly timeouts: Timeouts;
}

interface Open {
  readonly session: WorkerSession;
  readonly link: AgentLink;
  wake(): void;
}

/** Any agent that speaks the Agent Client Protocol on its standard input and output, one process for each conversation. */
export function createAcpWorker(options: AcpWorkerOptions): Worker {
  const { name, host, clock, log, timeouts } = options;
  const places = createPlaces({ most: options.maxProcesses, clock, log });
  const crashes = createCrashes(clock);
  const closing = new AbortController();
  const open = new Map<SessionId, Open>();
  const links = new Set<AgentLink>();
  /** Processes on their way out: another one for the same conversation waits until nothing of them runs. */
  const leaving = new Map<SessionId, Promise<unknown>>();
  let started = 0;

  const closed = () =>
    unavailable(name, {
      found: "it was closed",
      advice: "send the message again after the restart",
    });

  const onDeath = (session: SessionId, marker: string, end: ChildEnd): Ending | null => {
    const count = crashes.add(session);
    log.warn({ marker, how: howItEnded(end), count }, "agent died in the middle of a turn");
    log.debug({ marker, stderr: end.stderr }, "last words of the agent");
    if (count < CRASH_LIMIT) return null;
    const error = `the agent ${name} crashed ${count} times within 10 minutes, the last time with ${howItEnded(end)}${lastWords(end)}`;
    return { type: "failed", error, canRetry: false };
  };

  const start = async (conversation: Conversation, place: Place, signal: AbortSignal) => {
    const { link, established } = await startAgent(
      {
        ...options,
        agent: name,
        workspace: conversation.workspace,
        cursor: parseCursor(conversation.cursor),
        nextName: () => {
          started += 1;
          return `${name}-${started}`;
        },
        onLink: (link) => {
          links.add(link);
          void link.closed.then(() => links.delete(link));
        },
      },
      signal,
    );
    const workspace = createWorkspace(conversation.workspace);
    const { environment, offers } = options;
    const services = createClientServices({ workspace, environment, marker: link.marker, offers });
    let idle: Timer | null = null;
    const giveWay = (): void => void session.close(timeouts.stopMs);
    const wake = (): void => {
      idle?.cancel();
      place.busy();
    };
    const session = createAcpSession({
      link,
      established,
      workspace,
      services,
      timeouts,
      clock,
      log,
      notice: (text) => host.notice(conversation, text),
      onBusy: wake,
      onIdle: () => {
        if (link.isClosed()) return;
        idle = clock.timer(options.idleMs, giveWay);
        place.rest(giveWay);
      },
      onDeath: (end) => onDeath(conversation.session, link.marker, end),
      onLeave: () => {
        idle?.cancel();
        if (open.get(conversation.session)?.session === session) open.delete(conversation.session);
        leaving.set(conversation.session, link.closed);
      },
    });
    void link.closed.then(() => {
      idle?.cancel();
      if (leaving.get(conversation.session) === link.closed) leaving.delete(conversation.session);
      place.leave();
    });
    open.set(conversation.session, { session, link, wake });
    return session;
  };

  return {
    name,
    abilities: { canSteer: false, keepsContext: true },
    turnsAtOnce: options.maxProcesses,
    opensWithinMs: timeouts.stopMs + longestStart(timeouts),
    open: async (conversation, signal) => {
      signal.throwIfAborted();
      if (closing.signal.aborted) throw closed();
      const known = open.get(conversation.session);
      if (known?.link.isClosed() === false) {
        known.wake();
        return known.session;
      }
      await (known?.link.closed ?? leaving.get(conversation.session));
      const both = AbortSignal.any([signal, closing.signal]);
      try {
        const place = await places.take(both);
        return await start(conversation, place, both).catch((error: unknown) => {
          place.leave();
          throw error;
        });
      } catch (error) {
        if (closing.signal.aborted && !signal.aborted) throw closed();
        throw error;
      }
    },
    close: async (graceMs) => {
      closing.abort(new Error("closed"));
      await Promise.all([...open.values()].map(({ session }) => session.close(graceMs)));
      await Promise.all([...links].map((link) => link.stop(graceMs)));
    },
    processes: () => [...links].map(({ pid, startedAt }) => ({ pid, sessions: 1, startedAt })),
  };
}
