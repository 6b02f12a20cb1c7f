import type { Clock } from "../../sessions/clock.ts";
import type { SessionId } from "../../sessions/ids.ts";
import type { ProcessLog } from "../process/process-log.ts";
import type { Worker, WorkerHost, WorkerSession } from "../worker.ts";
import { createDemoSession } from "./demo-session.ts";
import { createProcessPool } from "./process-pool.ts";

export interface DemoWorkerOptions {
  /** Its name in the configuration; names its processes. Default: `demo`. */
  readonly name?: string;
  readonly host: WorkerHost;
  readonly clock: Clock;
  /** All that its processes inherit, besides the marker. */
  readonly environment: Readonly<Record<string, string>>;
  readonly maxProcesses: number;
  /** Conversations in each process before another one is started. Default: 1. Beyond `maxProcesses` they share. */
  readonly sessionsPerProcess?: number;
  /** Between two words of an answer, ms; 0 = the whole answer at once. */
  readonly wordMs: number;
  readonly log: ProcessLog;
}

/** An agent that works offline and does by script whatever an agent can do, well or badly: see `help`. */
export function createDemoWorker(options: DemoWorkerOptions): Worker {
  const name = options.name ?? "demo";
  const pool = createProcessPool({
    ...options,
    name,
    sessionsPerProcess: options.sessionsPerProcess ?? 1,
  });
  const sessions = new Map<SessionId, WorkerSession>();
  return {
    name,
    abilities: { canSteer: true, keepsContext: false },
    open: async (conversation, signal) => {
      const known = sessions.get(conversation.session);
      if (known !== undefined) return known;
      const seat = await pool.take(signal);
      const forget = (): void => {
        if (sessions.get(conversation.session) === session) sessions.delete(conversation.session);
      };
      const session = createDemoSession({
        ...seat,
        leave: (graceMs) => {
          forget();
          return seat.leave(graceMs);
        },
      });
      sessions.set(conversation.session, session);
      void seat.process.closed.then(forget);
      return session;
    },
    close: (graceMs) => pool.close(graceMs),
    processes: () => pool.processes(),
  };
}
