import { afterEach, expect, it } from "vitest";

import { crashLoop } from "../../gateway/boot/crash-loop.ts";
import { createWorld } from "./world.ts";
import type { World, WorldOptions } from "./world.ts";

let world: World;
afterEach(() => world.close());

async function message(text: string, chat = "c1"): Promise<void> {
  await world.network.say(chat, text);
  await world.clock.advance(10);
}

/** One life in which a turn of c1 is cut in the middle. */
async function life(text: string, how: "kill" | "drain" = "kill"): Promise<void> {
  await world.boot();
  await message(text);
  world.turn().say({ type: "accepted" });
  await world.clock.advance(10);
  if (how === "kill") world.kill();
  else await world.end({ timeoutMs: 100 });
}

async function suspended(options: WorldOptions = {}): Promise<void> {
  world = await createWorld(options);
  for (const text of ["one", "two", "three"]) await life(text);
  await world.boot();
  await world.clock.advance(100);
}

const notes = (): (string | null)[] =>
  world.now().worker.turns.map(({ given }) => given.note?.cause ?? null);

it("[L01] a session is suspended at the boot that finds its third cut in a row", async () => {
  world = await createWorld();
  await life("one");
  await life("two");
  await world.boot();
  await world.clock.advance(100);
  expect(await world.session()).toMatchObject({ cuts: 2, mark: { kind: "resume_pending" } });
  world.kill();
  await life("three");
  await world.boot();
  await world.clock.advance(100);
  expect(await world.status()).toBe("suspended");
  expect(world.network.texts("c1").at(-1)).toBe(
    "⏹ Cut short 3 times in a row, so I stop trying. Your next message starts afresh; /resume brings this conversation back.",
  );
});

it("[L01] suspended wins over what the policy would go on with", async () => {
  for (const resume of ["auto", "ask"] as const) {
    await suspended({
      network: { resume },
      settings: (all) => ({ resume: { ...all.resume, autoFreshMs: 0 } }),
    });
    await world.clock.advance(60_000);
    expect(world.now().worker.turns).toEqual([]);
    expect(world.network.shown.at(-1)?.buttons).toEqual([]);
    await world.close();
  }
});

it("[L01] a later boot leaves a suspended session suspended", async () => {
  await suspended();
  const before = await world.session();
  world.kill();
  await world.boot();
  await world.clock.advance(100);
  expect(await world.session()).toEqual(before);
});

it("[L02] kills and drains count alike, and the count survives boots between", async () => {
  world = await createWorld();
  await life("one", "drain");
  await life("two");
  for (let boot = 0; boot < 3; boot += 1) {
    await world.boot();
    await world.clock.advance(100);
    expect((await world.session()).cuts).toBe(2);
    if (boot === 1) await world.end();
    else world.kill();
  }
  await life("three", "drain");
  await world.boot();
  expect(await world.status()).toBe("suspended");
});

it("[L03] a turn that succeeds clears the count", async () => {
  world = await createWorld();
  await life("one");
  await life("two");
  await world.boot();
  await message("three");
  world.turn().finish("well");
  await world.clock.advance(100);
  expect((await world.session()).cuts).toBe(0);
  world.kill();
  await life("four");
  await life("five");
  await world.boot();
  await world.clock.advance(100);
  expect(await world.session()).toMatchObject({ cuts: 2, mark: { kind: "resume_pending" } });
});

it("[L03] boots in which a session has no turn neither clear nor raise its count", async () => {
  world = await createWorld();
  await life("one");
  for (let boot = 0; boot < 4; boot += 1) {
    await world.boot();
    await message("elsewhere", "c2");
    world.turn().finish("ok");
    await world.clock.advance(100);
    expect((await world.session()).cuts).toBe(1);
    world.kill();
  }
});

it("[L04] the next message to a suspended session starts on a clean slate and says so", async () => {
  await suspended();
  const old = await world.session();
  await message("four");
  expect(world.turn().given).toMatchObject({ note: null, transcript: [] });
  expect((await world.session()).id).not.toBe(old.id);
  expect(world.network.texts("c1").at(-1)).toMatch(/starts afresh\. \/resume brings the old one/);
  world.turn().finish("hello anew");
  await world.clock.advance(100);

  await message("/resume");
  expect((await world.session()).id).toBe(old.id);
  await message("five");
  expect(notes()).toEqual([null, "crash"]);
  const said = world
    .turn()
    .given.transcript.flatMap(({ body }) => (body.kind === "user" ? [body.text] : []));
  expect(said).toEqual(["one", "two", "three"]);
});

