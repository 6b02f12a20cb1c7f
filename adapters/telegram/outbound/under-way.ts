import type { Clock } from "../../../sessions/clock.ts";
import { toGrammySignal } from "../signal.ts";

export type GrammySignal = ReturnType<typeof toGrammySignal>;

/** Calls that are not answered yet. */
export interface UnderWay {
  /** `signal` calls it off, as does, in the end, `end`. */
  run<T>(signal: AbortSignal, ask: (signal: GrammySignal) => Promise<T>): Promise<T>;
  /** What is not answered within `budgetMs` is called off. Resolves when nothing is left. */
  end(budgetMs: number): Promise<void>;
}

export function createUnderWay(clock: Clock): UnderWay {
  const calls = new Map<AbortController, Promise<unknown>>();

  return {
    async run(signal, ask) {
      // One signal for all that may end it would gather listeners for as long as the gateway lives.
      const end = new AbortController();
      const abort = (): void => end.abort();
      signal.addEventListener("abort", abort);
      if (signal.aborted) abort();
      const asked = ask(toGrammySignal(end.signal));
      calls.set(end, asked);
      try {
        return await asked;
      } finally {
        calls.delete(end);
        signal.removeEventListener("abort", abort);
      }
    },
    async end(budgetMs) {
      const timer = clock.timer(budgetMs, () => {
        for (const end of calls.keys()) end.abort();
      });
      await Promise.allSettled(calls.values());
      timer.cancel();
    },
  };
}
