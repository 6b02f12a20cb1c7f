import { afterEach, expect, it } from "vitest";

import { createWorld } from "./world.ts";
import type { World } from "./world.ts";

let world: World;
afterEach(() => world.close());

it("a message is answered in reply to itself", async () => {
  world = await createWorld();
  await world.boot();
  await world.network.say("c1", "hello");
  await world.clock.advance(10);
  world.turn().finish("hi there");
  await world.clock.advance(10);
  expect(world.network.texts("c1")).toEqual(["hi there"]);
  expect(world.network.shown[0]?.replyTo).toBe("in-1");
  expect(await world.status()).toBe("idle");
});

it("[R01] the message after a kill continues the same session with one note", async () => {
  world = await createWorld();
  await world.boot();
  await world.network.say("c1", "hello");
  await world.clock.advance(10);
  world.turn().say({ type: "accepted" }, { type: "delta", text: "half an ans" });
  await world.clock.advance(2000);
  const before = await world.session();
  world.kill();
  await world.boot();
  await world.clock.advance(100);
  expect(await world.status()).toBe("resume_pending");
  await world.network.say("c1", "and?");
  await world.clock.advance(100);
  const given = world.turn().given;
  expect(given.note?.cause).toBe("crash");
  expect((await world.session()).id).toBe(before.id);
});
