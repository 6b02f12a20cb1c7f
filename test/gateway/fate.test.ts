import { afterEach, expect, it } from "vitest";

import type { MessageId } from "../../sessions/ids.ts";
import { createWorld } from "./world.ts";
import type { World } from "./world.ts";

let world: World;
afterEach(() => world.close());

/** As the operator's call answers, by the network's own id. */
async function fate(externalId: string) {
  const { core, gateway } = world.now();
  const item = await core.engine.messageByExternalId("fake", "main", externalId);
  return gateway.operations.fate(item?.id ?? ("msg_none" as MessageId));
}

it("[I09] the fate of a message can be asked for at every step of its way", async () => {
  world = await createWorld();
  await world.boot();
  await world.network.say("c1", "one");
  await world.clock.advance(10);
  expect(await fate("in-1")).toMatchObject({ at: "starting", reply: "none" });
  world.turn().accept();
  await world.clock.advance(10);
  expect(await fate("in-1")).toMatchObject({ at: "running" });
  await world.network.say("c1", "two");
  await world.network.say("c1", "three");
  expect(await fate("in-2")).toMatchObject({ at: "queued", behind: 1 });
  expect(await fate("in-3")).toMatchObject({ at: "queued", behind: 2 });
  world.turn().say({ type: "ask", id: "a", title: "rm", detail: "", fingerprint: "f" });
  await world.clock.advance(10);
  expect(await fate("in-1")).toMatchObject({ at: "awaiting_approval" });
  world.network.cut();
  world.turn().finish("done");
  await world.clock.advance(10);
  expect(await fate("in-1")).toMatchObject({ at: "answered", reply: "pending" });
  world.network.connect();
  await world.clock.advance(10);
  expect(await fate("in-1")).toMatchObject({ at: "answered", reply: "sent" });
});

it("[I09] the fate of a message that was not answered says why", async () => {
  world = await createWorld();
  await world.boot();
  await world.network.say("c1", "fails");
  await world.clock.advance(10);
  world.turn().say({ type: "accepted" }, { type: "failed", error: "quota", canRetry: false });
  await world.clock.advance(10);
  expect(await fate("in-1")).toMatchObject({ at: "failed", why: "quota" });

  await world.network.say("c1", "stopped");
  await world.clock.advance(10);
  world.turn().accept();
  await world.clock.advance(10);
  await world.network.say("c1", "/stop");
  await world.clock.advance(10);
  expect(await fate("in-2")).toMatchObject({ at: "cancelled" });
  expect(await fate("in-3")).toMatchObject({ at: "handled" });

  await world.network.say("c1", "cut");
  await world.clock.advance(10);
  world.turn().accept();
  await world.clock.advance(10);
  world.kill();
  await world.boot();
  await world.clock.advance(10);
  expect(await fate("in-4")).toMatchObject({ at: "interrupted", why: "crash" });
  expect(await fate("in-99")).toBeNull();
});

it("[I09] the fate of a message whose reply was refused says that the reply is dead", async () => {
  world = await createWorld();
  await world.boot();
  await world.network.say("c1", "one");
  await world.clock.advance(10);
  world.network.answers.push({ outcome: "refused", reason: "blocked" });
  world.turn().finish("hi");
  await world.clock.advance(10);
  expect(await fate("in-1")).toMatchObject({ at: "answered", reply: "dead" });
});

it("[I09] a network is told the fate of its message in words", async () => {
  world = await createWorld();
  await world.boot();
  await world.network.say("c1", "one");
  await world.clock.advance(10);
  await world.network.say("c1", "two");
  expect(await world.network.fate("in-1")).toBe("starting");
  expect(await world.network.fate("in-2")).toBe("queued behind 1");
  expect(await world.network.fate("in-99")).toBeNull();
  world.turn().finish("hi");
  await world.clock.advance(10);
  expect(await world.network.fate("in-1")).toBe("answered");
});
