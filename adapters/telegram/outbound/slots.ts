/** So many at once; who has to wait can still leave, and knows for certain that nothing was begun. */
export interface Slots {
  /** False: called off while waiting. True must be followed by one `leave`. */
  enter(signal: AbortSignal): Promise<boolean>;
  leave(): void;
  /** Whoever waits is sent away. */
  close(): void;
}

export function createSlots(count: number): Slots {
  let free = count;
  const waiting = new Set<(isMine: boolean) => void>();

  return {
    enter(signal) {
      if (signal.aborted) return Promise.resolve(false);
      if (free > 0) {
        free -= 1;
        return Promise.resolve(true);
      }
      return new Promise((resolve) => {
        const end = (isMine: boolean): void => {
          waiting.delete(end);
          signal.removeEventListener("abort", giveUp);
          resolve(isMine);
        };
        const giveUp = (): void => end(false);
        waiting.add(end);
        signal.addEventListener("abort", giveUp);
      });
    },
    leave() {
      const next = waiting.values().next().value;
      if (next === undefined) free += 1;
      else next(true);
    },
    close() {
      for (const end of waiting) end(false);
    },
  };
}
