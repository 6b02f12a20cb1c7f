import { afterEach, expect, it } from "vitest";

import type { BusyMode } from "../../sessions/machine/state.ts";
import { createWorld } from "./world.ts";
import type { World, WorldOptions } from "./world.ts";

let world: World;
afterEach(() => world.close());

/** A gateway in which one turn runs in c1. */
async function busy(mode: BusyMode, options: WorldOptions = {}) {
  world = await createWorld({ ...options, network: { mode, ...options.network } });
  await world.boot();
  await world.network.say("c1", "first");
  await world.clock.advance(10);
  const turn = world.turn();
  turn.accept();
  await world.clock.advance(10);
  return turn;
}

const runs = (): string[][] =>
  world.now().worker.turns.map(({ given }) => given.messages.map(({ text }) => text));

it("[B01] a second message starts no second worker while the first is starting or running", async () => {
  world = await createWorld();
  const { worker } = await world.boot();
  await world.network.deliver(["a", "b", "c"].map((text) => world.network.inbound("c1", text)));
  await world.clock.advance(100);
  expect(worker.opened).toHaveLength(1);
  world.turn().accept();
  await world.network.say("c1", "d");
  await world.clock.advance(100);
  expect(worker.opened).toHaveLength(1);
  expect(runs()).toEqual([["a"]]);
  for (const answer of ["1", "2", "3", "4"]) {
    world.turn().finish(answer);
    await world.clock.advance(100);
  }
  expect(runs()).toEqual([["a"], ["b"], ["c"], ["d"]]);
  expect(world.network.texts("c1")).toEqual(["1", "2", "3", "4"]);
});

it("[B01] sessions run side by side up to the limit, and a turn that waits for a person holds no place", async () => {
  world = await createWorld({ settings: (all) => ({ turns: { ...all.turns, atOnce: 2 } }) });
  const { worker } = await world.boot();
  for (const chat of ["c1", "c2", "c3", "c4"]) await world.network.say(chat, chat);
  await world.clock.advance(100);
  expect(runs()).toEqual([["c1"], ["c2"]]);
  worker.turns[0]?.say(
    { type: "accepted" },
    { type: "ask", id: "a", title: "rm", detail: "", fingerprint: "f" },
  );
  await world.clock.advance(100);
  expect(runs()).toEqual([["c1"], ["c2"], ["c3"]]);
  worker.turns[1]?.finish("done");
  await world.clock.advance(100);
  expect(runs()).toEqual([["c1"], ["c2"], ["c3"], ["c4"]]);
});

it("[B02] in mode queue messages wait and run one by one", async () => {
  const turn = await busy("queue");
  await world.network.say("c1", "second");
  await world.network.say("c1", "third");
  await world.clock.advance(100);
  expect(turn.steered).toEqual([]);
  turn.finish("1");
  await world.clock.advance(100);
  expect(runs()).toEqual([["first"], ["second"]]);
});

it("[B02] in mode steer a message joins the running turn and is answered with it", async () => {
  const turn = await busy("steer");
  await world.network.say("c1", "also this");
  await world.clock.advance(100);
  expect(turn.steered).toEqual(["also this"]);
  expect(await world.network.fate("in-2")).toBe("running");
  turn.finish("both");
  await world.clock.advance(100);
  expect(runs()).toEqual([["first"]]);
  expect(world.network.texts("c1")).toEqual(["both"]);
  expect(await world.network.fate("in-2")).toBe("answered");
  const { items } = await world.now().core.engine.papers(turn.given.turn);
  expect(items.map(({ state }) => state)).toEqual(["done", "done"]);
});

it("[B02] a steered message survives a kill in the transcript and is not run again", async () => {
  await busy("steer");
  await world.network.say("c1", "also this");
  await world.clock.advance(100);
  world.kill();
  const { worker } = await world.boot();
  await world.clock.advance(100);
  expect(worker.turns).toEqual([]);
  await world.network.say("c1", "well?");
  await world.clock.advance(100);
  const said = world
    .turn()
    .given.transcript.flatMap(({ body }) => (body.kind === "user" ? [body.text] : []));
  expect(said).toEqual(["first", "also this"]);
});

