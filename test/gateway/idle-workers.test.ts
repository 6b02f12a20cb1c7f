import { afterEach, expect, it } from "vitest";

import { createWorld } from "./world.ts";
import type { World } from "./world.ts";

let world: World;
afterEach(() => world.close());

const MINUTE = 60_000;

async function begin(chat = "c1") {
  await world.network.say(chat, "hello");
  await world.clock.advance(10);
  return world.turn();
}

const closed = (): string[] => world.now().worker.closed.map(({ key }) => key);

it("[B07] an idle conversation is closed some time after its turn ended, and opened again when it is needed", async () => {
  world = await createWorld();
  const { worker } = await world.boot();
  const turn = await begin();
  turn.accept();
  for (let minute = 0; minute < 25; minute += 1) {
    turn.say({ type: "ping" });
    await world.clock.advance(MINUTE);
  }
  expect(closed()).toEqual([]);
  turn.finish("ok");
  await world.clock.advance(19 * MINUTE);
  expect(closed()).toEqual([]);
  await world.clock.advance(2 * MINUTE);
  expect(closed()).toEqual([world.key()]);
  (await begin()).finish("again");
  await world.clock.advance(10);
  expect(worker.opened).toHaveLength(2);
  expect(world.network.texts("c1")).toEqual(["ok", "again"]);
});

it("[B07] the end of an older worker of a turn does not make the newer one idle", async () => {
  world = await createWorld();
  const { worker } = await world.boot();
  await begin();
  await world.clock.advance(20_500);
  expect(worker.turns).toHaveLength(2);
  const turn = world.turn();
  turn.accept();
  for (let minute = 0; minute < 25; minute += 1) {
    turn.say({ type: "ping" });
    await world.clock.advance(MINUTE);
  }
  expect(closed()).toEqual([]);
  turn.finish("ok");
  await world.clock.advance(10);
  expect(world.network.texts("c1")).toEqual(["ok"]);
});

it("[B07] a conversation that cannot be closed keeps no other one open", async () => {
  world = await createWorld();
  const { worker } = await world.boot();
  for (const chat of ["c1", "c2", "c3"]) {
    (await begin(chat)).finish("ok");
    await world.clock.advance(10);
  }
  worker.closesToFail = 1;
  await world.clock.advance(25 * MINUTE);
  expect(closed()).toEqual([world.key("c2"), world.key("c3")]);
});
