import { afterEach, expect, it } from "vitest";

import { heedSignals } from "../../gateway/signals.ts";
import { createWorld } from "./world.ts";
import type { World } from "./world.ts";

let world: World;
afterEach(() => world.close());

const REQUEST = { then: "restart", timeoutMs: null, by: "test", worker: null } as const;

async function running(timeoutMs = 10_000) {
  world = await createWorld({
    settings: (defaults) => ({ drain: { ...defaults.drain, timeoutMs } }),
  });
  await world.boot();
  await world.network.say("c1", "hello");
  await world.clock.advance(10);
  const turn = world.turn();
  turn.accept();
  await world.clock.advance(10);
  return turn;
}

it("[D17] a restart that is called off takes the drain before it with it: nothing is cut later", async () => {
  const turn = await running();
  const { gateway, worker } = world.now();
  gateway.drain({ ...REQUEST, then: "stay" });
  await world.clock.advance(1000);
  gateway.drain(REQUEST);
  await world.clock.advance(1000);
  await gateway.operations.undrain();
  await world.clock.advance(20_000);
  expect(gateway.phase()).toBe("running");
  expect(await world.status()).toBe("running");
  await world.network.say("c2", "and I?");
  await world.clock.advance(10);
  expect(worker.turns).toHaveLength(2);
  turn.finish("undisturbed");
  await world.clock.advance(500);
  expect(world.network.texts("c1")).toContain("undisturbed");
});

it("[D05] [D07] a stop that follows a drain that stays has its own time and its own reason", async () => {
  await running();
  const { gateway } = world.now();
  gateway.drain({ ...REQUEST, then: "stay" });
  await world.clock.advance(9000);
  const stop = gateway.drain({ ...REQUEST, then: "stop" });
  await world.clock.advance(5000);
  expect(gateway.phase()).toBe("draining");
  expect(await world.status()).toBe("running");
  await world.clock.advance(6000);
  expect(await stop.ended).toMatchObject({ then: "stop", timedOut: true });
  expect((await world.session()).mark).toMatchObject({ interruption: "shutdown_timeout" });
});

const NO_RELOAD = { reload: () => Promise.resolve() };

it("[D13] a signal hastens only what leaves already: after a drain that stays it is the first", async () => {
  await running();
  const { gateway, core } = world.now();
  gateway.drain({ ...REQUEST, then: "stay" });
  await world.clock.advance(100);
  const forget = heedSignals(gateway, core, NO_RELOAD);
  try {
    process.emit("SIGTERM", "SIGTERM");
    await world.clock.advance(1000);
    expect(await world.status()).toBe("running");
    process.emit("SIGTERM", "SIGTERM");
    await world.clock.advance(1000);
    expect(await world.status()).toBe("resume_pending");
  } finally {
    forget();
  }
  expect(await gateway.drained).toMatchObject({ then: "stop", timedOut: true });
});

it("[D01] SIGTERM and SIGINT drain and stop, SIGUSR2 drains and restarts", async () => {
  for (const [signal, then] of [
    ["SIGTERM", "stop"],
    ["SIGINT", "stop"],
    ["SIGUSR2", "restart"],
  ] as const) {
    await running();
    const { gateway, core } = world.now();
    const forget = heedSignals(gateway, core, NO_RELOAD);
    process.emit(signal, signal);
    forget();
    await world.clock.advance(100);
    expect(gateway.operations.drainReport()).toMatchObject({ phase: "waiting", then });
    if (signal !== "SIGUSR2") await world.close();
  }
});

it("SIGHUP reloads, one reload after the other, and one that fails ends nothing", async () => {
  await running();
  const { gateway, core } = world.now();
  const done: number[] = [];
  const first = Promise.withResolvers<void>();
  const reload = async (): Promise<void> => {
    const number = done.push(0);
    if (number === 1) await first.promise;
    done[number - 1] = number;
    if (number === 1) throw new Error("line 3 is no YAML");
  };
  const forget = heedSignals(gateway, core, { reload });
  try {
    process.emit("SIGHUP", "SIGHUP");
    process.emit("SIGHUP", "SIGHUP");
    await world.clock.advance(100);
    expect(done).toEqual([0]);
    first.resolve();
    await world.clock.advance(100);
    expect(done).toEqual([1, 2]);
  } finally {
    forget();
  }
  expect(gateway.phase()).toBe("running");
});

it("[D18] a stop button works during a drain, and what it ends is not waited for", async () => {
  await running();
  const drain = world.now().gateway.drain(REQUEST);
  await world.clock.advance(100);
  const { turn } = await world.session();
  await world.network.deliver([
    world.network.inbound("c1", "", { button: { data: `stop:${turn?.id}`, on: "out-1" } }),
  ]);
  await world.clock.advance(1000);
  expect(await drain.ended).toMatchObject({ timedOut: false, cut: [] });
  expect(await world.status()).toBe("idle");
});

it("[C01] a stop after a drain that stays and that cut turns is no clean one", async () => {
  await running(1000);
  const { gateway } = world.now();
  const stays = gateway.drain({ ...REQUEST, then: "stay" });
  await world.clock.advance(3000);
  expect(await stays.ended).toMatchObject({ phase: "drained", timedOut: true });
  const leaves = gateway.drain({ ...REQUEST, then: "stop" });
  await world.clock.advance(1000);
  expect(await leaves.ended).toMatchObject({ cut: [], timedOut: true });
});

it("[C01] a stop after a drain that was called off is judged by itself", async () => {
  await running(1000);
  const { gateway } = world.now();
  gateway.drain({ ...REQUEST, then: "stay" });
  await world.clock.advance(3000);
  await gateway.operations.undrain();
  const leaves = gateway.drain({ ...REQUEST, then: "stop" });
  await world.clock.advance(1000);
  expect(await leaves.ended).toMatchObject({ timedOut: false });
});

it("[D17] a drain that is over and stays is called off: what came meanwhile runs", async () => {
  const turn = await running();
  const { gateway, worker } = world.now();
  gateway.drain({ ...REQUEST, then: "stay" });
  await world.network.say("c2", "kept back");
  turn.finish("done");
  await world.clock.advance(1000);
  expect(gateway.phase()).toBe("drained");
  expect(worker.turns).toHaveLength(1);
  await gateway.operations.undrain();
  await world.clock.advance(100);
  expect(gateway.phase()).toBe("running");
  expect(worker.turns.at(-1)?.given.messages[0]?.text).toBe("kept back");
});
