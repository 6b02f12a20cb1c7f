import type { WorkerEvent } from "../worker.ts";
import type { Brief } from "./order.ts";

export type Ending = Extract<WorkerEvent, { type: "completed" | "failed" | "cancelled" }>;

export const DONE: Ending = { type: "completed", reason: "end_turn" };

/** One turn inside the demo agent's process: what a script plays on. */
export interface Run {
  readonly brief: Brief;
  isInterrupted(): boolean;
  /** Between two words, ms. */
  readonly wordMs: number;
  emit(event: WorkerEvent): void;
  /** Like every wait on the run it rejects when the turn is to end: a script need not look. */
  pause(ms: number): Promise<void>;
  /** Until the turn is to end. */
  pauseForEver(): Promise<never>;
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
  // A plain set: ten thousand turns pause at once, and a signal with its listeners costs five times as much.
  const waits = new Set<(reason: Error) => void>();
  let isInterrupted = false;
  const grants = new Set(brief.grants);
  const asked = new Map<string, (decision: "allow" | "deny") => void>();
  let additions: string[] | null = null;
  let questions = 0;

  /** Waits for what `begin` starts, which must call `resolve` later and not at once. */
  const wait = <Value>(begin: (resolve: (value: Value) => void) => void): Promise<Value> =>
    new Promise((resolve, reject) => {
      if (isInterrupted) return reject(new Error("interrupted"));
      waits.add(reject);
      begin((value) => {
        waits.delete(reject);
        resolve(value);
      });
    });

  const pause = async (ms: number): Promise<void> => {
    if (ms <= 0 && !isInterrupted) return;
    await wait<void>((resolve) => setTimeout(resolve, ms));
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
    return wait((resolve) => {
      asked.set(id, resolve);
      emit({ type: "ask", id, title, detail, fingerprint });
    });
  };

  return {
    brief,
    isInterrupted: () => isInterrupted,
    wordMs,
    emit,
    pause,
    pauseForEver: () => wait(() => undefined),
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
    interrupt: () => {
      isInterrupted = true;
      for (const reject of waits) reject(new Error("interrupted"));
      waits.clear();
    },
  };
}
