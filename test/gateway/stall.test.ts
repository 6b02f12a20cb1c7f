import { afterEach, expect, it } from "vitest";

import { createWorld } from "./world.ts";
import type { World, WorldOptions } from "./world.ts";

let world: World;
afterEach(() => world.close());

async function run(options: WorldOptions = {}, limits = {}) {
  world = await createWorld({
    ...options,
    settings: (defaults) => ({
      turns: {
        ...defaults.turns,
        softStallMs: 2000,
        hardStallMs: 10_000,
        capMs: 60_000,
        ...limits,
      },
    }),
  });
  await world.boot();
  await world.network.say("c1", "hello");
  await world.clock.advance(10);
  world.turn().accept();
  await world.clock.advance(10);
  return world.turn();
}

const told = (): string[] => world.network.texts("c1").filter((text) => text.startsWith("⏳"));

it("[B08] a long silence is told once, with a button that stops the turn", async () => {
  const turn = await run();
  await world.clock.advance(1500);
  expect(told()).toEqual([]);
  await world.clock.advance(3000);
  turn.say({ type: "ping" });
  await world.clock.advance(3000);
  expect(told()).toEqual(["⏳ No output for 2 s. It may still be at work; /stop ends it."]);
  await world.network.press("c1", /Stop/);
  await world.clock.advance(100);
  expect(turn.interrupts).toBe(1);
  expect(await world.status()).toBe("idle");
});

it("[B08] a turn that speaks is not called silent", async () => {
  const turn = await run();
  for (let second = 0; second < 20; second += 1) {
    turn.say({ type: "ping" });
    await world.clock.advance(1000);
  }
  expect(told()).toEqual([]);
  expect(await world.status()).toBe("running");
});

it("[B08] the stop button of an earlier turn does not end the present one", async () => {
  const first = await run();
  await world.clock.advance(3000);
  first.finish("done");
  await world.clock.advance(50);
  await world.network.say("c1", "next");
  await world.clock.advance(10);
  world.turn().accept();
  await world.clock.advance(10);
  await world.network.press("c1", /Stop/);
  await world.clock.advance(100);
  expect(await world.status()).toBe("running");
});

it("[B08] a silence beyond the hard limit cuts the turn, and people and the next note hear why", async () => {
  await run();
  await world.clock.advance(11_000);
  expect((await world.session()).mark).toMatchObject({ interruption: "stalled" });
  expect(world.network.texts("c1").at(-1)).toContain("went silent");
  await world.network.say("c1", "and?");
  await world.clock.advance(50);
  expect(world.turn().given.note?.cause).toBe("stalled");
});

it("[B08] a running tool may be silent for longer", async () => {
  const turn = await run();
  turn.say({ type: "tool_started", call: "t1", name: "build", input: "all" });
  await world.clock.advance(30_000);
  expect(await world.status()).toBe("running");
});

it("[B08] a turn that never ends is cut at its cap, however much it says", async () => {
  const turn = await run({}, { capMs: 20_000 });
  for (let second = 0; second < 22; second += 1) {
    turn.say({ type: "ping" });
    await world.clock.advance(1000);
  }
  expect(await world.status()).toBe("resume_pending");
});
