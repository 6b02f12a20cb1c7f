import { afterEach, expect, it } from "vitest";

import { createWorld } from "./world.ts";
import type { World } from "./world.ts";

let world: World;
afterEach(() => world.close());

const runs = (): string[][] =>
  world.now().worker.turns.map(({ given }) => given.messages.map(({ text }) => text));

it("[I11] a burst within the window becomes one turn, begun when the window is over", async () => {
  world = await createWorld({ capabilities: { burstMs: 500 } });
  await world.boot();
  await world.network.say("c1", "one");
  await world.clock.advance(400);
  await world.network.say("c1", "two");
  await world.clock.advance(400);
  await world.network.say("c1", "three");
  await world.clock.advance(499);
  expect(runs()).toEqual([]);
  await world.clock.advance(2);
  expect(runs()).toEqual([["one", "two", "three"]]);
  world.turn().finish("all three");
  await world.clock.advance(1000);
  expect(world.network.texts("c1")).toEqual(["all three"]);
  expect(world.network.shown[0]?.replyTo).toBe("in-1");
});

it("[I11] messages further apart than the window are turns of their own", async () => {
  world = await createWorld({ capabilities: { burstMs: 500 } });
  const { worker } = await world.boot();
  worker.answerWith = () => [
    { type: "accepted" },
    { type: "delta", text: "ok" },
    { type: "completed", reason: "end_turn" },
  ];
  await world.network.say("c1", "one");
  await world.clock.advance(600);
  await world.network.say("c1", "two");
  await world.clock.advance(600);
  expect(runs()).toEqual([["one"], ["two"]]);
});

it("[I11] an album becomes one turn with all its pictures", async () => {
  world = await createWorld({ capabilities: { burstMs: 500 } });
  await world.boot();
  const photo = (ref: string) => ({
    album: "a1",
    attachments: [{ kind: "photo", ref, name: "", mime: "image/jpeg", size: 1 } as const],
  });
  await world.network.deliver([
    world.network.inbound("c1", "look", photo("p1")),
    world.network.inbound("c1", "", photo("p2")),
    world.network.inbound("c1", "", photo("p3")),
  ]);
  await world.clock.advance(501);
  const [turn] = world.now().worker.turns;
  expect(
    turn?.given.messages.flatMap(({ attachments }) => attachments.map(({ ref }) => ref)),
  ).toEqual(["p1", "p2", "p3"]);
  expect(world.now().worker.turns).toHaveLength(1);
});

it("[I11] a command does not wait for the window", async () => {
  world = await createWorld({ capabilities: { burstMs: 500 } });
  await world.boot();
  await world.network.say("c1", "one");
  await world.network.say("c1", "/queue");
  await world.clock.advance(10);
  expect(world.network.texts("c1")).toEqual(["1. Ann: one"]);
  expect(runs()).toEqual([]);
});

it("[I11] a kill inside the window loses nothing and keeps the burst together", async () => {
  world = await createWorld({ capabilities: { burstMs: 500 } });
  await world.boot();
  await world.network.say("c1", "one");
  await world.clock.advance(100);
  await world.network.say("c1", "two");
  await world.clock.advance(100);
  world.kill();
  await world.boot();
  await world.clock.advance(600);
  expect(runs()).toEqual([["one", "two"]]);
});

it("a burst of two people in one session is a turn for each", async () => {
  world = await createWorld({
    capabilities: { burstMs: 500 },
    network: { perUserInGroups: false },
  });
  const { worker } = await world.boot();
  worker.answerWith = () => [{ type: "accepted" }, { type: "completed", reason: "end_turn" }];
  await world.network.say("c1", "one", { scope: "group" });
  await world.network.say("c1", "two", { scope: "group", sender: { id: "bob", name: "Bob" } });
  await world.clock.advance(501);
  expect(runs()).toEqual([["one"], ["two"]]);
});
