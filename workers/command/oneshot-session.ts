import type { Child, ChildEnd } from "../process/child-process.ts";
import { startChild } from "../process/child-process.ts";
import { formatProcessMarker } from "../process/marker.ts";
import type { WorkerSession, WorkerTurn } from "../worker.ts";
import { conversationText } from "./conversation-text.ts";
import type { Place } from "./places.ts";
import { TERM_MS, type SessionOptions } from "./session-options.ts";
import { afterExit, afterNoStart, createTurnRun, type TurnRun } from "./turn-run.ts";
import { waitForPlace } from "./wait-for-place.ts";

/** A conversation whose every turn is a process: it reads the message to its end, and what it prints is the answer. */
export function createOneshotSession(options: SessionOptions): WorkerSession {
  let running: TurnRun | null = null;
  /** Of the last turn: its process shares the marker, so the next one waits for its end. */
  let work: Promise<void> = Promise.resolve();
  let child: Child | null = null;
  let graceMs = TERM_MS;
  let isClosed = false;

  const stop = (): void => void child?.stop(graceMs);
  const close = async (grace: number): Promise<void> => {
    isClosed = true;
    graceMs = Math.min(graceMs, grace);
    options.leave();
    running?.cut({ why: "closed" });
    // It may be on its way out already, with more patience.
    stop();
    await work;
  };

  const compute = async (turn: WorkerTurn, run: TurnRun, before: Promise<void>): Promise<void> => {
    await before;
    const place = await waitForPlace(options.places, run, options.clock);
    if (place === null) return run.finish(null);
    try {
      const end = await runProgram(turn, { run, place });
      if (end.code === null && !run.signal.aborted) {
        isClosed = true;
        options.leave();
      }
      if (end.code === 0) run.finish({ type: "completed", reason: "end_turn" });
      else run.finishDead(end, afterExit(end, options));
    } catch (error) {
      run.finish(afterNoStart(error, options));
    } finally {
      child = null;
      place.leave();
    }
  };

  const runProgram = async (
    turn: WorkerTurn,
    { run, place }: { readonly run: TurnRun; readonly place: Place },
  ): Promise<ChildEnd> => {
    const started = await startChild({
      ...options,
      name: options.processName,
      cwd: options.conversation.workspace,
      output: { push: (chunk) => run.say(chunk), end: () => undefined },
    });
    child = started;
    place.settle(started);
    if (run.signal.aborted) stop();
    run.signal.addEventListener("abort", stop, { once: true });
    run.begin();
    started.finish(conversationText(turn, options.history));
    return started.closed;
  };

  return {
    marker: formatProcessMarker(options.host.marker, options.processName),
    async *prompt(turn) {
      if (running !== null) throw new Error("a command session runs one turn at a time");
      if (isClosed) return;
      const run = createTurnRun(options);
      running = run;
      work = compute(turn, run, work);
      try {
        yield* run.events;
      } finally {
        run.cut({ why: "closed" });
        running = null;
      }
    },
    steer: () => Promise.resolve(false),
    answer: () => Promise.resolve(),
    interrupt: async () => running?.cut({ why: "interrupted" }),
    close,
    kill: () => void close(0),
  };
}