it("[B02] a message that the worker does not take waits at its old place", async () => {
  const turn = await busy("steer", { worker: { abilities: { canSteer: false } } });
  await world.network.say("c1", "second");
  await world.network.say("c1", "third");
  await world.clock.advance(100);
  turn.finish("1");
  await world.clock.advance(100);
  expect(runs()).toEqual([["first"], ["second"]]);
  expect(world.turn().given.transcript.map(({ body }) => body.kind)).toEqual(["user", "assistant"]);
  world.turn().finish("2");
  await world.clock.advance(100);
  expect(runs().at(-1)).toEqual(["third"]);
});

it("[B02] a message is not steered past what waits before it", async () => {
  world = await createWorld({ network: { mode: "steer" } });
  await world.boot();
  await world.network.say("c1", "first");
  await world.clock.advance(10);
  await world.network.say("c1", "while it starts");
  await world.clock.advance(10);
  const turn = world.turn();
  turn.accept();
  await world.clock.advance(10);
  await world.network.say("c1", "later");
  await world.clock.advance(10);
  expect(turn.steered).toEqual([]);
  turn.finish("1");
  await world.clock.advance(100);
  expect(runs()).toEqual([["first"], ["while it starts"]]);
});

it("[B02] in mode interrupt a message ends the running turn and runs next", async () => {
  const turn = await busy("interrupt");
  turn.say({ type: "delta", text: "Half an" });
  await world.clock.advance(1000);
  await world.network.say("c1", "rather this");
  await world.clock.advance(100);
  expect(turn.interrupts).toBe(1);
  expect(runs()).toEqual([["first"], ["rather this"]]);
  expect(world.turn().given.note).toBeNull();
  world.turn().finish("that");
  await world.clock.advance(100);
  expect(world.network.texts("c1")).toEqual([
    "Half an\n\n⏹ Stopped for your newer message.",
    "that",
  ]);
});

it("[B02] in mode collect what waits goes into one turn, in order", async () => {
  const turn = await busy("collect");
  for (const text of ["b", "c", "d"]) await world.network.say("c1", text);
  turn.finish("1");
  await world.clock.advance(100);
  expect(runs()).toEqual([["first"], ["b", "c", "d"]]);
});

it("[B02] the mode of a chat is set by a command, outlives a kill, and concerns that chat only", async () => {
  await busy("queue");
  await world.network.say("c1", "/queue collect");
  await world.network.say("c1", "/queue sideways");
  await world.clock.advance(10);
  expect(world.network.texts("c1")).toEqual([
    "Mode: collect.",
    "Modes: queue, steer, interrupt, collect.",
  ]);
  world.kill();
  await world.boot();
  expect((await world.session("c1")).settings.mode).toBe("collect");
  await world.network.say("c2", "hello");
  expect((await world.session("c2")).settings.mode).toBeNull();
});

it("[B06] what an older generation of a turn says is ignored", async () => {
  world = await createWorld();
  const { worker } = await world.boot();
  await world.network.say("c1", "hello");
  await world.clock.advance(10);
  const old = world.turn();
  // Not accepted within the time for a start: another worker is started for the same turn.
  await world.clock.advance(20_500);
  expect(worker.turns).toHaveLength(2);
  const next = world.turn();
  expect(next.given).toMatchObject({ turn: old.given.turn, generation: 2, attempt: 2 });
  old.finish("from the dead");
  await world.clock.advance(100);
  expect(world.network.texts("c1")).toEqual([]);
  expect(await world.status()).toBe("starting");
  next.finish("alive");
  await world.clock.advance(100);
  expect(world.network.texts("c1")).toEqual(["alive"]);
});
