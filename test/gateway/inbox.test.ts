import { afterEach, expect, it } from "vitest";

import { createWorld } from "./world.ts";
import type { World } from "./world.ts";

let world: World;
afterEach(() => world.close());

const given = (back = 0): string[] => world.turn(back).given.messages.map(({ text }) => text);

it("[I01] a message that was accepted is answered though the gateway died at once", async () => {
  world = await createWorld();
  await world.boot();
  const receipt = await world.network.say("c1", "hello");
  world.kill();
  expect(receipt.outcome).toBe("stored");
  await world.boot();
  await world.clock.advance(10);
  expect(given()).toEqual(["hello"]);
  world.turn().finish("hi");
  await world.clock.advance(10);
  expect(world.network.texts("c1")).toEqual(["hi"]);
});

it("[I01] a message that arrives at a dying gateway is not confirmed, and runs when it comes again", async () => {
  world = await createWorld({
    probe: (step) => {
      if (step === "inbound_arrived" && isDying) world.kill();
    },
  });
  let isDying = false;
  await world.boot();
  isDying = true;
  let confirmed: unknown = null;
  void world.network
    .deliver([world.network.inbound("c1", "hello", { externalId: "x-1" })])
    .then((receipts) => (confirmed = receipts));
  await world.clock.advance(10);
  expect(confirmed).toBeNull();
  isDying = false;
  await world.boot();
  const [receipt] = await world.network.deliver([
    world.network.inbound("c1", "hello", { externalId: "x-1" }),
  ]);
  expect(receipt?.outcome).toBe("stored");
  await world.clock.advance(10);
  expect(given()).toEqual(["hello"]);
});

it("[I02] the same message runs once: in one batch, again, after a restart and two days later", async () => {
  world = await createWorld();
  await world.boot();
  const message = world.network.inbound("c1", "hello", { externalId: "x-1" });
  const both = await world.network.deliver([message, message]);
  expect(both.map(({ outcome }) => outcome)).toEqual(["stored", "duplicate"]);
  await world.clock.advance(10);
  const again = await world.network.deliver([message]);
  expect(again).toEqual([{ outcome: "duplicate", fate: "starting" }]);
  world.turn().finish("hi");
  await world.clock.advance(10);
  await world.end();

  await world.boot();
  expect(await world.network.deliver([message])).toEqual([
    { outcome: "duplicate", fate: "answered" },
  ]);
  world.clock.jump(48 * 3_600_000);
  // The removal of what is old comes round once an hour.
  await world.clock.advance(3_600_000);
  expect(await world.network.deliver([message])).toMatchObject([{ outcome: "duplicate" }]);
  expect(world.now().worker.turns).toHaveLength(0);
  expect(world.network.texts("c1")).toEqual(["hi"]);
});

it("[I02] two sockets that bring the same message at the same moment bring it once", async () => {
  world = await createWorld();
  await world.boot();
  const outcomes = await Promise.all(
    [1, 2, 3].map(() =>
      world.network.deliver([world.network.inbound("c1", "hello", { externalId: "x-1" })]),
    ),
  );
  expect(outcomes.flat().map(({ outcome }) => outcome)).toEqual([
    "stored",
    "duplicate",
    "duplicate",
  ]);
  await world.clock.advance(10);
  expect(world.now().worker.turns).toHaveLength(1);
});

it("[I03] adoption is one write of the turn, its transcript and its messages", async () => {
  world = await createWorld();
  await world.boot();
  await world.network.say("c1", "hello");
  await world.clock.advance(10);
  const unit = world.units.find((one) => one.inbox?.some(({ to }) => to === "adopted"));
  expect(unit?.session?.turn?.phase).toBe("starting");
  expect(unit?.turn?.phase).toBe("starting");
  expect(unit?.transcript).toMatchObject([{ op: "put", entry: { body: { text: "hello" } } }]);
});

