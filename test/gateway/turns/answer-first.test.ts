import { afterEach, expect, it } from "vitest";

import { createWorld } from "../world.ts";
import type { World } from "../world.ts";

let world: World;
afterEach(() => world.close());

it("[G11] a plain yes while a question is open is no consent: who said it is told how to answer, once, and it is kept", async () => {
  world = await createWorld({});
  await world.boot();
  await world.network.say("c1", "clean up");
  await world.clock.advance(10);
  const turn = world.turn();
  turn.accept();
  turn.say({ type: "ask", id: "rm", title: "rm", detail: "", fingerprint: "rm" });
  await world.clock.advance(10);
  const before = world.network.shown.length;
  await world.network.say("c1", "yes");
  await world.network.say("c1", "yes, really");
  await world.clock.advance(50);
  expect(await world.status()).toBe("awaiting_input");
  const [request, ...others] = await world.now().gateway.operations.requests();
  expect(request).toMatchObject({ state: "open" });
  expect(others).toEqual([]);
  const told = world.network.shown.slice(before).map(({ text }) => text);
  expect(told).toEqual([expect.stringContaining("say /approve or /deny")]);

  await world.now().gateway.operations.answer(request?.id ?? "", "allow", "ann");
  await world.clock.advance(10);
  turn.say({ type: "completed", reason: "end_turn" });
  await world.clock.advance(50);
  expect(world.turn().given.messages.map(({ text }) => text)).toEqual(["yes"]);
});
