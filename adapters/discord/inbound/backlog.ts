import { sleep } from "../../../sessions/clock.ts";
import type { Clock } from "../../../sessions/clock.ts";
import { textOf } from "../../../sessions/errors.ts";
import type { Log } from "../../log.ts";
import type { Absence } from "./look-back.ts";
import type { Place } from "./place.ts";

/**
 * What is still to be looked at of an absence. While there is any, the durable sequence stands still, so that
 * a crash meets the event again that told us to look.
 */
export interface Backlog {
  /** Channels of this kind are going to be listed: until then nobody knows what is missing in them. */
  expect(list: ListName): void;
  listed(list: ListName): void;
  add(absence: Absence): void;
  /** Null: nothing is missing there. Else it is looked at first; resolves when it is, or has taken too long. */
  settled(place: Place): Promise<void> | null;
  isOpen(place: Place): boolean;
  isIdle(): boolean;
  stop(): Promise<void>;
}

export type ListName = "direct" | `guild:${string}`;

export interface BacklogOptions {
  readonly clock: Clock;
  readonly log: Log;
  lookBack(absence: Absence, signal: AbortSignal): Promise<void>;
  onIdle(): void;
}

/** Channels that are read at once. */
const AT_ONCE = 4;
/** A server that is out of order is not waited for, ms. */
const LIST_MS = 30_000;
/** What is said now waits for what was said before, but not for ever, ms. */
const HOLD_MS = 30_000;

export function createBacklog({ clock, log, lookBack, onIdle }: BacklogOptions): Backlog {
  const stopping = new AbortController();
  const { signal } = stopping;
  const lists = new Map<ListName, AbortController>();
  const waiting = new Map<string, Absence>();
  const open = new Map<string, Promise<void>>();
  const listeners = new Set<() => void>();

  function changed(): void {
    for (const listener of listeners) listener();
    if (isIdle() && !signal.aborted) onIdle();
  }

  function forget(list: ListName): boolean {
    lists.get(list)?.abort();
    return lists.delete(list);
  }

  function isIdle(): boolean {
    return lists.size === 0 && waiting.size === 0 && open.size === 0;
  }

  function isOpen(place: Place): boolean {
    const { channel } = place;
    return lists.has(listOf(place)) || waiting.has(channel) || open.has(channel);
  }

  function work(): void {
    for (const [channel, absence] of waiting) {
      if (open.size >= AT_ONCE || signal.aborted) return;
      if (open.has(channel)) continue;
      waiting.delete(channel);
      const done = lookBack(absence, signal)
        .then(
          () => void open.delete(channel),
          // It stays open: the sequence stands, and the next process looks again.
          (thrown: unknown) => {
            if (!signal.aborted) log.error({ channel, error: textOf(thrown) }, "look back ended");
          },
        )
        .then(() => {
          work();
          changed();
        });
      open.set(channel, done);
    }
  }

  return {
    expect(list) {
      forget(list);
      const came = new AbortController();
      lists.set(list, came);
      if (list === "direct") return;
      void sleep(clock, LIST_MS, AbortSignal.any([signal, came.signal])).then(() => {
        if (lists.get(list) !== came) return;
        log.warn({ list }, "channels not listed in time");
        lists.delete(list);
        changed();
      });
    },
    listed(list) {
      if (forget(list)) changed();
    },
    add(absence) {
      waiting.set(absence.place.channel, absence);
      work();
    },
    settled(place) {
      if (!isOpen(place)) return null;
      const first = waiting.get(place.channel);
      if (first !== undefined) {
        const others = [...waiting].filter(([channel]) => channel !== place.channel);
        waiting.clear();
        for (const [channel, absence] of [[place.channel, first] as const, ...others]) {
          waiting.set(channel, absence);
        }
      }
      const late = new AbortController();
      const { promise, resolve } = Promise.withResolvers<void>();
      const look = (): void => {
        if (!isOpen(place)) resolve();
      };
      listeners.add(look);
      const timeout = sleep(clock, HOLD_MS, AbortSignal.any([signal, late.signal]));
      return Promise.race([promise, timeout]).finally(() => {
        late.abort();
        listeners.delete(look);
      });
    },
    isOpen,
    isIdle,
    async stop() {
      stopping.abort();
      await Promise.all(open.values());
    },
  };
}

function listOf(place: Place): ListName {
  return place.kind === "direct" ? "direct" : `guild:${place.guild}`;
}
