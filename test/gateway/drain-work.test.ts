import { afterEach, expect, it } from "vitest";

import type { MessageId } from "../../sessions/ids.ts";
import { createWorld } from "./world.ts";
import type { World, WorldOptions } from "./world.ts";

let world: World;
afterEach(() => world.close());

const REQUEST = { then: "restart", timeoutMs: null, by: "test", worker: null } as const;

async function create(options: WorldOptions = {}): Promise<void> {
  world = await createWorld({
    ...options,
    settings: (defaults) => ({
      drain: { ...defaults.drain, timeoutMs: 20_000 },
      turns: { ...defaults.turns, hardStallMs: 5000 },
      ...options.settings?.(defaults),
    }),
  });
  await world.boot();
}

async function run(chat: string) {
  await world.network.say(chat, "hello");
  await world.clock.advance(10);
  const turn = world.turn();
  turn.accept();
  await world.clock.advance(10);
  return turn;
}

it("[D11] a tool that runs is waited for longer than an agent that is silent", async () => {
  await create();
  const turn = await run("c1");
  turn.say({ type: "tool_started", call: "t", name: "build", input: "all" });
  const drain = world.now().gateway.drain(REQUEST);
  await world.clock.advance(12_000);
  expect(drain.report()).toMatchObject({ phase: "waiting", waitingFor: [{ key: world.key() }] });
  turn.say({ type: "tool_ended", call: "t", state: "done", result: "ok" });
  turn.finish("built");
  await world.clock.advance(500);
  expect(await drain.ended).toMatchObject({ timedOut: false, cut: [] });
});

it("[D16] the plan says who would be cut at once: who is silent beyond its limit", async () => {
  await create();
  await run("c1");
  // Between the limit and the next look of the watch.
  await world.clock.advance(5100);
  const plan = await world.now().gateway.operations.plan();
  expect(plan).toMatchObject({ waitFor: [], wouldCut: [{ key: world.key() }] });
  expect(await world.status()).toBe("running");
});

it("[D02] nothing goes on by itself during a drain", async () => {
  await create({ network: { resume: "auto" } });
  const dies = await run("c1");
  const lives = await run("c2");
  const drain = world.now().gateway.drain(REQUEST);
  await world.clock.advance(100);
  dies.die();
  await world.clock.advance(3000);
  expect(await world.status("c1")).toBe("resume_pending");
  expect(world.now().worker.turns).toHaveLength(2);
  lives.finish("done");
  await world.clock.advance(500);
  expect(await drain.ended).toMatchObject({ timedOut: false });
  await world.end();
  await world.boot();
  await world.clock.advance(100);
  expect(world.turn().conversation.key).toBe(world.key("c1"));
});

it("[G06] a planned restart says nothing more of a question that is open, and its button works after a boot that recovers nothing", async () => {
  await create();
  const turn = await run("c1");
  turn.say({ type: "ask", id: "a", title: "May I?", detail: "", fingerprint: "f" });
  await world.clock.advance(100);
  const report = await world.end();
  expect(report).toMatchObject({ timedOut: false, cut: [] });
  await world.boot({ recover: false });
  await world.clock.advance(100);
  const marks = world.network.texts("c1").map((text) => text.split(" ")[0]);
  expect(marks).toEqual(["🔐", "🔄", "✅"]);
  expect((await world.session()).turn).toMatchObject({ phase: "awaiting_input", detached: true });
  await world.network.press("c1", /Allow/);
  await world.clock.advance(100);
  expect(world.turn().given.grants).toMatchObject([{ fingerprint: "f" }]);
});

it("[D06] [L06] a message that drains put back again and again is not parked", async () => {
  await create();
  await world.network.say("c1", "slow to start");
  for (let restart = 0; restart < 4; restart += 1) {
    await world.clock.advance(100);
    expect(world.turn().given.messages[0]?.text).toBe("slow to start");
    expect(await world.end({ timeoutMs: 100 })).toMatchObject({ requeued: [world.key()] });
    await world.boot();
  }
  await world.clock.advance(100);
  world.turn().finish("at last");
  await world.clock.advance(100);
  expect(world.network.texts("c1")).toEqual(["at last"]);
});

it("[C07] [I10] a restart that was stored and not done is done by the next boot, before anything begins", async () => {
  await create();
  const { engine } = world.now().core;
  const stored = ["/restart", "/status", "hello"].map((text, index) => ({
    id: `msg_${index}` as MessageId,
    key: world.key(),
    kind: index === 2 ? ("turn" as const) : ("command" as const),
    message: world.network.inbound("c1", text, { sender: { id: "op", name: "Op" } }),
    receivedAt: world.clock.now(),
  }));
  await engine.accept(stored, { queueLimit: 100, keyed: [] });
  world.kill();
  const { gateway, worker } = await world.boot();
  await world.clock.advance(1000);
  expect(gateway.phase()).toBe("drained");
  expect(worker.turns).toEqual([]);
  await world.end();
  await world.boot();
  await world.clock.advance(1000);
  expect(world.now().gateway.phase()).toBe("running");
  expect(world.turn().given.messages[0]?.text).toBe("hello");
});
