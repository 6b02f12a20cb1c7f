import type { Timer } from "../../sessions/clock.ts";
import { textOf } from "../../sessions/errors.ts";
import { createChannel, type Channel } from "../process/channel.ts";
import type { ChildEnd } from "../process/child-process.ts";
import { KILLED_WORDS } from "../process/child-process.ts";
import type { WorkerEvent } from "../worker.ts";
import type { SessionOptions } from "./session-options.ts";

/** Why a turn ends before its program says so. */
export type Cut =
  | { readonly why: "interrupted" }
  | { readonly why: "closed" }
  | { readonly why: "limit"; readonly found: string };

/** One turn of a program, whatever its mode: what it said, and how it ends. */
export interface TurnRun {
  readonly events: Channel<WorkerEvent>;
  /** Aborted when the program is to end the turn. */
  readonly signal: AbortSignal;
  /** Told once, however often it is called. */
  accept(): void;
  /** The program is at work: from here its time counts. */
  begin(): void;
  /** The first one counts. */
  cut(cut: Cut): void;
  /** Words of the answer; beyond the limit the turn is cut. */
  say(text: string): void;
  /** Apart from what was said before. */
  sayApart(text: string): void;
  readonly hasSpoken: boolean;
  /** Resolves when it is. */
  readonly over: Promise<void>;
  /** The program has come to an end of the turn: an event of its own, if the turn was not cut. */
  finish(event: WorkerEvent | null): void;
  /** It has ended in the middle of the turn. */
  finishDead(end: ChildEnd, event: WorkerEvent | null): void;
}

export function createTurnRun(options: SessionOptions): TurnRun {
  const { clock, timeoutMs, maxOutputChars } = options;
  const events = createChannel<WorkerEvent>();
  const abort = new AbortController();
  const over = Promise.withResolvers<void>();
  let reason: Cut | null = null;
  let timer: Timer | null = null;
  let isAccepted = false;
  let isOver = false;
  let said = 0;
  let tail = "";

  const cut = (why: Cut): void => {
    if (reason !== null || isOver) return;
    reason = why;
    timer?.cancel();
    abort.abort();
  };
  const begin = (): void => {
    accept();
    if (timeoutMs === 0 || isOver) return;
    const span = timeoutMs < 60_000 ? `${timeoutMs / 1000} s` : `${timeoutMs / 60_000} min`;
    const found = `it took longer than ${span}`;
    timer = clock.timer(timeoutMs, () => cut({ why: "limit", found }));
  };
  const accept = (): void => {
    if (!isAccepted) events.push({ type: "accepted" });
    isAccepted = true;
  };

  const say = (text: string): void => {
    if (reason !== null || text === "") return;
    const room = maxOutputChars - said;
    said += text.length;
    tail = `${tail}${text}`.slice(-2);
    events.push({ type: "delta", text: text.slice(0, room) });
    if (text.length > room) {
      cut({ why: "limit", found: `its answer is longer than ${maxOutputChars} characters` });
    }
  };

  const finish = (event: WorkerEvent | null): void => {
    isOver = true;
    timer?.cancel();
    const last = reason === null ? event : endOf(reason, options);
    if (last !== null) events.push(last);
    events.end();
    over.resolve();
  };

  return {
    events,
    over: over.promise,
    signal: abort.signal,
    accept,
    begin,
    cut,
    say,
    sayApart: (text) => {
      const gap = said === 0 || tail === "\n\n" ? "" : tail.endsWith("\n") ? "\n" : "\n\n";
      say(`${gap}${text}`);
    },
    get hasSpoken() {
      return said > 0;
    },
    finish,
    finishDead: (end, event) => {
      if (event === null && reason === null && end.isKilled) events.push({ type: "killed" });
      finish(event);
    },
  };
}

function endOf(cut: Cut, { name }: SessionOptions): WorkerEvent | null {
  switch (cut.why) {
    case "closed":
      return null;
    case "interrupted":
      return { type: "cancelled" };
    case "limit": {
      const error = `The program of ${name} was stopped: ${cut.found}; workers.${name} in the configuration has this limit`;
      return { type: "failed", error, canRetry: false };
    }
  }
}

/** Null: it was killed, so that the worker is gone. */
export function afterExit(end: ChildEnd, { name }: SessionOptions): WorkerEvent | null {
  if (end.code === null) return null;
  const said =
    end.stderr.length === 0 ? "without a word of why" : `saying:\n${end.stderr.join("\n")}`;
  const killed = end.isKilled ? ` (${KILLED_WORDS})` : "";
  const error = `The program of ${name} ended with exit code ${end.code}${killed} ${said}`;
  return { type: "failed", error, canRetry: false };
}

export function afterNoStart(thrown: unknown, options: SessionOptions): WorkerEvent {
  const { command, name, conversation } = options;
  const error = `Cannot start ${command}, the program of ${name}, in ${conversation.workspace}: ${textOf(thrown)}: see that both are there`;
  return { type: "failed", error, canRetry: false };
}
