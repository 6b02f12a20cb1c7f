import type { ChildEnd } from "../process/child-process.ts";
import { formatProcessMarker } from "../process/marker.ts";
import type { WorkerSession, WorkerTurn } from "../worker.ts";
import { parseLine } from "./frame.ts";
import { heed, type OpenTurn } from "./heed.ts";
import { CANCEL_MS, TERM_MS, type SessionOptions } from "./session-options.ts";
import { startProgram, type Program } from "./standing-program.ts";
import { turnFrame } from "./turn-frame.ts";
import { afterExit, afterNoStart, createTurnRun, type TurnRun } from "./turn-run.ts";
import { waitForPlace } from "./wait-for-place.ts";

/**
 * A conversation with a program that stays and speaks JSON lines. It is started with the first turn, and again
 * with a later one when it was sent away meanwhile.
 */
export function createStandingSession(options: SessionOptions): WorkerSession {
  const { clock, log, conversation, places, name } = options;
  let cursor = conversation.cursor;
  let program: Program | null = null;
  let running: TurnRun | null = null;
  /** One that nobody reads any more may still be on its way out. */
  let last: Promise<void> = Promise.resolve();
  /** The running turn, once the program was told of it. */
  let open: OpenTurn | null = null;
  let wasText = false;
  let isClosed = false;

  const onLine = (line: string): void => {
    const heard = parseLine(line);
    // An empty line belongs to the text around it, and to nothing else.
    if (heard.is === "text" && heard.text === "" && !wasText) return;
    wasText = heard.is === "text";
    if (heard.is === "odd") {
      log.warn({ worker: name, problem: heard.problem }, "unknown frame ignored");
      return;
    }
    if (open === null) {
      const text = heard.is === "text" ? heard.text : "text" in heard.frame ? heard.frame.text : "";
      if (text.trim() !== "") options.host.notice(conversation, text);
      return;
    }
    if (heard.is === "text") return open.run.say(`${heard.text}\n`);
    const isLate = heard.frame.turn !== undefined && heard.frame.turn !== open.turn.turn;
    if (isLate || !heed(open, heard.frame, mouth)) return;
    open = null;
    const idle = program;
    idle?.place.idle(() => idle.stop(TERM_MS));
  };
  const mouth = {
    options,
    send: (frame: object): void => program?.send(frame),
    keep: (value: unknown): void => {
      cursor = value;
    },
  };

  const onEnd = (end: ChildEnd): void => {
    program = null;
    wasText = false;
    if (open === null) return;
    const { run } = open;
    open = null;
    if (!run.signal.aborted) {
      log.warn({ worker: name, ...end }, "program ended within its turn");
      // It is gone, whatever it was: who asks again begins anew.
      isClosed = true;
      options.leave();
    }
    run.finishDead(end, run.hasSpoken ? null : afterExit(end, options));
  };

  /** The program that runs, or a new one. Null: the turn is over before it began. */
  const takeProgram = async (run: TurnRun): Promise<Program | null> => {
    if (program?.isLeaving === true) await program.closed;
    if (program !== null) return program;
    const place = await waitForPlace(places, run, clock);
    if (place === null) {
      run.finish(null);
      return null;
    }
    try {
      const started = await startProgram(options, place, {
        onLine,
        onTooLong: (found) => open?.run.cut({ why: "limit", found }),
      });
      program = started;
      void started.closed.then(onEnd);
      return started;
    } catch (error) {
      place.leave();
      run.finish(afterNoStart(error, options));
      return null;
    }
  };

  const begin = async (
    turn: WorkerTurn,
    { run, before }: { readonly run: TurnRun; readonly before: Promise<void> },
  ): Promise<void> => {
    await before;
    const taken = await takeProgram(run);
    if (taken === null) return;
    if (run.signal.aborted) {
      // Nobody has spoken to it yet: there is nothing to cancel.
      run.finish(null);
      if (isClosed) taken.stop(0);
      else taken.place.idle(() => taken.stop(TERM_MS));
      return;
    }
    taken.place.busy();
    const grants = turn.grants.map(({ fingerprint }) => fingerprint);
    open = { turn, run, grants, asked: new Set(), known: new Set(), tools: new Set() };
    run.signal.addEventListener("abort", () => cancel(taken, { turn, run }), { once: true });
    run.begin();
    taken.send(turnFrame(turn, cursor));
  };

  /** Asked to end its turn, then told to go, then killed. */
  const cancel = (
    taken: Program,
    { turn, run }: { readonly turn: WorkerTurn; readonly run: TurnRun },
  ): void => {
    if (isClosed) return;
    open?.asked.clear();
    taken.send({ type: "cancel", turn: turn.turn });
    const timer = clock.timer(CANCEL_MS, () => taken.stop(TERM_MS));
    void run.over.then(() => timer.cancel());
  };

  const close = async (graceMs: number): Promise<void> => {
    isClosed = true;
    options.leave();
    running?.cut({ why: "closed" });
    const ending = program;
    ending?.stop(graceMs);
    await ending?.closed;
  };

  return {
    marker: formatProcessMarker(options.host.marker, options.processName),
    async *prompt(turn) {
      if (running !== null) throw new Error("a command session runs one turn at a time");
      if (isClosed) return;
      const run = createTurnRun(options);
      running = run;
      void begin(turn, { run, before: last });
      last = run.over;
      try {
        yield* run.events;
      } finally {
        run.cut({ why: "interrupted" });
        running = null;
      }
    },
    steer: () => Promise.resolve(false),
    answer: async (ask, decision) => {
      if (open?.asked.delete(ask) === true) program?.send({ type: "answer", id: ask, decision });
    },
    interrupt: async () => running?.cut({ why: "interrupted" }),
    close,
    kill: () => void close(0),
  };
}
