import { afterEach, expect, it } from "vitest";

import { createWorld } from "./world.ts";
import type { World, WorldOptions } from "./world.ts";

let world: World;
afterEach(() => world.close());

async function create(options: WorldOptions = {}): Promise<void> {
  world = await createWorld({
    ...options,
    settings: (defaults) => ({
      drain: { ...defaults.drain, timeoutMs: 2000 },
      ...options.settings?.(defaults),
    }),
  });
  await world.boot();
}

async function run(chat: string, text = "hello") {
  await world.network.say(chat, text);
  await world.clock.advance(10);
  const turn = world.turn();
  turn.accept();
  await world.clock.advance(10);
  return turn;
}

const REQUEST = { then: "restart", timeoutMs: null, by: "test", worker: null } as const;

it("[D01] a second request for a drain gets the first one's", async () => {
  await create();
  await run("c1");
  const { gateway } = world.now();
  const first = gateway.drain(REQUEST);
  const second = gateway.drain({ ...REQUEST, then: "stop" });
  expect(second).toBe(first);
  await world.end();
});

it("[D02] [D03] messages during a drain are stored, told once per chat, and run after the boot in order", async () => {
  await create();
  const running = await run("c1");
  const drain = world.now().gateway.drain(REQUEST);
  await world.clock.advance(10);
  await world.network.say("c2", "one");
  await world.network.say("c2", "two");
  await world.clock.advance(100);
  expect(world.now().worker.turns).toHaveLength(1);
  expect(world.network.texts("c2")).toEqual([expect.stringContaining("Saved")]);
  running.finish("done");
  await world.clock.advance(500);
  expect((await drain.ended).timedOut).toBe(false);
  await world.end();
  await world.boot();
  await world.clock.advance(50);
  expect(world.turn().given.messages.map((message) => message.text)).toEqual(["one"]);
  world.turn().finish("answer one");
  await world.clock.advance(50);
  world.turn().finish("answer two");
  await world.clock.advance(50);
  const answers = world.network.shown.filter((item) => item.text.startsWith("answer"));
  expect(answers.map(({ text, replyTo }) => [text, replyTo])).toEqual([
    ["answer one", "in-2"],
    ["answer two", "in-3"],
  ]);
});

it("[D04] a turn that ends inside the drain is not marked, and the next one carries no note", async () => {
  await create();
  const turn = await run("c1");
  world.clock.timer(1000, () => turn.finish("in time"));
  const report = await world.end();
  expect(report).toMatchObject({ timedOut: false, cut: [], requeued: [] });
  await world.boot();
  expect(await world.status()).toBe("idle");
  await world.network.say("c1", "next");
  await world.clock.advance(50);
  expect(world.turn().given.note).toBeNull();
});

it("[D05] only what runs at the timeout is marked, not what ran when the drain began", async () => {
  await create();
  const ends = await run("c1");
  await run("c2");
  world.clock.timer(1000, () => ends.finish("in time"));
  const report = await world.end();
  expect(report.cut).toEqual([world.key("c2")]);
  await world.boot();
  expect(await world.status("c1")).toBe("idle");
  expect(await world.status("c2")).toBe("resume_pending");
});

it("[D06] a session still starting at the timeout goes back to the queue and runs after the boot without a note", async () => {
  await create();
  await world.network.say("c1", "slow to start");
  await world.clock.advance(10);
  const report = await world.end();
  expect(report).toMatchObject({ cut: [], requeued: [world.key("c1")] });
  await world.boot();
  await world.clock.advance(50);
  expect(world.turn().given).toMatchObject({ note: null, transcript: [] });
  expect(world.turn().given.messages[0]?.text).toBe("slow to start");
});

it.each([
  ["restart", "restart_timeout", "restart"],
  ["stop", "shutdown_timeout", "shutdown"],
] as const)("[D07] a cut by a %s says so in the mark and the note", async (then, why, cause) => {
  await create();
  await run("c1");
  await world.end({ then });
  await world.boot();
  expect((await world.session()).mark).toMatchObject({ interruption: why });
  await world.network.say("c1", "and?");
  await world.clock.advance(50);
  expect(world.turn().given.note?.cause).toBe(cause);
});

it("[D08] the mark is stored before the worker is interrupted", async () => {
  await create();
  const turn = await run("c1");
  const marksAtInterrupt: boolean[] = [];
  // Called by the worker when it is interrupted: by then the store knows.
  turn.onInterrupt = () => {
    marksAtInterrupt.push(world.units.some((unit) => unit.session?.mark != null));
  };
  await world.end();
  expect(marksAtInterrupt).toEqual([true]);
});

it("[D09] SIGKILL inside the drain leaves the same sessions to continue as the timeout would have", async () => {
  await create();
  const ends = await run("c1");
  await run("c2");
  world.now().gateway.drain(REQUEST);
  await world.clock.advance(500);
  ends.finish("in time");
  await world.clock.advance(100);
  world.kill();
  await world.boot();
  await world.clock.advance(50);
  expect(await world.status("c1")).toBe("idle");
  expect(await world.status("c2")).toBe("resume_pending");
});

it("[D10] the turn that asked for the restart is not waited for, and is told that it is done", async () => {
  await create({ worker: { marker: "instance.boot_1.demo-1" } });
  await run("c1", "restart yourself");
  const drain = world.now().gateway.drain({ ...REQUEST, worker: "instance.boot_1.demo-1" });
  await world.clock.advance(700);
  expect((await drain.ended).elapsedMs).toBeLessThan(1000);
  await world.end();
  await world.boot();
  await world.network.say("c1", "well?");
  await world.clock.advance(50);
  const note = world.turn().given.note?.text ?? "";
  expect(note).toContain("The restart you asked for is done.");
  expect(note).toContain("nor any restart command");
});
