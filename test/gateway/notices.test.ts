import { afterEach, expect, it } from "vitest";

import { createWorld } from "./world.ts";
import type { World, WorldOptions } from "./world.ts";

let world: World;
afterEach(() => world.close());

const DOWN = "🔄 Restarting soon.";
const UP = "✅ Back online.";

async function create(options: WorldOptions = {}): Promise<void> {
  world = await createWorld(options);
  await world.boot();
}

/** A turn runs in the chat. */
async function run(chat = "c1", more: Parameters<World["network"]["say"]>[2] = {}) {
  await world.network.say(chat, "hello", more);
  await world.clock.advance(10);
  world.turn().accept();
  await world.clock.advance(10);
  return world.turn();
}

const count = (chat: string, text: string): number =>
  world.network.texts(chat).filter((one) => one.startsWith(text)).length;

it("[N02] who was told of the restart hears when it is done, and nobody else does", async () => {
  await create();
  const turn = await run("c1");
  await world.network.say("c2", "idle");
  await world.clock.advance(10);
  world.turn().finish("ok");
  await world.clock.advance(10);
  world.clock.timer(1000, () => turn.finish("in time"));
  await world.end();
  expect([count("c1", DOWN), count("c1", UP)]).toEqual([1, 0]);
  await world.boot();
  await world.clock.advance(100);
  expect([count("c1", DOWN), count("c1", UP)]).toEqual([1, 1]);
  expect(world.network.texts("c2")).toEqual(["ok"]);
});

it("[N02] who asked for the restart hears when it is done", async () => {
  await create();
  await world.network.say("c1", "/restart", { sender: { id: "op", name: "Op" } });
  await world.clock.advance(10);
  await world.end();
  await world.boot();
  await world.clock.advance(100);
  expect(count("c1", UP)).toBe(1);
});

it("[N02] back online is kept until the network connects, and tried again until it is delivered", async () => {
  await create();
  await run("c1");
  await world.end();
  world.network.cut();
  await world.boot();
  await world.clock.advance(10_000);
  expect(count("c1", UP)).toBe(0);
  world.network.answers.push(
    { outcome: "not_sent", reason: "502" },
    { outcome: "not_sent", reason: "502" },
  );
  world.network.connect();
  await world.clock.advance(10_000);
  expect(count("c1", UP)).toBe(1);
});

it("[N02] back online is said after a kill in the middle of the restart, too", async () => {
  await create();
  await run("c1");
  world.now().gateway.drain({ then: "restart", timeoutMs: null, by: "test", worker: null });
  await world.clock.advance(100);
  expect(count("c1", DOWN)).toBe(1);
  world.kill();
  await world.boot();
  await world.clock.advance(100);
  expect(count("c1", UP)).toBe(1);
});

it("[N03] each down has one up, also when the drain is called off", async () => {
  await create();
  await run("c1");
  const { gateway } = world.now();
  gateway.drain({ then: "restart", timeoutMs: null, by: "test", worker: null });
  gateway.drain({ then: "restart", timeoutMs: null, by: "test", worker: null });
  await world.clock.advance(100);
  await gateway.operations.undrain();
  await world.clock.advance(100);
  expect(world.network.texts("c1")).toEqual([
    expect.stringContaining(DOWN),
    "✅ The restart was called off; everything goes on.",
  ]);
  world.kill();
  await world.boot();
  await world.clock.advance(100);
  expect(count("c1", UP)).toBe(0);
});

it("[N03] a budget bounds the notices of a chat whatever loops, and never leaves a down without its up", async () => {
  await create();
  for (let loop = 0; loop < 8; loop += 1) {
    await run("c1");
    await world.end({ timeoutMs: 100 });
    await world.boot();
    await world.clock.advance(100);
  }
  expect(count("c1", DOWN)).toBe(3);
  expect(count("c1", UP)).toBe(3);
  world.clock.jump(3_600_001);
  await run("c1");
  await world.end({ timeoutMs: 100 });
  expect(count("c1", DOWN)).toBe(4);
});

it("[N03] saved is said once in a chat and drain", async () => {
  await create();
  await run("c1");
  world.now().gateway.drain({ then: "restart", timeoutMs: null, by: "test", worker: null });
  for (const text of ["one", "two", "three"]) await world.network.say("c1", text);
  await world.network.say("c2", "elsewhere");
  await world.clock.advance(100);
  expect([count("c1", "💾 Saved."), count("c2", "💾 Saved.")]).toEqual([1, 1]);
});

it("[N04] a network that wants no notices gets none", async () => {
  await create({ network: { notices: false } });
  await run("c1");
  await world.end({ timeoutMs: 100 });
  await world.boot();
  await world.clock.advance(100);
  expect([count("c1", DOWN), count("c1", UP)]).toEqual([0, 0]);
});

it("[N04] notices stay in the thread that they concern", async () => {
  await create();
  const address = { network: "fake", account: "main", chat: "c1", thread: "t7" };
  await run("c1", { address });
  await world.end({ timeoutMs: 100 });
  await world.boot();
  await world.clock.advance(100);
  const notices = world.network.shown.filter(({ text }) => text.startsWith(DOWN) || text === UP);
  expect(notices.map(({ thread }) => thread)).toEqual(["t7", "t7"]);
});

it("[N05] a cut turn is told of once, over kills and boots", async () => {
  await create();
  await run("c1");
  world.kill();
  for (let boot = 0; boot < 3; boot += 1) {
    await world.boot();
    await world.clock.advance(2000);
    world.kill();
  }
  expect(world.network.texts("c1").filter((text) => text.includes("Cut short"))).toHaveLength(1);
});

it("[N05] a kill while the note of a cut is being stored still gives one note", async () => {
  await create();
  await run("c1");
  world.kill();
  const before = world.units.length;
  void world.boot();
  while (world.units.length < before + 2) await world.clock.advance(0);
  world.kill();
  await world.boot();
  await world.clock.advance(2000);
  expect(world.network.texts("c1").filter((text) => text.includes("Cut short"))).toHaveLength(1);
});
