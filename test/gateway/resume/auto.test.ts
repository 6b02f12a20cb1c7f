import { afterEach, expect, it } from "vitest";

import { createWorld } from "../world.ts";
import type { World, WorldOptions } from "../world.ts";

let world: World;
afterEach(() => world.close());

const HOUR = 3_600_000;

/** Conversations, each killed in the middle of its answer; the gateway is down. */
async function cutAll(chats: readonly string[], options: WorldOptions = {}): Promise<void> {
  world = await createWorld({ ...options, network: { resume: "auto", ...options.network } });
  await world.boot();
  for (const chat of chats) await world.network.say(chat, `begin ${chat}`);
  await world.clock.advance(10);
  for (const turn of world.now().worker.turns) turn.accept();
  await world.clock.advance(10);
  world.kill();
}

/** A boot, and time enough for all that begins by itself. */
async function boot() {
  const life = await world.boot();
  await world.clock.advance(3000);
  return life;
}

const resumed = (): string[] =>
  world.now().worker.turns.map(({ conversation }) => conversation.key.split(":")[2] ?? "");

it.each([
  ["goes on by itself", HOUR - 10_000, ["c1"]],
  ["waits for a message", HOUR, []],
])(
  "[R09] a conversation that was killed %s when it is found after %d ms",
  async (_, downMs, expected) => {
    await cutAll(["c1"]);
    world.clock.jump(downMs);
    await boot();
    expect(resumed()).toEqual(expected);
    expect((await world.session()).mark?.kind).toBe("resume_pending");
  },
);

it.each([
  ["that is fresh", 0, {}, "Cut short (by a crash). I continue by myself."],
  ["that is old", HOUR, {}, "Cut short by a crash. Write anything and I continue from here."],
  [
    "where none is fresh",
    0,
    { autoFreshMs: 0 },
    "Cut short by a crash. Write anything and I continue from here.",
  ],
])("[R10] a cut %s is told of with a promise that holds", async (_, downMs, resume, words) => {
  await cutAll(["c1"], { settings: (all) => ({ resume: { ...all.resume, ...resume } }) });
  world.clock.jump(downMs);
  await boot();
  expect(world.network.texts("c1")).toEqual([`⏸ ${words}`]);
});

it("[R09] a cut does not grow fresh again by a boot that finds it", async () => {
  await cutAll(["c1"]);
  world.network.cut();
  await boot();
  world.kill();
  world.network.connect();
  world.clock.jump(HOUR);
  await boot();
  expect(resumed()).toEqual([]);
});

it("[R09] what a drain cut is as old as the drain, however long it was silent", async () => {
  world = await createWorld({ network: { resume: "auto" } });
  await world.boot();
  await world.network.say("c1", "begin");
  await world.clock.advance(10);
  world.turn().accept();
  await world.clock.advance(10);
  world.clock.jump(HOUR);
  await world.end({ timeoutMs: 100 });
  await boot();
  expect(resumed()).toEqual(["c1"]);
});

it("[R09] few at a time go on by themselves, the next when one ends", async () => {
  await cutAll(["c1", "c2", "c3", "c4"]);
  const { worker } = await boot();
  expect(worker.turns).toHaveLength(2);
  worker.turns[0]?.finish("done");
  await world.clock.advance(100);
  expect(worker.turns).toHaveLength(3);
  for (const turn of worker.turns.slice(1)) turn.finish("done");
  await world.clock.advance(100);
  expect(resumed().toSorted()).toEqual(["c1", "c2", "c3", "c4"]);
});

it("[R09] [R12] tries to go on are counted over boots, before they begin, and are bounded", async () => {
  await cutAll(["c1"], { settings: (all) => ({ resume: { ...all.resume, cutsToSuspend: 10 } }) });
  for (const tries of [1, 2]) {
    const { worker } = await boot();
    expect(resumed()).toEqual(["c1"]);
    expect((await world.session()).mark).toMatchObject({ tries });
    worker.turns[0]?.accept();
    await world.clock.advance(10);
    world.kill();
  }
  await boot();
  expect(resumed()).toEqual([]);
  await world.network.say("c1", "still there?");
  await world.clock.advance(10);
  expect(world.turn().given).toMatchObject({ note: { cause: "crash" } });
});

