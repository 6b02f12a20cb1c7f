import { afterEach, expect, it } from "vitest";

import { createWorld } from "../world.ts";
import type { World, WorldOptions } from "../world.ts";

let world: World;
afterEach(() => world.close());

/** A conversation in c1 that was killed in the middle of its answer; the gateway is up again. */
async function cut(options: WorldOptions = {}): Promise<void> {
  world = await createWorld(options);
  await world.boot();
  await message("begin");
  world.turn().say({ type: "accepted" }, { type: "delta", text: "Half" });
  await world.clock.advance(1000);
  world.kill();
  await world.boot();
}

async function message(text: string, chat = "c1"): Promise<void> {
  await world.network.say(chat, text);
  await world.clock.advance(10);
}

const given = () => world.now().worker.turns.map((turn) => turn.given);
const said = (): string[][] => given().map(({ messages }) => messages.map(({ text }) => text));

/** Everything that could go on by itself is under way elsewhere: c1 waits. */
async function waiting(): Promise<void> {
  world = await createWorld({
    network: { resume: "auto" },
    settings: (all) => ({ resume: { ...all.resume, autoAtOnce: 1 } }),
  });
  await world.boot();
  await message("begin c1", "c1");
  await message("begin c9", "c9");
  for (const turn of world.now().worker.turns) turn.accept();
  await world.clock.advance(10);
  world.kill();
  await world.boot();
  await world.clock.advance(3000);
  expect(world.now().worker.turns.map(({ conversation }) => conversation.key)).toEqual([
    world.key("c9"),
  ]);
}

it("[R13] a message outranks a recovery that waits", async () => {
  await waiting();
  await message("rather this");
  expect(said().at(-1)).toEqual(["rather this"]);
  expect(given().at(-1)?.note?.cause).toBe("crash");
  world.turn().finish("done");
  await world.clock.advance(10);
  world.turn(1).finish("done too");
  await world.clock.advance(3000);
  expect(given()).toHaveLength(2);
});

it("[R09] [R13] a message that waits for a place is not overtaken by its own automatic continuation", async () => {
  world = await createWorld({
    network: { resume: "auto" },
    settings: (all) => ({ turns: { ...all.turns, atOnce: 1 } }),
  });
  await world.boot();
  await message("begin");
  world.turn().accept();
  await message("elsewhere", "c9");
  await message("newer");
  world.kill();
  await world.boot();
  await world.clock.advance(10_000);
  expect(said()).toEqual([["elsewhere"]]);
  world.turn().finish("done");
  await world.clock.advance(100);
  expect(said().at(-1)).toEqual(["newer"]);
  expect(given().at(-1)?.note?.cause).toBe("crash");
});

it.each([
  ["/new", 0],
  ["/skip", 1],
])("[R13] %s outranks a recovery that waits", async (command, conversations) => {
  await waiting();
  const { id } = await world.session();
  await message(command);
  world.turn().finish("done");
  await world.clock.advance(3000);
  expect(given()).toHaveLength(1);
  await message("an ordinary message");
  expect(given().at(-1)).toMatchObject({ note: null });
  expect((await world.session()).id === id).toBe(conversations === 1);
});

it("[R13] a message is answered while other sessions are still being recovered", async () => {
  world = await createWorld();
  await world.boot();
  for (const chat of ["c1", "c2"]) await message("begin", chat);
  for (const turn of world.now().worker.turns) turn.accept();
  await world.clock.advance(10);
  world.kill();
  const { worker } = await world.boot();
  await world.network.say("c1", "and?");
  await world.clock.advance(0);
  expect(worker.turns).toHaveLength(1);
});

it("[R13] /new and /stop work while a conversation goes on by itself", async () => {
  await cut({ network: { resume: "auto" } });
  await world.clock.advance(3000);
  expect(await world.status()).toBe("starting");
  await message("/stop");
  await world.clock.advance(100);
  expect(await world.status()).toBe("resume_pending");
  await message("/new");
  expect(await world.status()).toBe("idle");
  await message("afresh");
  expect(given().at(-1)).toMatchObject({ note: null, transcript: [] });
});

it("[R17] a message at the moment of an automatic continuation starts no second worker", async () => {
  await cut({ network: { resume: "auto" } });
  // Whichever comes first, the other finds the place taken.
  for (let step = 0; step < 40; step += 1) {
    await world.network.say("c1", `m${step}`);
    await world.clock.advance(50);
    expect(world.now().worker.opened).toHaveLength(1);
  }
  expect(given()).toHaveLength(1);
  world.turn().finish("first");
  await world.clock.advance(10);
  expect(world.now().worker.opened).toHaveLength(2);
});

it("[R17] the place is taken before the worker that goes on is asked for", async () => {
  await cut({ network: { resume: "auto" } });
  const { worker } = world.now();
  worker.gate = new Promise(() => undefined);
  await world.clock.advance(3000);
  expect(worker.opened).toHaveLength(1);
  expect(await world.status()).toBe("starting");
  await message("at the same moment");
  await world.clock.advance(100);
  expect(worker.opened).toHaveLength(1);
});

it("[R17] a message and the Continue button pressed at once start one worker", async () => {
  await cut({ network: { resume: "ask" } });
  await world.clock.advance(100);
  await Promise.all([
    world.network.press("c1", /Continue/),
    world.network.say("c1", "go on"),
    world.network.press("c1", /Continue/),
  ]);
  await world.clock.advance(100);
  expect(world.now().worker.opened).toHaveLength(1);
  for (const answer of ["one", "two"]) {
    if (given().length > 0) world.turn().finish(answer);
    await world.clock.advance(1000);
  }
  expect(said()).toContainEqual(["go on"]);
});

it("[R11] a conversation that goes on is not recovered when its worker accepts", async () => {
  await cut({ settings: (all) => ({ resume: { ...all.resume, cutsToSuspend: 10 } }) });
  await message("go on");
  world.turn().accept();
  await world.clock.advance(10);
  expect((await world.session()).mark).toMatchObject({ kind: "resume_pending" });
  expect((await world.session()).cuts).toBe(1);
  world.kill();
  await world.boot();
  await message("and now?");
  expect(given()).toMatchObject([{ note: { cause: "crash" } }]);
  expect((await world.session()).cuts).toBe(2);
  world.turn().finish("whole");
  await world.clock.advance(100);
  expect(await world.session()).toMatchObject({ mark: null, cuts: 0 });
});

it("[R11] a conversation that goes on by itself keeps its place until its turn ends", async () => {
  await waiting();
  world.turn().say({ type: "accepted" }, { type: "delta", text: "going on" });
  await world.clock.advance(10_000);
  expect(given()).toHaveLength(1);
  world.turn().say({ type: "completed", reason: "end_turn" });
  await world.clock.advance(3000);
  expect(given()).toHaveLength(2);
});

it("[R09] a conversation that goes on by itself and asks a person keeps no other waiting", async () => {
  await waiting();
  world
    .turn()
    .say(
      { type: "accepted" },
      { type: "ask", id: "a", title: "May I?", detail: "", fingerprint: "f" },
    );
  await world.clock.advance(3000);
  expect(given()).toHaveLength(2);
});
