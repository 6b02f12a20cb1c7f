import type { Clock } from "../../sessions/clock.ts";
import { SluiceError } from "../../sessions/errors.ts";
import type { SessionId } from "../../sessions/ids.ts";
import type { ProcessLog } from "../process/process-log.ts";
import type { Worker, WorkerHost, WorkerSession } from "../worker.ts";
import { createOneshotSession } from "./oneshot-session.ts";
import { createPlaces } from "./places.ts";
import { findProgram } from "./program.ts";
import type { SessionOptions } from "./session-options.ts";
import { createStandingSession } from "./standing-session.ts";

export interface CommandWorkerOptions {
  /** Its name in the configuration; names its processes. */
  readonly name: string;
  /** A name on the PATH, or an absolute path. */
  readonly command: string;
  readonly args: readonly string[];
  /** `oneshot`: a process for each turn. `session`: one for each conversation, which speaks JSON lines. */
  readonly mode: "oneshot" | "session";
  /** Entries of the transcript that a oneshot program reads before the message. */
  readonly history: number;
  readonly maxProcesses: number;
  /** Of one turn; 0 = no limit here. */
  readonly timeoutMs: number;
  /** Of one answer. */
  readonly maxOutputChars: number;
  /** All that its processes inherit, besides the marker. */
  readonly environment: Readonly<Record<string, string>>;
  readonly host: WorkerHost;
  readonly clock: Clock;
  readonly log: ProcessLog;
}

/** Any program as an agent. */
export function createCommandWorker(options: CommandWorkerOptions): Worker {
  const { name, mode } = options;
  const sessions = new Map<SessionId, WorkerSession>();
  const places = createPlaces(options.maxProcesses);
  let isClosed = false;
  let opened = 0;
  return {
    name,
    abilities: { canSteer: false, keepsContext: mode === "session" },
    turnsAtOnce: options.maxProcesses,
    open: async (conversation, signal) => {
      signal.throwIfAborted();
      const problem = isClosed ? CLOSED : await findProgram(options.command, options.environment);
      signal.throwIfAborted();
      if (problem !== null) throw unavailable(options, problem);
      const known = sessions.get(conversation.session);
      if (known !== undefined) return known;
      opened += 1;
      const inside: SessionOptions = {
        ...options,
        conversation,
        processName: `${name}-${opened}`,
        places,
        leave: () => {
          if (sessions.get(conversation.session) === session) sessions.delete(conversation.session);
        },
      };
      const session =
        mode === "oneshot" ? createOneshotSession(inside) : createStandingSession(inside);
      sessions.set(conversation.session, session);
      return session;
    },
    close: async (graceMs) => {
      isClosed = true;
      await Promise.all([...sessions.values()].map((session) => session.close(graceMs)));
      await places.empty();
    },
    processes: () => places.processes(),
  };
}

interface Problem {
  readonly found: string;
  readonly advice: string;
}

const CLOSED: Problem = {
  found: "it was closed",
  advice: "start the gateway again, then send the message again",
};

function unavailable(options: CommandWorkerOptions, { found, advice }: Problem): SluiceError {
  const { name, command } = options;
  return new SluiceError(
    "worker_unavailable",
    `Cannot start ${command}, the program of ${name}: ${found}`,
    { advice },
  );
}
