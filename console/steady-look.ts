import { after } from "./page-clock.ts";

export interface SteadyLook {
  /** Looks at once; where a look is under way, once more after it: who asks often must not keep it from its end. */
  soon(): void;
  stop(): void;
}

/** Between a look that was asked for meanwhile and the one before. */
const BREATH_MS = 100;

/** Looks at once, and again after as many ms as each look resolves with. `look` must not reject. */
export function lookSteadily(look: (signal: AbortSignal) => Promise<number>): SteadyLook {
  const left = new AbortController();
  let isLooking = false;
  let isWanted = false;
  let cancel = (): void => undefined;
  const go = async (): Promise<void> => {
    isLooking = true;
    const pause = await look(left.signal);
    isLooking = false;
    if (left.signal.aborted) return;
    cancel = after(isWanted ? BREATH_MS : pause, () => void go());
    isWanted = false;
  };
  void go();
  return {
    soon() {
      if (isLooking) {
        isWanted = true;
        return;
      }
      cancel();
      if (!left.signal.aborted) void go();
    },
    stop() {
      left.abort();
      cancel();
    },
  };
}
