import { afterEach, describe, expect, it } from "vitest";

import type { Arrival } from "../../../../adapters/discord/gateway/arrival.ts";
import type { Entry } from "../../../../adapters/discord/inbound/ledger.ts";
import { NOTHING, startPump } from "../../../../adapters/discord/inbound/pump.ts";
import type { Pump } from "../../../../adapters/discord/inbound/pump.ts";
import { realClock } from "../../../../sessions/real-time.ts";
import { until } from "../world.ts";

describe("the events of a shard", () => {
  let pump: Pump;
  let isIdle = true;
  let held: Promise<void> | null = null;
  const read: string[] = [];
  const entries: Entry[] = [];
  let unread = 0;
  afterEach(() => pump.stop());

  function start(): void {
    isIdle = true;
    read.length = 0;
    entries.length = 0;
    unread = 0;
    const quiet = (): void => {};
    pump = startPump({
      shard: 0,
      ledger: {
        mark: () => Promise.resolve(null),
        recent: () => [],
        accept: (entry) => {
          entries.push(entry);
          return Promise.resolve([]);
        },
      },
      backlog: { isIdle: () => isIdle },
      clock: realClock,
      log: { info: quiet, warn: quiet, error: quiet },
      hold: ({ type }) => (type === "HELD" ? held : null),
      read(arrival) {
        read.push(`${arrival.session.id}${arrival.session.sequence}`);
        return arrival.type === "BAD" ? Promise.reject(new Error("bad")) : Promise.resolve(NOTHING);
      },
      isUrgent: ({ type }) => type === "URGENT",
      onUnreadable: () => (unread += 1),
      onFull: quiet,
    });
  }
  function arrival(id: string, sequence: number, type = "GOOD"): Arrival {
    return { session: { id, resumeUrl: "ws://localhost", sequence, shards: 1 }, type, data: null };
  }
  const written = (): readonly unknown[] =>
    entries.flatMap(({ writes }) => writes.map(({ value }) => value));

  it("[E01] that came together are read by their sequence, a session after the other", async () => {
    start();
    for (const [id, sequence] of [
      ["a", 8],
      ["a", 7],
      ["b", 2],
      ["b", 1],
      ["b", 3],
    ] as const) {
      pump.push(arrival(id, sequence));
    }
    await until(() => expect(read).toEqual(["a7", "a8", "b1", "b2", "b3"]));
    await until(() => expect(written()).toMatchObject([{ id: "b", sequence: 3 }]));
  });

  it("[E01] move no sequence while there is something left to look for, and all of it then", async () => {
    start();
    isIdle = false;
    pump.push(arrival("a", 1));
    await until(() => expect(entries).toHaveLength(1));
    pump.push(arrival("a", 2));
    await until(() => expect(entries).toHaveLength(2));
    expect(written()).toEqual([]);
    isIdle = true;
    pump.release();
    await until(() => expect(written()).toMatchObject([{ sequence: 2 }]));
  });

  it("[E10] that are urgent are read before one that is held, once, and the sequence stays in order", async () => {
    start();
    const { promise, resolve } = Promise.withResolvers<void>();
    held = promise;
    pump.push(arrival("a", 1));
    pump.push(arrival("a", 2, "HELD"));
    pump.push(arrival("a", 3, "URGENT"));
    await until(() => expect(read).toEqual(["a1", "a3"]));
    pump.push(arrival("a", 4));
    pump.push(arrival("a", 5, "URGENT"));
    await until(() => expect(read).toEqual(["a1", "a3", "a5"]));
    expect(written()).toMatchObject([{ sequence: 1 }]);
    resolve();
    await until(() => expect(written().at(-1)).toMatchObject({ sequence: 5 }));
    expect(read).toEqual(["a1", "a3", "a5", "a2", "a4"]);
  });

  it("that cannot be read are passed over", async () => {
    start();
    pump.push(arrival("a", 1, "BAD"));
    pump.push(arrival("a", 2));
    await until(() => expect(written()).toMatchObject([{ sequence: 2 }]));
    expect(read).toEqual(["a1", "a2"]);
    expect(unread).toBe(1);
  });
});