it("[I03] a message that a dead gateway had adopted is not adopted again when the network brings it again", async () => {
  let isDying = true;
  world = await createWorld({
    probe: (step) => {
      if (step === "turn_adopted" && isDying) world.kill();
    },
  });
  await world.boot();
  await world.network.deliver([world.network.inbound("c1", "hello", { externalId: "x-1" })]);
  await world.clock.advance(10);
  isDying = false;
  await world.boot();
  expect(
    await world.network.deliver([world.network.inbound("c1", "hello", { externalId: "x-1" })]),
  ).toMatchObject([{ outcome: "duplicate" }]);
  await world.clock.advance(10);
  expect(world.now().worker.turns).toHaveLength(1);
  expect(given()).toEqual(["hello"]);
  world.turn().finish("hi");
  await world.clock.advance(10);
  expect(world.network.texts("c1")).toEqual(["hi"]);
});

it("[I04] messages behind a running turn survive a kill, in order, with sender and reply target", async () => {
  world = await createWorld();
  await world.boot();
  await world.network.say("c1", "one");
  await world.clock.advance(10);
  world.turn().accept();
  await world.clock.advance(10);
  await world.network.say("c1", "two", { sender: { id: "bob", name: "Bob" } });
  await world.network.say("c1", "three");
  world.kill();

  await world.boot();
  const seen: unknown[] = [];
  for (const answer of ["second", "third"]) {
    await world.clock.advance(10);
    seen.push(...world.turn().given.messages.map(({ text, sender }) => [text, sender.name]));
    world.turn().finish(answer);
    await world.clock.advance(10);
  }
  expect(seen).toEqual([
    ["two", "Bob"],
    ["three", "Ann"],
  ]);
  const answers = world.network.shown.filter(({ text }) => ["second", "third"].includes(text));
  expect(answers.map(({ text, replyTo }) => [text, replyTo])).toEqual([
    ["second", "in-2"],
    ["third", "in-3"],
  ]);
});

it("[I05] a sender is told what was stored: queued behind what is queued then", async () => {
  world = await createWorld();
  await world.boot();
  const first = await world.network.say("c1", "one");
  await world.clock.advance(10);
  world.turn().accept();
  await world.clock.advance(10);
  const second = await world.network.say("c1", "two");
  const third = await world.network.say("c1", "three");
  expect([first, second, third]).toEqual([
    { outcome: "stored", fate: "stored" },
    { outcome: "stored", fate: "queued behind 1" },
    { outcome: "stored", fate: "queued behind 2" },
  ]);
});

it("[I05] a message that could not be stored is not called saved during a drain", async () => {
  world = await createWorld({ settings: (all) => ({ turns: { ...all.turns, queueLimit: 1 } }) });
  await world.boot();
  await world.network.say("c1", "one");
  await world.clock.advance(10);
  world.turn().accept();
  await world.clock.advance(10);
  await world.network.say("c1", "two");
  world.now().gateway.drain({ then: "restart", timeoutMs: null, by: "test", worker: null });
  const receipt = await world.network.say("c1", "three");
  await world.clock.advance(10);
  expect(receipt).toEqual({ outcome: "full", queued: 1 });
  expect(world.network.texts("c1").filter((text) => text.includes("Saved"))).toEqual([]);
});

it("[I05] a message that was answered before is not called saved when it comes again during a drain", async () => {
  world = await createWorld();
  const { gateway } = await world.boot();
  await world.network.say("c1", "one", { externalId: "x-1" });
  await world.clock.advance(10);
  world.turn().finish("hi");
  await world.clock.advance(10);
  gateway.drain({ then: "restart", timeoutMs: null, by: "test", worker: null });
  const receipt = await world.network.say("c1", "one", { externalId: "x-1" });
  await world.clock.advance(10);
  expect(receipt).toEqual({ outcome: "duplicate", fate: "answered" });
  expect(world.network.texts("c1")).toEqual(["hi"]);
});
