import { afterEach, expect, it } from "vitest";

import { drainTimeout, shortStop } from "../../gateway/drain/deadline.ts";
import { createWorld } from "./world.ts";
import type { World, WorldOptions } from "./world.ts";

let world: World;
afterEach(() => world.close());

async function create(options: WorldOptions = {}): Promise<void> {
  world = await createWorld({
    ...options,
    settings: (defaults) => ({
      drain: { ...defaults.drain, timeoutMs: 60_000, deliveryMs: 2000 },
      turns: { ...defaults.turns, hardStallMs: 5000 },
      ...options.settings?.(defaults),
    }),
  });
  await world.boot();
}

async function run(chat: string, text = "hello", more = {}) {
  await world.network.say(chat, text, more);
  await world.clock.advance(10);
  const turn = world.turn();
  turn.accept();
  await world.clock.advance(10);
  return turn;
}

const REQUEST = { then: "restart", timeoutMs: null, by: "test", worker: null } as const;
const OPERATOR = { sender: { id: "op", name: "Op" } };

it("[D11] a turn that is silent beyond its stall limit is not waited for", async () => {
  await create();
  await run("c1");
  const report = await world.end();
  expect(report.cut).toEqual([world.key("c1")]);
  // Silent from the start: at its limit of 5 s, and not at the budget of 60 s.
  expect(report.elapsedMs).toBeGreaterThanOrEqual(4900);
  expect(report.elapsedMs).toBeLessThan(8000);
});

it("[D11] a turn that shows signs of life is waited for until the budget ends", async () => {
  await create();
  const turn = await run("c1");
  const alive = (): void => {
    turn.say({ type: "ping" });
    world.clock.timer(1000, alive);
  };
  alive();
  const report = await world.end({ timeoutMs: 20_000 });
  expect(report.cut).toEqual([world.key("c1")]);
  expect(report.elapsedMs).toBeGreaterThanOrEqual(20_000);
});

it("[D11] a reply on its way counts as work: the drain ends when it has arrived", async () => {
  await create();
  const turn = await run("c1");
  world.network.answers.push({ outcome: "not_sent", reason: "busy" });
  turn.finish("late reply");
  await world.clock.advance(10);
  const report = await world.end();
  expect(report.undelivered).toBe(0);
  expect(world.network.texts("c1")).toEqual(["late reply"]);
});

it("[D12] delivery has a budget of its own: what is not sent in it stays in the outbox and is sent after the boot", async () => {
  await create();
  const turn = await run("c1");
  turn.finish("kept");
  world.network.answers.push({ outcome: "black_hole" });
  await world.clock.advance(10);
  const report = await world.end({ timeoutMs: 0 });
  expect(report.undelivered).toBe(1);
  expect(report.elapsedMs).toBeGreaterThanOrEqual(2000);
  expect(report.elapsedMs).toBeLessThan(4000);
  await world.boot();
  await world.clock.advance(2000);
  expect(world.network.texts("c1").at(-1)).toContain("kept");
});

it("[D12] a reply that is finished is sent also when the drain is forced", async () => {
  await create();
  const turn = await run("c1");
  turn.finish("finished");
  const report = await world.end({ timeoutMs: 0 });
  expect(report.undelivered).toBe(0);
  expect(world.network.texts("c1")).toContain("finished");
});

it("[D13] the budget is clamped under the supervisor's own, with a warning when that is too short", async () => {
  await create({
    settings: (defaults) => ({
      drain: { ...defaults.drain, timeoutMs: 60_000, deliveryMs: 5000, supervisorStopMs: 20_000 },
    }),
  });
  const { core } = world.now();
  expect(drainTimeout(core, { ...REQUEST, then: "stop" })).toBe(13_000);
  expect(drainTimeout(core, { ...REQUEST, then: "restart" })).toBe(60_000);
  expect(shortStop(core)).toContain("turns get 13000 ms");
});

it("[D13] whoever asks a second time with urgency does not wait: running turns are cut at once", async () => {
  await create();
  await run("c1");
  const drain = world.now().gateway.drain(REQUEST);
  await world.clock.advance(1000);
  expect(drain.report().phase).toBe("waiting");
  drain.hasten();
  await world.clock.advance(700);
  const report = await drain.ended;
  expect(report).toMatchObject({ timedOut: true, cut: [world.key("c1")] });
  expect(report.elapsedMs).toBeLessThan(2000);
});

