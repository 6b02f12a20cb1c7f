import type { Update } from "grammy/types";

import type { Chance, Clock } from "../../../sessions/clock.ts";

/** The updates of one bot that it has not confirmed. */
export interface UpdateQueue {
  /** `lane`: webhook deliveries of one lane keep their order. */
  push(body: Readonly<Record<string, unknown>>, lane: number): number;
  /** As a poll takes them: confirms what is below `offset`, or forgets all but the last `-offset`. */
  take(offset: number, limit: number): readonly Update[];
  forget(updateId: number): void;
  clear(): void;
  entries(): readonly QueuedUpdate[];
  repeat(updateId: number): void;
  jump(next: number | null): void;
  /** How many were gone, unconfirmed, at their time's end. */
  expired(): number;
  dropped(): number;
  /** Called after each push, soon: what is pushed together is seen together. */
  onPush(listener: () => void): void;
}

export interface QueuedUpdate {
  readonly id: number;
  readonly update: Update;
  readonly lane: number;
  readonly expiresAt: number;
}

/** An offset this far above the next id is not believed. */
const BELIEVED_AHEAD = 10;

export function createUpdateQueue(
  clock: Clock,
  chance: Chance,
  options: { keepMs: number },
): UpdateQueue {
  const history = new Map<number, QueuedUpdate>();
  const listeners: (() => void)[] = [];
  let kept: QueuedUpdate[] = [];
  let next = 100_000_000 + chance.int(700_000_000);
  let expired = 0;
  let dropped = 0;
  let waking = false;

  function entries(): readonly QueuedUpdate[] {
    const now = clock.now();
    const living = kept.filter((entry) => entry.expiresAt > now);
    expired += kept.length - living.length;
    kept = living;
    return kept;
  }

  function wake(): void {
    if (waking) return;
    waking = true;
    setImmediate(() => {
      waking = false;
      for (const listener of listeners) listener();
    });
  }

  return {
    push(body, lane) {
      const id = next;
      next += 1;
      const update = { update_id: id, ...structuredClone(body) } as unknown as Update;
      const entry = { id, update, lane, expiresAt: clock.now() + options.keepMs };
      kept.push(entry);
      history.set(id, entry);
      wake();
      return id;
    },
    take(offset, limit) {
      const all = entries();
      if (offset < 0) {
        kept = all.slice(offset);
        dropped += all.length - kept.length;
      } else if (offset > 0 && offset <= next + BELIEVED_AHEAD) {
        kept = all.filter((entry) => entry.id >= offset);
      }
      return kept.slice(0, limit).map((entry) => entry.update);
    },
    forget(updateId) {
      kept = kept.filter((entry) => entry.id !== updateId);
    },
    clear() {
      dropped += entries().length;
      kept = [];
    },
    entries,
    repeat(updateId) {
      const entry = history.get(updateId);
      if (entry === undefined) throw new Error(`no update ${updateId} was ever made`);
      kept = [
        { ...entry, expiresAt: clock.now() + options.keepMs },
        ...entries().filter((one) => one.id !== updateId),
      ];
      wake();
    },
    jump(to) {
      if (entries().length > 0) throw new Error("update ids jump only when none is pending");
      next = to ?? 100_000_000 + chance.int(700_000_000);
    },
    expired() {
      entries();
      return expired;
    },
    dropped: () => dropped,
    onPush(listener) {
      listeners.push(listener);
    },
  };
}
