import type { WorkerSession } from "../worker.ts";
import { answerTurn } from "./answer.ts";
import type { Endpoint } from "./endpoint.ts";
import type { ModelWorkerOptions } from "./model-worker.ts";

export function createModelSession(
  options: ModelWorkerOptions,
  place: { readonly endpoint: Endpoint; leave(): void },
): WorkerSession {
  let running: AbortController | null = null;
  let isClosed = false;

  const leave = (): void => {
    isClosed = true;
    running?.abort(CLOSED);
    place.leave();
  };

  return {
    marker: null,
    async *prompt(turn) {
      if (running !== null) throw new Error("a model session runs one turn at a time");
      if (isClosed) return;
      const abort = new AbortController();
      running = abort;
      try {
        for await (const event of answerTurn(turn, {
          ...options,
          endpoint: place.endpoint,
          signal: abort.signal,
        })) {
          // What is aborted from outside has no more to say, whatever was under way.
          if (abort.signal.aborted) break;
          yield event;
        }
        if (abort.signal.aborted && abort.signal.reason !== CLOSED) yield { type: "cancelled" };
      } finally {
        running = null;
      }
    },
    steer: () => Promise.resolve(false),
    answer: () => Promise.resolve(),
    interrupt: async () => running?.abort(INTERRUPTED),
    close: async () => leave(),
    kill: leave,
  };
}

const CLOSED = new Error("the session was closed");
const INTERRUPTED = new Error("the turn was interrupted");
