import { afterEach, expect, it } from "vitest";

import { createWorld } from "../world.ts";
import type { World, WorldOptions } from "../world.ts";

let world: World;
afterEach(() => world.close());

type Policy = "on_message" | "auto" | "ask";

/** A new life after a turn in c1 was killed in the middle of its answer. */
async function cut(policy: Policy, options: WorldOptions = {}): Promise<void> {
  world = await createWorld({ ...options, network: { resume: policy, ...options.network } });
  await world.boot();
  await world.network.say("c1", "write a poem");
  await world.clock.advance(10);
  world.turn().say({ type: "accepted" }, { type: "delta", text: "Roses are" });
  await world.clock.advance(1000);
  world.kill();
  await world.boot();
  await world.clock.advance(2000);
}

const given = () => world.now().worker.turns.map((turn) => turn.given);

it("[R08] by the default policy a cut conversation waits for a message", async () => {
  world = await createWorld();
  expect((await world.boot()).core.networks.settings("fake")?.resume).toBe("on_message");
  await world.close();
  await cut("on_message");
  await world.clock.advance(60_000);
  expect(given()).toEqual([]);
  expect(world.network.texts("c1")).toEqual([
    "Roses are\n\n⏸ Cut short by a crash. Write anything and I continue from here.",
  ]);
  expect(world.network.shown[0]?.buttons).toEqual([]);
  await world.network.say("c1", "go on");
  await world.clock.advance(10);
  expect(given()).toMatchObject([{ note: { cause: "crash" }, messages: [{ text: "go on" }] }]);
});

it("[R08] by the policy auto a cut conversation goes on by itself, and says so", async () => {
  await cut("auto");
  expect(world.network.texts("c1")).toEqual([
    "Roses are\n\n⏸ Cut short (by a crash). I continue by myself.",
  ]);
  expect(given()).toMatchObject([{ note: { cause: "crash" } }]);
  expect(given()[0]?.note?.text).toContain("There is no new message: continue where you left off.");
  world.turn().finish("red.");
  await world.clock.advance(1000);
  expect(world.network.texts("c1").at(-1)).toBe("red.");
  expect((await world.session()).mark).toBeNull();
});

it("[R08] by the policy ask a person continues a cut conversation with a button", async () => {
  await cut("ask");
  expect(given()).toEqual([]);
  expect(world.network.shown[0]?.text).toBe("Roses are\n\n⏸ Cut short (by a crash). Continue?");
  await world.network.press("c1", /Continue/);
  await world.clock.advance(10);
  expect(given()).toMatchObject([{ note: { cause: "crash" } }]);
  // Pressed once more: it goes on already.
  await world.network.press("c1", /Continue/);
  await world.clock.advance(10);
  expect(given()).toHaveLength(1);
  world.turn().finish("red.");
  await world.clock.advance(1000);
  expect(world.network.texts("c1").at(-1)).toBe("red.");
});

it("[R08] by the policy ask a person drops a cut conversation with a button", async () => {
  await cut("ask");
  const { id } = await world.session();
  await world.network.press("c1", /Drop/);
  await world.clock.advance(10);
  expect((await world.session()).mark).toBeNull();
  await world.network.say("c1", "something else");
  await world.clock.advance(10);
  expect(given()).toMatchObject([{ note: null, messages: [{ text: "something else" }] }]);
  expect((await world.session()).id).toBe(id);
});

it("[R08] by the policy ask a message continues as well, and its buttons then do nothing", async () => {
  await cut("ask");
  await world.network.say("c1", "go on");
  await world.clock.advance(10);
  expect(given()).toMatchObject([{ note: { cause: "crash" }, messages: [{ text: "go on" }] }]);
  world.turn().finish("red.");
  await world.clock.advance(1000);
  await world.network.press("c1", /Continue/);
  await world.clock.advance(10);
  expect(given()).toHaveLength(1);
  expect(world.network.texts("c1").at(-1)).toBe("Nothing waits to be continued.");
});

it("[R08] where a network has no buttons, the policy ask waits for a message", async () => {
  await cut("ask", { capabilities: { canButtons: false } });
  expect(world.network.shown).toMatchObject([
    {
      text: "Roses are\n\n⏸ Cut short by a crash. Write anything and I continue from here.",
      buttons: [],
    },
  ]);
});

it("[R08] the buttons of an earlier boot still mean the same", async () => {
  await cut("ask");
  world.kill();
  await world.boot();
  await world.network.press("c1", /Continue/);
  await world.clock.advance(10);
  expect(given()).toMatchObject([{ note: { cause: "crash" } }]);
});

it("[R06] a continuation without a message is not sent blank to a worker", async () => {
  await cut("auto");
  expect(given()).toHaveLength(1);
  expect(given()[0]?.messages.map(({ text }) => text)).toEqual(["Continue where you left off."]);
});

it("[R06] a continuation that failed to start is not sent blank the second time", async () => {
  await cut("ask");
  world.now().worker.refusals.push(new Error("busy"));
  await world.network.press("c1", /Continue/);
  await world.clock.advance(100);
  expect(world.now().worker.opened).toHaveLength(2);
  expect(given()).toMatchObject([
    { attempt: 2, note: { cause: "crash" }, messages: [{ text: "Continue where you left off." }] },
  ]);
});

it("[R06] an empty message after a cut does not reach a worker", async () => {
  await cut("on_message");
  expect(await world.network.say("c1", "  \n ")).toMatchObject({ outcome: "rejected" });
  await world.clock.advance(100);
  expect(given()).toEqual([]);
  expect(await world.status()).toBe("resume_pending");
});
