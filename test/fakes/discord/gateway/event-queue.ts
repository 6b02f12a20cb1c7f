import type { Clock, Timer } from "../../../../sessions/clock.ts";

/** Lets events through in order: at once, later, or not until told. */
export interface EventQueue {
  delayMs: number;
  isHolding: boolean;
  push(deliver: () => void): void;
  close(): void;
}

export function createEventQueue(clock: Clock): EventQueue {
  let waiting: { readonly due: number; readonly deliver: () => void }[] = [];
  let isHolding = false;
  let timer: Timer | null = null;

  const next = () => (isHolding ? undefined : waiting[0]);

  function pump(): void {
    timer?.cancel();
    timer = null;
    for (let first = next(); first !== undefined; first = next()) {
      const left = first.due - clock.monotonic();
      if (left > 0) {
        timer = clock.timer(left, pump);
        return;
      }
      waiting.shift();
      first.deliver();
    }
  }

  const queue: EventQueue = {
    delayMs: 0,
    get isHolding() {
      return isHolding;
    },
    set isHolding(holds) {
      isHolding = holds;
      pump();
    },
    push(deliver) {
      if (!isHolding && queue.delayMs === 0 && waiting.length === 0) return deliver();
      waiting.push({ due: clock.monotonic() + queue.delayMs, deliver });
      pump();
    },
    close() {
      timer?.cancel();
      waiting = [];
    },
  };
  return queue;
}