it("[D15] chats with a running turn are told once; idle ones and those still starting are not", async () => {
  await create();
  const turn = await run("c1");
  const idle = await run("c2");
  idle.finish("ok");
  await world.clock.advance(10);
  await world.network.say("c3", "starting");
  await world.clock.advance(10);
  const drain = world.now().gateway.drain(REQUEST);
  await world.clock.advance(200);
  turn.finish("done");
  await world.clock.advance(200);
  const told = (chat: string): string[] =>
    world.network.texts(chat).filter((text) => text.startsWith("🔄"));
  expect([told("c1").length, told("c2").length, told("c3").length]).toEqual([1, 0, 0]);
  drain.hasten();
  await world.end();
});

it("[D15] [G06] who is only asked for an approval is told that it stays open, not that an answer is cut", async () => {
  await create();
  const asking = await run("c1");
  asking.say({ type: "ask", id: "a1", title: "May I?", detail: "", fingerprint: "f" });
  await world.clock.advance(50);
  await world.end();
  const told = world.network.texts("c1").filter((text) => text.startsWith("🔄"));
  expect(told).toEqual([expect.stringContaining("Your open question stays open")]);
});

it("[D15] a notice that cannot be sent delays nothing", async () => {
  await create();
  const turn = await run("c1");
  world.network.answers.push({ outcome: "black_hole" });
  const drain = world.now().gateway.drain(REQUEST);
  await world.clock.advance(300);
  turn.finish("done");
  await world.clock.advance(100);
  expect(drain.report().phase).not.toBe("waiting");
  await world.end();
});

it("[D16] the plan names who would be waited for, cut, put back and left alone, and changes nothing", async () => {
  await create();
  const asking = await run("c2");
  asking.say({ type: "ask", id: "a1", title: "May I?", detail: "", fingerprint: "f" });
  await world.clock.advance(6000);
  await run("c1");
  await world.network.say("c3", "starting");
  await world.clock.advance(10);
  const before = world.units.length;
  const plan = await world.now().gateway.operations.plan();
  expect(plan.waitFor.map((turn) => turn.key)).toEqual([world.key("c1"), world.key("c3")]);
  expect(plan.requeue).toEqual([world.key("c3")]);
  expect(plan.leftAlone).toEqual([world.key("c2")]);
  expect(plan.worstCaseMs).toBe(62_000);
  expect(world.units.length).toBe(before);
  expect(world.now().gateway.phase()).toBe("running");
});

it("[D17] a drain that is called off leaves everything as it was", async () => {
  await create();
  const turn = await run("c1");
  const { gateway, worker } = world.now();
  gateway.drain(REQUEST);
  await world.clock.advance(100);
  await world.network.say("c2", "kept back");
  await world.clock.advance(100);
  expect(worker.turns).toHaveLength(1);
  expect((await gateway.operations.undrain())?.phase).toBe("cancelled");
  await world.clock.advance(100);
  expect(gateway.phase()).toBe("running");
  expect(worker.turns.at(-1)?.given.messages[0]?.text).toBe("kept back");
  turn.finish("undisturbed");
  await world.clock.advance(100);
  expect(world.network.texts("c1")).toContain("undisturbed");
  expect((await world.session()).mark).toBeNull();
});

it("[D18] /stop and stop buttons work during a drain, and what they end is not waited for", async () => {
  await create();
  await run("c1");
  const drain = world.now().gateway.drain(REQUEST);
  await world.clock.advance(100);
  await world.network.say("c1", "/stop");
  await world.clock.advance(1000);
  const report = await drain.ended;
  expect(report).toMatchObject({ timedOut: false, cut: [] });
  expect(report.elapsedMs).toBeLessThan(2000);
  expect(await world.status()).toBe("idle");
});

it("[D19] a timeout of 0 cuts at once, and says so loudly in the log", async () => {
  await create();
  await run("c1");
  const report = await world.end({ timeoutMs: 0 });
  expect(report.cut).toEqual([world.key("c1")]);
  expect(report.elapsedMs).toBeLessThan(1500);
  expect(world.lines).toContainEqual(
    expect.objectContaining({
      level: 40,
      msg: expect.stringContaining("drain timeout is 0") as string,
    }),
  );
});

it("[D01] [I10] /restart by an operator drains, once; a redelivered one does nothing", async () => {
  await create();
  const asked = { ...OPERATOR, externalId: "restart-1" };
  await world.network.say("c1", "/restart", asked);
  await world.clock.advance(300);
  expect(world.now().gateway.phase()).not.toBe("running");
  await world.end();
  await world.boot();
  await world.network.say("c1", "/restart", asked);
  await world.clock.advance(300);
  expect(world.now().gateway.phase()).toBe("running");
});
