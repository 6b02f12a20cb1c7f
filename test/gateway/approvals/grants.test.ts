import { afterEach, expect, it } from "vitest";

import type { WorkerEvent } from "../../../workers/worker.ts";
import { createWorld } from "../world.ts";
import type { World, WorldOptions } from "../world.ts";

let world: World;
afterEach(() => world.close());

const ALWAYS: WorldOptions = { agent: { approve: { always: true } } };

async function create(options: WorldOptions = ALWAYS): Promise<void> {
  world = await createWorld(options);
  await world.boot();
}

async function say(text: string, chat = "c1"): Promise<void> {
  await world.network.say(chat, text);
  await world.clock.advance(10);
}

/** A turn that asks to do it, whose answers are returned. */
async function asks(deed: string, chat = "c1") {
  await say("please", chat);
  const turn = world.turn();
  const ask: WorkerEvent = { type: "ask", id: deed, title: deed, detail: "", fingerprint: deed };
  turn.say({ type: "accepted" }, ask);
  await world.clock.advance(10);
  return turn;
}

async function over(): Promise<void> {
  world.turn().say({ type: "delta", text: "ok" }, { type: "completed", reason: "end_turn" });
  await world.clock.advance(10);
}

/** Asks, is allowed for good, and ends. */
async function allowed(deed: string, chat = "c1"): Promise<void> {
  await asks(deed, chat);
  await world.network.press(chat, /Always/);
  await world.clock.advance(10);
  await over();
}

const open = () => world.now().gateway.operations.requests();
const last = () => world.network.texts("c1").at(-1);

it("[G13] by default nothing can be allowed for good: no button, and the command says so", async () => {
  await create({});
  const turn = await asks("rm");
  const labels = world.network.shown.flatMap(({ buttons }) => buttons.flat());
  expect(labels.map(({ label }) => label)).toEqual(["✅ Allow", "🚫 Deny"]);
  await say("/approve always");
  expect(last()).toContain("cannot be allowed for good");
  expect(turn.answers).toEqual([]);
  expect(await world.status()).toBe("awaiting_input");
});

it("[G13] an answer for good is stored with the grant in one write, and the same deed is not asked about again", async () => {
  await create();
  await asks("rm");
  await world.network.press("c1", /Always/);
  await world.clock.advance(10);
  const unit = world.units.find(({ keyed = [] }) => keyed.some(({ space }) => space === "grant"));
  expect(unit?.requests).toMatchObject([{ state: "allowed", answeredBy: "ann" }]);
  expect(unit?.session?.turn?.phase).toBe("running");
  expect(world.turn().answers).toEqual([{ ask: "rm", decision: "allow" }]);
  expect(last()).toContain("from now on in this chat");
  await over();
  const turn = await asks("rm");
  expect(turn.answers).toEqual([{ ask: "rm", decision: "allow" }]);
  expect(await open()).toEqual([]);
  await over();
  await asks("rm other");
  expect(await open()).toHaveLength(1);
});

it("[G13] a kill right after the answer forgets nothing", async () => {
  await create();
  await asks("rm");
  const [request] = await open();
  await world.now().gateway.operations.answer(request?.id ?? "", "always", "ann");
  world.kill();
  await world.boot();
  await say("/skip");
  const turn = await asks("rm");
  expect(turn.answers).toEqual([{ ask: "rm", decision: "allow" }]);
});

it("[G13] what was allowed while no worker listened is allowed for good as well", async () => {
  await create();
  await asks("rm");
  world.kill();
  await world.boot();
  await world.network.press("c1", /Always/);
  await world.clock.advance(10);
  expect(world.turn().given.grants).toMatchObject([{ fingerprint: "rm" }]);
  world.turn().finish("done");
  await world.clock.advance(10);
  expect((await asks("rm")).answers).toHaveLength(1);
});

it("[G13] it holds in its chat, for its worker and for this deed only", async () => {
  await create({ ...ALWAYS, others: [{ name: "other" }] });
  await allowed("rm");
  await asks("rm", "c2");
  expect(await open()).toHaveLength(1);
  await say("/agent other");
  await say("please");
  const turn = world.now().others[0]?.turns.at(-1);
  turn?.say(
    { type: "accepted" },
    { type: "ask", id: "a", title: "rm", detail: "", fingerprint: "rm" },
  );
  await world.clock.advance(10);
  expect(turn?.answers).toEqual([]);
  expect(await open()).toHaveLength(2);
});

it("[G13] it is given by the command as well, is listed, and outlives /new", async () => {
  await create();
  await asks("rm");
  await say("/approve 1 Always");
  expect(last()).toContain("from now on");
  await over();
  await say("/new");
  await say("/grants");
  expect(last()).toBe("1. rm (demo; Ann, 2026-01-01)");
  expect((await asks("rm")).answers).toHaveLength(1);
});

it("[G13] it is revoked by number, by /revoke all, and by an operator; then it is asked again", async () => {
  await create();
  for (const deed of ["rm", "mv", "cp", "ln"]) await allowed(deed);
  await say("/revoke");
  expect(last()).toMatch(/^Say which:[^\n]*\n1\. rm .*\n2\. mv/);
  await say("/revoke 9");
  expect(last()).toContain("Say which");
  await say("/revoke 2");
  expect(last()).toBe("No longer allowed without asking: mv");
  const { operations } = world.now().gateway;
  const listed = await operations.grants();
  expect(listed.map(({ key, title }) => [key, title])).toEqual([
    [world.key(), "rm"],
    [world.key(), "cp"],
    [world.key(), "ln"],
  ]);
  expect(await operations.revoke(listed[1]?.id ?? "")).toBe(true);
  expect(await operations.revoke(listed[1]?.id ?? "")).toBe(false);
  await say("/grants");
  expect(last()).toMatch(/^1\. rm .*\n2\. ln/);
  expect((await asks("mv")).answers).toEqual([]);
  await world.network.press("c1", /Deny/);
  await world.clock.advance(10);
  await over();
  await say("/revoke all");
  await say("/grants");
  expect(last()).toBe("Nothing is allowed here for good.");
  expect((await asks("rm")).answers).toEqual([]);
});

it("[G13] the same deed allowed twice is one grant, and a forgotten session keeps none", async () => {
  await create();
  await allowed("rm");
  const { operations, core } = { ...world.now().gateway, core: world.now().core };
  expect(await operations.grants()).toHaveLength(1);
  await operations.forget(world.key());
  expect(await operations.grants()).toEqual([]);
  expect(await core.engine.keys("grant")).toEqual([]);
});

it("[G13] where it is no longer offered, what was allowed for good is asked again", async () => {
  let always = true;
  await create({
    ...ALWAYS,
    settings: (all) => ({
      workers: {
        demo: new Proxy(all.workers["demo"] as object, {
          get: (target, name) =>
            name === "approve"
              ? { ...(Reflect.get(target, name) as object), always }
              : (Reflect.get(target, name) as unknown),
        }) as never,
      },
    }),
  });
  await allowed("rm");
  always = false;
  expect((await asks("rm")).answers).toEqual([]);
  expect(await open()).toHaveLength(1);
});

it("[G05] an answer for good that comes second changes nothing and grants nothing", async () => {
  await create();
  await asks("rm");
  const [request] = await open();
  const { operations } = world.now().gateway;
  const reports = await Promise.all([
    operations.answer(request?.id ?? "", "deny", "bob"),
    operations.answer(request?.id ?? "", "always", "ann"),
  ]);
  expect(reports).toEqual([
    { outcome: "answered" },
    { outcome: "already", state: "denied", by: "bob" },
  ]);
  expect(await operations.grants()).toEqual([]);
});
