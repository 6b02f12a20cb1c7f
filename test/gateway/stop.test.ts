import { afterEach, expect, it } from "vitest";

import { createWorld } from "./world.ts";
import type { World, WorldOptions } from "./world.ts";

let world: World;
afterEach(() => world.close());

async function running(options: WorldOptions = {}) {
  world = await createWorld(options);
  await world.boot();
  await world.network.say("c1", "first");
  await world.clock.advance(10);
  const turn = world.turn();
  turn.say({ type: "accepted" }, { type: "delta", text: "Half an" });
  await world.clock.advance(1000);
  return turn;
}

it("[B03] /stop ends the turn, keeps the session, and releases what waits behind it", async () => {
  const turn = await running();
  const before = await world.session();
  await world.network.say("c1", "second");
  await world.network.say("c1", "/stop");
  await world.clock.advance(100);
  expect(turn.interrupts).toBe(1);
  expect((await world.session()).id).toBe(before.id);
  expect(world.turn().given.messages).toMatchObject([{ text: "second" }]);
  expect(world.turn().given.note).toBeNull();
  expect(world.network.texts("c1")).toEqual(["Half an\n\n⏹ Stopped.", "⏹ Stopping."]);
});

it("[B03] /stop ends the turn within 6 s though the worker does not obey", async () => {
  const turn = await running({ worker: { obeys: false } });
  await world.network.say("c1", "/stop");
  await world.clock.advance(100);
  expect(await world.status()).toBe("interrupting");
  await world.clock.advance(5900);
  expect(await world.status()).toBe("idle");
  expect(turn.isKilled).toBe(true);
  expect((await world.session()).last?.outcome).toBe("cancelled");
  expect(world.network.texts("c1")[0]).toBe("Half an\n\n⏹ Stopped.");
});

it("[B03] /stop ends a turn whose worker is still being started", async () => {
  world = await createWorld();
  const { worker } = await world.boot();
  let open = (): void => undefined;
  worker.gate = new Promise((resolve) => {
    open = resolve;
  });
  await world.network.say("c1", "first");
  await world.clock.advance(10);
  await world.network.say("c1", "/stop");
  await world.clock.advance(100);
  expect(await world.status()).toBe("idle");
  open();
  await world.clock.advance(100);
  expect(worker.turns).toEqual([]);
  expect(world.network.texts("c1")).toEqual(["⏹ Stopping."]);
});

it("[B03] /stop ends a turn between two attempts to start it", async () => {
  world = await createWorld();
  const { worker, core, gateway } = await world.boot();
  worker.refusals.push(new Error("busy"));
  let restarted = 0;
  worker.onRefusal = () => {
    restarted += 1;
    void gateway.operations.stopTurn(world.key());
  };
  await world.network.say("c1", "first");
  await world.clock.advance(10_000);
  expect(restarted).toBe(1);
  expect((await core.engine.session(world.key()))?.turn).toBeNull();
});

it("[B03] a stop that a kill overtook is not undone by the boot", async () => {
  await running({ worker: { obeys: false } });
  await world.network.say("c1", "/stop");
  await world.clock.advance(100);
  world.kill();
  const { worker } = await world.boot();
  await world.clock.advance(100);
  expect(await world.status()).toBe("idle");
  expect((await world.session()).last?.outcome).toBe("cancelled");
  expect(worker.turns).toEqual([]);
  expect(world.network.texts("c1")[0]).toBe("Half an\n\n⏹ Stopped.");
});

it("[B03] /stop while a person is asked ends the turn and takes the buttons away", async () => {
  const turn = await running();
  turn.say({ type: "ask", id: "a", title: "rm -rf", detail: "", fingerprint: "f" });
  await world.clock.advance(100);
  await world.network.say("c1", "/stop");
  await world.clock.advance(100);
  expect(await world.status()).toBe("idle");
  const asked = world.network.shown.find(({ text }) => text.includes("rm -rf"));
  expect(asked?.text).toBe("🔐 rm -rf — the turn is over");
  expect(asked?.buttons).toEqual([]);
  expect(await world.now().gateway.operations.requests()).toEqual([]);
});

it("[B03] a message whose turn an operator stopped is told so", async () => {
  world = await createWorld();
  const { gateway } = await world.boot();
  await world.network.say("c1", "first");
  await world.clock.advance(10);
  world.turn().accept();
  await world.clock.advance(10);
  expect(await gateway.operations.stopTurn(world.key())).toBe(true);
  await world.clock.advance(100);
  expect(world.network.texts("c1")).toEqual(["⏹ Stopped."]);
  expect(await gateway.operations.stopTurn(world.key())).toBe(false);
});

it("/stop where nothing runs says so", async () => {
  world = await createWorld();
  await world.boot();
  await world.network.say("c1", "/stop");
  await world.clock.advance(10);
  expect(world.network.texts("c1")).toEqual(["Nothing runs here."]);
});
