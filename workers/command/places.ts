import type { Child } from "../process/child-process.ts";
import type { WorkerProcess } from "../worker.ts";

/** So many processes at once. A full house asks the one that has been idle for longest to leave. */
export interface Places {
  readonly isFull: boolean;
  /** Null: the signal was aborted first. Who waits is served in order. */
  take(signal: AbortSignal): Promise<Place | null>;
  processes(): readonly WorkerProcess[];
  /** Resolves when all have left. */
  empty(): Promise<void>;
}

export interface Place {
  /** What is started in it; for `processes`. */
  settle(child: Child): void;
  /** A turn runs: it cannot be asked to leave. */
  busy(): void;
  /** `makeRoom`: called at most once, when somebody else needs the place. It is free when `leave` is called. */
  idle(makeRoom: () => void): void;
  leave(): void;
}

interface Held {
  child: Child | null;
  makeRoom: (() => void) | null;
}

export function createPlaces(most: number): Places {
  /** Those that became idle first are first. */
  const held = new Set<Held>();
  const waiting = new Set<() => void>();
  /** Asked to leave, and still here. */
  const leaving = new Set<Held>();
  let emptied: (() => void)[] = [];

  const askForRoom = (): void => {
    for (const one of held) {
      if (waiting.size <= leaving.size) return;
      if (one.makeRoom === null) continue;
      const { makeRoom } = one;
      one.makeRoom = null;
      leaving.add(one);
      makeRoom();
    }
  };

  const grant = (): Place => {
    const one: Held = { child: null, makeRoom: null };
    held.add(one);
    return {
      settle: (child) => {
        one.child = child;
      },
      busy: () => {
        one.makeRoom = null;
      },
      idle: (makeRoom) => {
        if (!held.delete(one)) return;
        held.add(one);
        one.makeRoom = makeRoom;
        askForRoom();
      },
      leave: () => {
        if (!held.delete(one)) return;
        leaving.delete(one);
        const [next] = waiting;
        next?.();
        if (held.size > 0) return;
        for (const tell of emptied) tell();
        emptied = [];
      },
    };
  };

  return {
    get isFull() {
      return held.size >= most || waiting.size > 0;
    },
    take: (signal) => {
      if (signal.aborted) return Promise.resolve(null);
      if (held.size < most && waiting.size === 0) return Promise.resolve(grant());
      return new Promise((resolve) => {
        const stop = (): void => {
          waiting.delete(serve);
          resolve(null);
        };
        const serve = (): void => {
          waiting.delete(serve);
          signal.removeEventListener("abort", stop);
          resolve(grant());
        };
        waiting.add(serve);
        signal.addEventListener("abort", stop, { once: true });
        askForRoom();
      });
    },
    processes: () =>
      [...held].flatMap(({ child }) =>
        child === null ? [] : [{ pid: child.pid, sessions: 1, startedAt: child.startedAt }],
      ),
    empty: () =>
      held.size === 0 ? Promise.resolve() : new Promise((resolve) => emptied.push(resolve)),
  };
}
