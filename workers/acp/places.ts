import type { Clock } from "../../sessions/clock.ts";
import type { ProcessLog } from "../process/process-log.ts";

/** So many processes may live at once. Who comes when all are taken gets the place of the one that is idle for longest. */
export interface Places {
  /** Waits its turn, first come first served. Rejects with the reason of the signal. */
  take(signal: AbortSignal): Promise<Place>;
}

export interface Place {
  /** It may be asked to give way from now on, and will be when it is idle for too long. */
  rest(giveWay: () => void): void;
  busy(): void;
  /** Nothing of it runs any more. Idempotent. */
  leave(): void;
}

interface Taken {
  /** Monotonic ms; null = it works. */
  idleSince: number | null;
  giveWay: () => void;
  isLeaving: boolean;
}

export function createPlaces(options: {
  readonly most: number;
  readonly clock: Clock;
  readonly log: ProcessLog;
}): Places {
  const { most, clock, log } = options;
  const taken = new Set<Taken>();
  const waiting: (() => void)[] = [];

  const pump = (): void => {
    while (taken.size < most && waiting.length > 0) waiting.shift()?.();
    const leaving = [...taken].filter(({ isLeaving }) => isLeaving).length;
    for (let wanted = waiting.length - leaving; wanted > 0; wanted -= 1) {
      if (!giveWay()) return;
    }
  };

  const giveWay = (): boolean => {
    let longest: Taken | null = null;
    for (const one of taken) {
      if (one.isLeaving || one.idleSince === null) continue;
      if (longest?.idleSince == null || one.idleSince < longest.idleSince) longest = one;
    }
    if (longest === null) return false;
    longest.isLeaving = true;
    log.info({ most, waiting: waiting.length }, "idle agent stopped for another");
    longest.giveWay();
    return true;
  };

  const enter = (): Place => {
    const one: Taken = { idleSince: null, giveWay: () => undefined, isLeaving: false };
    taken.add(one);
    return {
      rest: (giveWay) => {
        one.idleSince = clock.monotonic();
        one.giveWay = giveWay;
        pump();
      },
      busy: () => {
        one.idleSince = null;
      },
      leave: () => {
        if (taken.delete(one)) pump();
      },
    };
  };

  return {
    take: (signal) =>
      new Promise((resolve, reject) => {
        const abort = (): void => {
          const at = waiting.indexOf(admit);
          if (at !== -1) waiting.splice(at, 1);
          reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
        };
        const admit = (): void => {
          signal.removeEventListener("abort", abort);
          resolve(enter());
        };
        if (signal.aborted) return abort();
        signal.addEventListener("abort", abort);
        waiting.push(admit);
        pump();
      }),
  };
}
