import { afterEach, expect, it } from "vitest";

import type { Adapter, Gap } from "../../adapters/adapter.ts";
import { createHost } from "../../gateway/inbound.ts";
import { createWorld } from "./world.ts";
import type { World, WorldOptions } from "./world.ts";

let world: World;
afterEach(() => world.close());

async function begin(options: WorldOptions = {}): Promise<void> {
  world = await createWorld(options);
  await world.boot();
}

const gap: Gap = {
  name: "g1",
  address: null,
  from: Date.UTC(2026, 2, 1, 14, 5),
  until: Date.UTC(2026, 2, 3, 9, 30),
  about: 7,
};

/** What the present boot offers the adapter of a network where operators can be spoken to. */
function host() {
  const { core } = world.now();
  const [real] = core.networks.adapters;
  if (real === undefined) throw new Error("no adapter");
  const adapter: Adapter = {
    ...real,
    direct: async (user) => ({
      network: "fake",
      account: "main",
      chat: `with ${user}`,
      thread: null,
    }),
  };
  return createHost(core, adapter, {
    isCommand: () => false,
    menu: () => [],
    unreadable: () => undefined,
    stranger: () => undefined,
    stored: () => undefined,
  });
}

it("[T06] a gap that nobody can fill is told to the operators, once, also across boots", async () => {
  await begin();
  await host().gap(gap);
  await host().gap(gap);
  await world.end();
  await world.boot();
  await host().gap(gap);
  // What another room wrote is offered by the next boot at the latest.
  await world.end();
  await world.boot();
  await world.clock.advance(10);
  expect(world.network.texts("with op")).toEqual([
    "⚠️ About 7 messages that were sent on fake between 2026-03-01 14:05 UTC and 2026-03-03 09:30 UTC are lost: I was away for longer than the network keeps them.",
  ]);
});

it("[E07] a gap of one chat is told there, without a number when nobody knows it", async () => {
  await begin();
  const address = { network: "fake", account: "main", chat: "c7", thread: null };
  await host().gap({ ...gap, address, about: null });
  await world.end();
  await world.boot();
  await world.clock.advance(10);
  expect(world.network.texts("c7")).toEqual([
    "⚠️ Messages that were sent on fake between 2026-03-01 14:05 UTC and 2026-03-03 09:30 UTC may be lost: I was away for longer than the network keeps them.",
  ]);
});

it("[E08] messages that were found after an absence become one turn, whoever wrote them", async () => {
  await begin({ network: { perUserInGroups: false } });
  const late = (text: string, id: string) =>
    world.network.inbound("c1", text, {
      isLate: true,
      scope: "group",
      sender: { id, name: id },
    });
  await world.network.deliver([late("one", "ann"), late("two", "bob"), late("three", "ann")]);
  await world.network.deliver([world.network.inbound("c1", "now", { scope: "group" })]);
  await world.clock.advance(10);
  const [turn] = world.now().worker.turns;
  expect(turn?.given.messages.map(({ text }) => text)).toEqual([
    "(Sent while I was offline.)\none",
    "two",
    "three",
  ]);
});

it("a full queue is told in the chat where the network cannot push back, and the cursor moves on with that", async () => {
  await begin({
    capabilities: { canPushBack: false },
    settings: (defaults) => ({ turns: { ...defaults.turns, queueLimit: 2 } }),
  });
  await world.network.say("c1", "running");
  await world.clock.advance(10);
  const cursor = { space: "cursor", key: "at", value: 5, ttlMs: null } as const;
  const receipts = await world.network.deliver(
    ["one", "two", "three", "four"].map((text) => world.network.inbound("c1", text)),
    [cursor],
  );
  await world.clock.advance(10);
  expect(receipts.map(({ outcome }) => outcome)).toEqual(["stored", "stored", "full", "full"]);
  expect(world.network.shown).toMatchObject([
    {
      text: expect.stringContaining("2 messages from this one on were not taken") as string,
      replyTo: "in-4",
    },
  ]);
  expect(await world.now().core.engine.keyed("cursor", "fake:main:at")).toBe(5);
});

it("a full queue leaves the cursor where the network can push back", async () => {
  await begin({ settings: (defaults) => ({ turns: { ...defaults.turns, queueLimit: 1 } }) });
  await world.network.say("c1", "running");
  await world.clock.advance(10);
  const cursor = { space: "cursor", key: "at", value: 5, ttlMs: null } as const;
  await world.network.deliver(
    ["one", "two"].map((text) => world.network.inbound("c1", text)),
    [cursor],
  );
  await world.clock.advance(10);
  expect(world.network.shown).toEqual([]);
  expect(await world.now().core.engine.keyed("cursor", "fake:main:at")).toBeNull();
});

it("an album waits for its other parts", async () => {
  await begin({ capabilities: { albumMs: 800 } });
  await world.network.say("c1", "look", { album: "a1" });
  await world.clock.advance(700);
  await world.network.say("c1", "at this", { album: "a1" });
  await world.clock.advance(799);
  expect(world.now().worker.turns).toEqual([]);
  await world.clock.advance(2);
  expect(world.turn().given.messages.map(({ text }) => text)).toEqual(["look", "at this"]);
});
