/** So many turns of a worker are computed at once; further ones wait their turn, first come first served. */
export interface TurnPlaces {
  /** Resolves with how to leave the place (idempotent), or with null when the signal was aborted first. */
  take(signal: AbortSignal): Promise<(() => void) | null>;
  /** Somebody waits. */
  isCrowded(): boolean;
}

export function createTurnPlaces(most: number): TurnPlaces {
  const waiting = new Set<() => void>();
  let taken = 0;

  function enter(): () => void {
    taken += 1;
    let isIn = true;
    return () => {
      if (!isIn) return;
      isIn = false;
      taken -= 1;
      const [next] = waiting;
      next?.();
    };
  }

  return {
    isCrowded: () => waiting.size > 0,
    async take(signal) {
      if (signal.aborted) return null;
      if (taken < most) return enter();
      return new Promise((resolve) => {
        const end = (place: (() => void) | null): void => {
          waiting.delete(admit);
          signal.removeEventListener("abort", leave);
          resolve(place);
        };
        const admit = (): void => end(enter());
        const leave = (): void => end(null);
        waiting.add(admit);
        signal.addEventListener("abort", leave);
      });
    },
  };
}
