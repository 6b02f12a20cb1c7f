import { array, assert, asyncProperty, nat, record } from "fast-check";
import { afterEach, expect, it } from "vitest";

import type { World } from "../world.ts";
import { approve, pairingWorld } from "./strangers.ts";

const MINUTE = 60_000;

let world: World;
afterEach(() => world.close());

it("whatever the order and the pauses, nobody has more than five wrong codes looked at in an hour", async () => {
  world = await pairingWorld();
  let run = 0;
  const step = record({ who: nat(2), pause: nat(30), reboots: nat(30) });
  await assert(
    asyncProperty(array(step, { maxLength: 40 }), async (steps) => {
      run += 1;
      const seen = new Map<string, number[]>();
      for (const { who, pause, reboots } of steps) {
        world.clock.jump(pause * MINUTE);
        if (reboots === 0) {
          world.kill();
          await world.boot();
        }
        const by = `${run}:${who}`;
        const now = world.clock.now();
        const recent = (seen.get(by) ?? []).filter((at) => now - at < 60 * MINUTE);
        const { outcome } = await approve(world, "BBBB-BBBB", { by });
        expect(outcome).toBe(recent.length < 5 ? "unknown" : "limited");
        if (outcome === "unknown") seen.set(by, [...recent, now]);
      }
    }),
    { numRuns: 40 },
  );
});

it("tries that are made at the same moment are counted one by one", async () => {
  world = await pairingWorld();
  const all = await Promise.all(Array.from({ length: 12 }, () => approve(world, "BBBB-BBBB")));
  expect(all.filter(({ outcome }) => outcome === "unknown")).toHaveLength(5);
  expect(all.filter(({ outcome }) => outcome === "limited")).toHaveLength(7);
});
