import type { Logger } from "pino";

import type { Clock } from "../../sessions/clock.ts";
import type { Engine } from "../../sessions/engine.ts";
import type { KeyedWrite } from "../../sessions/keyed-values.ts";
import { parseEntry, toKeyed, TRIES_MS } from "./entry.ts";
import type { AccessChange, Knock, Person } from "./entry.ts";

/** What was decided about people while the gateway runs: kept in the store, read from memory. */
export interface AccessBook {
  person(network: string, user: string): Person | null;
  persons(): readonly Person[];
  /** Those whose code still counts, the oldest first. */
  knocks(): readonly Knock[];
  /** Epoch ms of the wrong codes of the last hour. */
  tries(by: string): readonly number[];
  /** To be written; `enter` follows once they are. */
  keyed(changes: readonly AccessChange[]): readonly KeyedWrite[];
  enter(changes: readonly AccessChange[]): void;
  /** One decision after the other: each is taken on what the one before has stored. */
  inLine<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** Reads the whole space: a gateway knows few people. */
export async function openBook(outside: {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly log: Logger;
}): Promise<AccessBook> {
  const { engine, clock, log } = outside;
  const persons = new Map<string, Person>();
  const knocks = new Map<string, Knock>();
  const tries = new Map<string, readonly number[]>();
  let tail: Promise<unknown> = Promise.resolve();

  function enter(change: AccessChange): void {
    switch (change.kind) {
      case "person":
        persons.set(nameOf(change.person), change.person);
        return;
      case "person_gone":
        persons.delete(nameOf(change));
        return;
      case "knock":
        knocks.set(nameOf(change.knock), change.knock);
        return;
      case "knock_gone":
        knocks.delete(nameOf(change));
        return;
      case "tries":
        tries.set(change.tries.by, change.tries.times);
        return;
    }
  }

  for (const key of await engine.keys("access")) {
    const value = await engine.keyed("access", key);
    // Its time was over.
    if (value === null) continue;
    const entry = parseEntry(value);
    if (entry === null) log.error({ key }, "access entry unreadable, left aside");
    else enter(entry);
  }

  return {
    person: (network, user) => persons.get(nameOf({ network, user })) ?? null,
    persons: () => [...persons.values()],
    knocks() {
      const now = clock.now();
      for (const [name, { expiresAt }] of knocks) if (expiresAt <= now) knocks.delete(name);
      return [...knocks.values()].toSorted((a, b) => a.at - b.at);
    },
    tries(by) {
      const now = clock.now();
      const recent = (tries.get(by) ?? []).filter((at) => Math.abs(now - at) < TRIES_MS);
      if (recent.length === 0) tries.delete(by);
      return recent;
    },
    keyed: (changes) => changes.map((change) => toKeyed(change, clock.now())),
    enter: (changes) => changes.forEach(enter),
    inLine(work) {
      const mine = tail.then(work, work);
      tail = mine.catch(() => undefined);
      return mine;
    },
  };
}

function nameOf({ network, user }: Pick<Person, "network" | "user">): string {
  return JSON.stringify([network, user]);
}
