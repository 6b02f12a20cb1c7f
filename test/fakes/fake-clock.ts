import type { Clock } from "../../sessions/clock.ts";

/** A clock that moves only when told. Its wall time can be set apart from its monotonic time. */
export interface FakeClock extends Clock {
  /** Moves on, firing timers in order, and lets what they start come to rest after each. */
  advance(ms: number): Promise<void>;
  /** The wall clock jumps; budgets do not. */
  jump(ms: number): void;
}

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly action: () => void;
}

export function createFakeClock(start = Date.UTC(2026, 0, 1)): FakeClock {
  let elapsed = 0;
  let offset = start;
  let order = 0;
  let entries: Entry[] = [];

  function nextUntil(limit: number): Entry | undefined {
    const due = entries.filter((entry) => entry.at <= limit);
    due.sort((one, other) => one.at - other.at || one.order - other.order);
    return due[0];
  }

  return {
    now: () => offset + elapsed,
    monotonic: () => elapsed,
    timer(ms, action) {
      order += 1;
      const entry = { at: elapsed + Math.max(0, ms), order, action };
      entries.push(entry);
      return {
        cancel: () => {
          entries = entries.filter((one) => one !== entry);
        },
      };
    },
    async advance(ms) {
      const limit = elapsed + ms;
      await rest();
      for (let entry = nextUntil(limit); entry !== undefined; entry = nextUntil(limit)) {
        const fired = entry;
        entries = entries.filter((one) => one !== fired);
        elapsed = Math.max(elapsed, fired.at);
        fired.action();
        await rest();
      }
      elapsed = limit;
      await rest();
    },
    jump(ms) {
      offset += ms;
    },
  };
}

/** Lets pending promises and immediates run until they have most likely come to rest. */
export async function rest(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}