it("[R12] a try is stored before its worker is asked for", async () => {
  await cutAll(["c1"], { settings: (all) => ({ resume: { ...all.resume, autoTries: 1 } }) });
  const { worker } = await world.boot();
  worker.gate = new Promise(() => undefined);
  await world.clock.advance(3000);
  expect(worker.opened).toHaveLength(1);
  expect(worker.turns).toEqual([]);
  world.kill();
  await boot();
  expect(world.now().worker.opened).toEqual([]);
});

it("[R09] a conversation goes on when its network connects, not before", async () => {
  await cutAll(["c1"]);
  world.network.cut();
  await boot();
  await world.clock.advance(60_000);
  expect(resumed()).toEqual([]);
  world.network.connect();
  await world.clock.advance(10);
  expect(resumed()).toEqual(["c1"]);
});

it("[R09] [R14] a conversation of a person who was removed does not go on by itself", async () => {
  const ids = ["ann"];
  await cutAll(["c1"], { network: { allow: ids } });
  ids.splice(0);
  await boot();
  expect(resumed()).toEqual([]);
  expect(await world.status()).toBe("resume_pending");
});

it("[R14] a conversation that went on by itself and was cut again does not go on for a removed person", async () => {
  const ids = ["ann"];
  await cutAll(["c1"], { network: { allow: ids } });
  const { worker } = await boot();
  worker.turns[0]?.accept();
  await world.clock.advance(10);
  world.kill();
  ids.splice(0);
  await boot();
  expect(resumed()).toEqual([]);
});

it("[R14] a removed person cannot make it go on with a message or a button", async () => {
  const ids = ["ann"];
  await cutAll(["c1"], { network: { allow: ids, resume: "ask" } });
  await boot();
  ids.splice(0);
  expect(await world.network.press("c1", /Continue/)).toEqual({ outcome: "unauthorised" });
  expect(await world.network.say("c1", "go on")).toEqual({ outcome: "unauthorised" });
  await world.clock.advance(3000);
  expect(resumed()).toEqual([]);
});

it("[R14] a message that waited behind the cut does not run when its sender was removed", async () => {
  const ids = ["ann"];
  world = await createWorld({ network: { resume: "auto", allow: ids } });
  await world.boot();
  await world.network.say("c1", "first");
  await world.clock.advance(10);
  world.turn().accept();
  await world.network.say("c1", "second");
  await world.clock.advance(10);
  world.kill();
  ids.splice(0);
  await boot();
  expect(resumed()).toEqual([]);
});

it("[R09] [R13] a message that waits goes before what would go on by itself", async () => {
  world = await createWorld({ network: { resume: "auto" } });
  await world.boot();
  await world.network.say("c1", "first");
  await world.clock.advance(10);
  world.turn().accept();
  await world.network.say("c1", "second");
  await world.clock.advance(10);
  world.kill();
  const { worker } = await boot();
  expect(worker.turns.map(({ given }) => given.messages.map(({ text }) => text))).toEqual([
    ["second"],
  ]);
  expect(world.turn().given.note?.cause).toBe("crash");
  world.turn().finish("both");
  await world.clock.advance(3000);
  expect(worker.turns).toHaveLength(1);
});

it("[R10] freshness 0 means that nothing goes on by itself, and a message still continues", async () => {
  await cutAll(["c1"], { settings: (all) => ({ resume: { ...all.resume, autoFreshMs: 0 } }) });
  await boot();
  await world.clock.advance(60_000);
  expect(resumed()).toEqual([]);
  expect(await world.status()).toBe("resume_pending");
  await world.network.say("c1", "go on");
  await world.clock.advance(10);
  expect(world.turn().given.note?.cause).toBe("crash");
});

it("[R13] what a person stopped does not go on by itself again", async () => {
  await cutAll(["c1"]);
  const { worker } = await boot();
  worker.turns[0]?.accept();
  await world.clock.advance(10);
  await world.network.say("c1", "/stop");
  await world.clock.advance(60_000);
  expect(resumed()).toEqual(["c1"]);
  world.kill();
  await boot();
  expect(resumed()).toEqual([]);
});
