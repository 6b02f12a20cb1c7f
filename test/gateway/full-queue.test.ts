import { afterEach, expect, it } from "vitest";

import { createWorld } from "./world.ts";
import type { World } from "./world.ts";

let world: World;
afterEach(() => world.close());

it("[I06] a full queue refuses with a word, stores nothing, and takes messages again when it has room", async () => {
  world = await createWorld({ settings: (all) => ({ turns: { ...all.turns, queueLimit: 2 } }) });
  await world.boot();
  await world.network.say("c1", "one");
  await world.clock.advance(10);
  world.turn().accept();
  await world.clock.advance(10);
  await world.network.say("c1", "two");
  await world.network.say("c1", "three");
  expect(await world.network.say("c1", "four", { externalId: "x-4" })).toEqual({
    outcome: "full",
    queued: 2,
  });
  expect(await world.network.say("c2", "elsewhere")).toMatchObject({ outcome: "stored" });
  expect(await world.network.say("c1", "/status")).toMatchObject({ outcome: "stored" });
  world.now().worker.turns[0]?.finish("first");
  await world.clock.advance(10);
  expect(await world.network.say("c1", "four", { externalId: "x-4" })).toMatchObject({
    outcome: "stored",
  });
});

it("[I06] a full queue keeps the network's cursor, so that the message can come again", async () => {
  world = await createWorld({ settings: (all) => ({ turns: { ...all.turns, queueLimit: 1 } }) });
  const { core } = await world.boot();
  await world.network.say("c1", "one");
  await world.clock.advance(10);
  world.turn().accept();
  await world.clock.advance(10);
  await world.network.say("c1", "two");
  const cursors = [{ space: "cursor", key: "offset", value: 7, ttlMs: null }] as const;
  await world.network.deliver([world.network.inbound("c1", "three")], cursors);
  expect(await core.engine.keyed("cursor", "fake:main:offset")).toBeNull();
  await world.network.deliver([world.network.inbound("c2", "elsewhere")], cursors);
  expect(await core.engine.keyed("cursor", "fake:main:offset")).toBe(7);
});

it("[I06] a thousand messages at once from one chat are each stored and run, or refused with a word", async () => {
  world = await createWorld();
  const { worker } = await world.boot();
  worker.answerWith = () => [
    { type: "accepted" },
    { type: "delta", text: "ok" },
    { type: "completed", reason: "end_turn" },
  ];
  const batch = Array.from({ length: 1000 }, (_, n) => world.network.inbound("c1", `m${n}`));
  const receipts = await world.network.deliver(batch);
  const stored = receipts.filter(({ outcome }) => outcome === "stored");
  expect(stored).toHaveLength(100);
  expect(receipts.filter(({ outcome }) => outcome === "full")).toHaveLength(900);
  for (let step = 0; step < 100 && worker.turns.length < 100; step += 1) {
    await world.clock.advance(10);
  }
  await world.clock.advance(10);
  const run = worker.turns.flatMap(({ given }) => given.messages.map(({ text }) => text));
  expect(run).toEqual(batch.slice(0, 100).map(({ text }) => text));
  expect(world.network.texts("c1")).toHaveLength(100);
});

it("an empty message is refused with a word and not stored", async () => {
  world = await createWorld();
  const { gateway } = await world.boot();
  expect(await world.network.say("c1", " \n ")).toEqual({
    outcome: "rejected",
    reason: "the message is empty",
  });
  expect(await gateway.operations.sessions({ status: null, limit: 10, after: null })).toEqual({
    items: [],
    next: null,
  });
  const photo = { kind: "photo", ref: "f1", name: "", mime: "image/png", size: null } as const;
  expect(await world.network.say("c1", "", { attachments: [photo] })).toMatchObject({
    outcome: "stored",
  });
});

it("a message over the limit is refused with its length and the limit", async () => {
  world = await createWorld();
  await world.boot();
  expect(await world.network.say("c1", "x".repeat(262_145))).toEqual({
    outcome: "rejected",
    reason: "the message has 262145 characters; the limit is 262144",
  });
  expect(await world.network.say("c1", "x".repeat(262_144))).toMatchObject({ outcome: "stored" });
});

it("a refused message of a batch does not take its neighbours along", async () => {
  world = await createWorld();
  await world.boot();
  const receipts = await world.network.deliver([
    world.network.inbound("c1", ""),
    world.network.inbound("c1", "one"),
    world.network.inbound("c1", "two"),
    world.network.inbound("c1", "x".repeat(300_000)),
  ]);
  expect(receipts.map(({ outcome }) => outcome)).toEqual([
    "rejected",
    "stored",
    "stored",
    "rejected",
  ]);
  await world.clock.advance(10);
  expect(world.turn().given.messages).toMatchObject([{ text: "one" }]);
});

it("a text with lone surrogates is stored, run and answered", async () => {
  world = await createWorld();
  await world.boot();
  expect(await world.network.say("c1", "half \ud83d of it")).toMatchObject({ outcome: "stored" });
  await world.clock.advance(10);
  expect(world.turn().given.messages[0]?.text).toMatch(/^half .+ of it$/u);
  world.turn().finish("answer with \udc00 in it");
  await world.clock.advance(10);
  expect(world.network.texts("c1")[0]).toMatch(/^answer with .+ in it$/u);
});
