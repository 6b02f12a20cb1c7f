import { setTimeout as delay } from "node:timers/promises";

import type { WorkerEvent } from "../worker.ts";
import type { Brief } from "./order.ts";

export type Ending = Extract<WorkerEvent, { type: "completed" | "failed" | "cancelled" }>;

export const DONE: Ending = { type: "completed", reason: "end_turn" };

/** One turn inside the demo agent's process: what a script plays on. */
export interface Run {
  readonly brief: Brief;
  /** Aborted when the turn is to end. Waiting on the run rejects then; a script need not look. */
  readonly signal: AbortSignal;
  /** Between two words, ms. */
  readonly wordMs: number;
  emit(event: WorkerEvent): void;
  pause(ms: number): Promise<void>;
  /** Word by word; all at once when there is no time between words. */
  say(text: string): Promise<void>;
  /** Takes additions while `stream` runs, and says them when told to. */
  listen(stream: (sayAdditions: () => void) => Promise<void>): Promise<void>;
  ask(question: { readonly title: string; readonly detail: string }): Promise<"allow" | "deny">;
}

/** The other side of it: what the gateway does to a run. */
export interface RunControls {
  /** False: the script does not listen now. */
  steer(text: string): boolean;
  answer(ask: string, decision: "allow" | "deny"): void;
  interrupt(): void;
}

export function createRun(options: {
  readonly brief: Brief;
  readonly wordMs: number;
  emit(event: WorkerEvent): void;
}): Run & RunControls {
  const { brief, wordMs } = options;
  const emit = (event: WorkerEvent): void => options.emit(event);
  const ending = new AbortController();
  const { signal } = ending;
  const grants = new Set(brief.grants);
  const asked = new Map<string, (decision: "allow" | "deny") => void>();
  let additions: string[] | null = null;
  let questions = 0;

  const pause = async (ms: number): Promise<void> => {
    signal.throwIfAborted();
    if (ms > 0) await delay(ms, undefined, { signal });
  };

  const listen: Run["listen"] = async (stream) => {
    const heard: string[] = [];
    additions = heard;
    const sayAdditions = (): void => {
      for (const text of heard.splice(0)) emit({ type: "delta", text: ` (steered: ${text})` });
    };
    try {
      await stream(sayAdditions);
    } finally {
      additions = null;
    }
    sayAdditions();
  };

  const say = async (text: string): Promise<void> => {
    if (wordMs === 0) return emit({ type: "delta", text });
    const words = text.match(/\s*\S+\s*$|\s*\S+/g) ?? [text];
    await listen(async (sayAdditions) => {
      for (const [index, word] of words.entries()) {
        if (index > 0) await pause(wordMs);
        sayAdditions();
        emit({ type: "delta", text: word });
      }
    });
  };

  const ask: Run["ask"] = ({ title, detail }) => {
    const fingerprint = `demo:${detail}`;
    // Each grant is good for one question.
    if (grants.delete(fingerprint)) return Promise.resolve("allow");
    questions += 1;
    const id = `ask-${questions}`;
    return new Promise((resolve, reject) => {
      asked.set(id, resolve);
      signal.addEventListener("abort", () => reject(new Error("interrupted")), { once: true });
      emit({ type: "ask", id, title, detail, fingerprint });
    });
  };

  return {
    brief,
    signal,
    wordMs,
    emit,
    pause,
    say,
    listen,
    ask,
    steer: (text) => {
      additions?.push(text);
      return additions !== null;
    },
    answer: (id, decision) => {
      asked.get(id)?.(decision);
      asked.delete(id);
    },
    interrupt: () => ending.abort(),
  };
}