it("[L04] /resume before the next message goes on with the suspended conversation itself", async () => {
  await suspended();
  const old = await world.session();
  await message("/resume");
  await message("four");
  expect((await world.session()).id).toBe(old.id);
  expect(notes()).toEqual(["crash"]);
});

it("[L05] an operator lists suspended sessions, releases one, and forgets another", async () => {
  world = await createWorld();
  for (const text of ["one", "two", "three"]) {
    await world.boot();
    for (const chat of ["c1", "c2", "c3"]) await message(text, chat);
    for (const turn of world.now().worker.turns) turn.accept();
    await world.clock.advance(10);
    if (text !== "one") world.turn().finish("c3 is well");
    await world.clock.advance(10);
    world.kill();
  }
  const { operations } = (await world.boot()).gateway;
  await world.clock.advance(100);
  const list = async () => {
    const { items } = await operations.sessions({ status: "suspended", limit: 10, after: null });
    return items.map(({ key }) => key).toSorted();
  };
  expect(await list()).toEqual([world.key("c1"), world.key("c2")]);

  expect(await operations.release(world.key("c1"))).toBe(true);
  expect(await list()).toEqual([world.key("c2")]);
  await message("go on");
  expect(notes()).toEqual(["crash"]);

  expect(await operations.forget(world.key("c2"))).toBe(true);
  expect(await list()).toEqual([]);
  expect(await operations.session(world.key("c2"))).toBeNull();
  await message("hello", "c2");
  expect(world.turn().given).toMatchObject({ note: null, transcript: [] });
});

it("[L06] a message that was being started at every death is parked with a notice", async () => {
  world = await createWorld();
  for (let death = 0; death < 3; death += 1) {
    const { worker } = await world.boot();
    if (death === 0) await message("poison");
    await world.clock.advance(100);
    expect(worker.turns.map(({ given }) => given.messages[0]?.text)).toEqual(["poison"]);
    world.kill();
  }
  const { worker, gateway } = await world.boot();
  await world.clock.advance(1000);
  expect(worker.turns).toEqual([]);
  expect(await gateway.operations.deadLetters(10)).toMatchObject([{ kind: "message" }]);
  expect(world.network.shown).toMatchObject([{ replyTo: "in-1" }]);
  expect(world.network.texts("c1")[0]).toMatch(/3/);
  // And the chat goes on.
  await message("harmless");
  world.turn().finish("yes?");
  await world.clock.advance(100);
  expect(world.network.texts("c1").at(-1)).toBe("yes?");
});

it("[L07] three unclean boots within five minutes are a crash loop, a clean or old one is not counted", async () => {
  world = await createWorld();
  const isLoop = async () => {
    const { core } = world.now();
    return crashLoop(core, await core.engine.boots(20)) !== null;
  };
  for (let boot = 0; boot < 3; boot += 1) {
    await world.boot();
    expect(await isLoop()).toBe(false);
    await world.clock.advance(60_000);
    world.kill();
  }
  await world.boot();
  expect(await isLoop()).toBe(true);
  const { core } = world.now();
  const [, last] = await core.engine.boots(2);
  if (last === undefined) throw new Error("no earlier boot");
  await core.engine.commit({ boot: { ...last, ended: "clean" } });
  expect(await isLoop()).toBe(false);
  await core.engine.commit({ boot: last });
  expect(await isLoop()).toBe(true);
  await world.clock.advance(5 * 60_000);
  expect(await isLoop()).toBe(false);
});

it("[L07] channels that cannot be let go stay held, and can be tried again", async () => {
  world = await createWorld();
  const { gateway } = await world.boot({ held: "it keeps crashing" });
  world.network.refusals.push(new Error("the port is taken"));
  await expect(gateway.operations.undrain()).rejects.toThrow("the port is taken");
  expect(gateway.held()).toBe("it keeps crashing");
  await gateway.operations.undrain();
  expect(gateway.held()).toBeNull();
  await message("one");
  expect(world.turn().given.messages[0]?.text).toBe("one");
});

it("[L07] a held gateway answers operators, runs nothing, and lets its channels go when told", async () => {
  world = await createWorld();
  await world.boot();
  await message("one");
  world.turn().accept();
  await message("two");
  world.kill();
  const { gateway, worker } = await world.boot({ held: "it keeps crashing" });
  await world.clock.advance(60_000);
  expect(worker.turns).toEqual([]);
  await expect(world.network.say("c1", "three")).rejects.toThrow("no gateway is connected");
  expect(await gateway.operations.status()).toMatchObject({ held: "it keeps crashing" });
  await gateway.operations.undrain();
  await world.clock.advance(100);
  expect(gateway.held()).toBeNull();
  expect(worker.turns.map(({ given }) => given.messages[0]?.text)).toEqual(["two"]);
});
