import { useCallback, useEffect, useState } from "preact/hooks";
import { toFault } from "./api.ts";
import type { Api, ApiFault } from "./api.ts";
import { after } from "./page-clock.ts";

export interface Polled<Answer> {
  /** The latest one; kept while the gateway is away. */
  readonly answer: Answer | null;
  /** Why the latest question was not answered. */
  readonly fault: ApiFault | null;
  /** Asks at once. */
  refresh(): void;
}

/** Asks again `ms` after each answer; not at all where `path` is null. */
export function usePolled<Answer>(api: Api, path: string | null, ms: number): Polled<Answer> {
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [fault, setFault] = useState<ApiFault | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (path === null) {
      setAnswer(null);
      setFault(null);
      return;
    }
    const left = new AbortController();
    let stop = (): void => undefined;
    const ask = async (): Promise<void> => {
      try {
        const found = await api.get<Answer>(path, left.signal);
        if (left.signal.aborted) return;
        setAnswer(() => found);
        setFault(null);
      } catch (thrown) {
        if (left.signal.aborted) return;
        setFault(toFault(thrown));
      }
      stop = after(ms, () => void ask());
    };
    void ask();
    return () => {
      left.abort();
      stop();
    };
  }, [api, path, ms, round]);
  const refresh = useCallback(() => setRound((before) => before + 1), []);
  return { answer, fault, refresh };
}
