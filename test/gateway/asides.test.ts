import { afterEach, expect, it } from "vitest";

import { createWorld } from "./world.ts";
import type { World, WorldOptions } from "./world.ts";

let world: World;
afterEach(() => world.close());

/** A conversation in c1 that has ended its turn. */
async function idle(options: WorldOptions = {}) {
  world = await createWorld(options);
  await world.boot();
  await world.network.say("c1", "hello");
  await world.clock.advance(10);
  world.turn().finish("hi");
  await world.clock.advance(1000);
  const { id: session } = await world.session();
  const conversation = { key: world.key(), session };
  return {
    conversation,
    hear: (text: string) => world.now().asides.heard(conversation, text),
    said: () => world.network.texts("c1").slice(1),
  };
}

const SAYS = "💬 The agent says in passing:\n";

it("[W16] what an agent says outside a turn is shown in its chat, and starts nothing", async () => {
  const { hear, said } = await idle();
  const before = await world.session();
  hear("the build is ready");
  await world.clock.advance(2000);
  expect(said()).toEqual([`${SAYS}the build is ready`]);
  expect(await world.session()).toEqual(before);
  expect(world.now().worker.turns).toHaveLength(1);
});

it("[W16] it is shown once a minute at most, and what came meanwhile is one notice", async () => {
  const { hear, said } = await idle();
  hear("one");
  hear("two");
  await world.clock.advance(2000);
  for (let n = 3; n < 30; n += 1) {
    hear(String(n));
    await world.clock.advance(1500);
  }
  expect(said()).toEqual([`${SAYS}one\ntwo`]);
  await world.clock.advance(30_000);
  expect(said()).toHaveLength(2);
  expect(said()[1]).toMatch(/passing:\n3\n4\n5\n(\d+\n)+29$/);
  await world.clock.advance(120_000);
  expect(said()).toHaveLength(2);
  hear("late");
  await world.clock.advance(2000);
  expect(said()[2]).toBe(`${SAYS}late`);
});

it("[W16] it ends no turn that runs, and is no part of its answer", async () => {
  const { hear, said } = await idle();
  await world.network.say("c1", "go on");
  await world.clock.advance(10);
  world.turn().accept();
  hear("by the way");
  await world.clock.advance(2000);
  expect(await world.status()).toBe("running");
  world.turn().finish("ok");
  await world.clock.advance(1000);
  expect(said()).toEqual([`${SAYS}by the way`, "ok"]);
});

it("[W16] a conversation that was left says nothing more", async () => {
  const { hear, said } = await idle();
  await world.network.say("c1", "/new");
  await world.clock.advance(10);
  hear("too late");
  await world.clock.advance(2000);
  expect(said()).toHaveLength(1);
  expect(said()[0]).toMatch(/^🆕/);
});

it("[N04] it is not shown where notices are switched off", async () => {
  const { hear, said } = await idle({ network: { notices: false } });
  hear("one");
  await world.clock.advance(2000);
  expect(said()).toEqual([]);
});

it("[N03] an agent that never stops is bounded by the hour, and silences no other notice", async () => {
  const { hear, said } = await idle();
  for (let minute = 0; minute < 30; minute += 1) {
    hear(`still ${minute}`);
    await world.clock.advance(61_000);
  }
  expect(said()).toHaveLength(6);
  await world.network.say("c1", "go on");
  await world.clock.advance(10);
  world.turn().accept();
  await world.clock.advance(10);
  const drain = world.now().gateway.drain({
    then: "restart",
    timeoutMs: 1000,
    by: "test",
    worker: null,
  });
  await world.clock.advance(10);
  expect(world.network.texts("c1").at(-1)).toMatch(/^🔄/);
  await world.clock.advance(10_000);
  await drain.ended;
});

it("a flood in one minute is kept short", async () => {
  const { hear, said } = await idle();
  for (let n = 0; n < 1000; n += 1) hear("x".repeat(100));
  await world.clock.advance(2000);
  expect(said()).toHaveLength(1);
  expect(said()[0]?.length).toBeLessThanOrEqual(4000);
});
