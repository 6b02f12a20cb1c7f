import type { WorkerSession } from "../worker.ts";
import { toBrief, toSteering } from "./brief.ts";
import type { DemoProcess, DemoRun } from "./demo-process.ts";

/** What a session may do with the place that it holds in a process. */
export interface Seat {
  readonly process: DemoProcess;
  /** No other conversation is in the process. */
  isAlone(): boolean;
  /** Gives the place back; the last one to leave stops the process. Idempotent. */
  leave(graceMs: number): Promise<void>;
}

export function createDemoSession(seat: Seat): WorkerSession {
  let running: DemoRun | null = null;
  let isClosed = false;
  const leave = (graceMs: number): Promise<void> => {
    isClosed = true;
    running?.drop();
    return seat.leave(graceMs);
  };
  return {
    marker: seat.process.marker,
    async *prompt(turn) {
      if (running !== null) throw new Error("a demo session runs one turn at a time");
      if (isClosed) return;
      const run = seat.process.begin(toBrief(turn));
      running = run;
      try {
        yield* run.events;
      } finally {
        run.drop();
        running = null;
      }
    },
    steer: (message) => running?.steer(toSteering(message)) ?? Promise.resolve(false),
    answer: (ask, decision) => Promise.resolve(running?.answer(ask, decision)),
    interrupt: () => Promise.resolve(running?.interrupt()),
    close: leave,
    kill: () => {
      // Others in the process are not to die with it; ours is dropped there all the same.
      if (!isClosed && seat.isAlone()) seat.process.kill();
      void leave(0);
    },
  };
}
