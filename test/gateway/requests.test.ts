import { afterEach, expect, it } from "vitest";

import { createWorld } from "./world.ts";
import type { World, WorldOptions } from "./world.ts";

let world: World;
afterEach(() => world.close());

/** A turn in c1 that waits for an answer to each of the titles. */
async function asking(titles: readonly string[], options: WorldOptions = {}) {
  world = await createWorld(options);
  await world.boot();
  await world.network.say("c1", "clean up");
  await world.clock.advance(10);
  const turn = world.turn();
  turn.accept();
  for (const title of titles) {
    turn.say({ type: "ask", id: title, title, detail: "", fingerprint: `do ${title}` });
  }
  await world.clock.advance(10);
  expect(await world.status()).toBe("awaiting_input");
  return turn;
}

const open = () => world.now().gateway.operations.requests();
const shown = (title: string) =>
  world.network.shown.find(({ text }) => text.startsWith(`🔐 ${title}`));
const bob = { id: "bob", name: "Bob" };

it("[G05] the first answer counts, is stored before the worker hears it, and the second is told who answered first", async () => {
  const turn = await asking(["rm"]);
  const [request] = await open();
  const { operations } = world.now().gateway;
  const id = request?.id ?? "";
  const reports = await Promise.all([
    operations.answer(id, "allow", "ann"),
    operations.answer(id, "deny", "bob"),
  ]);
  expect(reports).toEqual([
    { outcome: "answered" },
    { outcome: "already", state: "allowed", by: "ann" },
  ]);
  expect(world.units.at(-1)?.requests).toMatchObject([{ id, state: "allowed", answeredBy: "ann" }]);
  await world.clock.advance(10);
  expect(turn.answers).toEqual([{ ask: "rm", decision: "allow" }]);
  expect(shown("rm")).toMatchObject({ text: "🔐 rm — allowed by ann", buttons: [] });
});

it("[G05] a second press is told in the chat who answered first", async () => {
  await asking(["rm"]);
  const allow = shown("rm")?.buttons[0]?.[0]?.data ?? "";
  const press = { button: { data: allow, on: "out-1" } };
  await world.network.say("c1", "", press);
  await world.clock.advance(10);
  await world.network.say("c1", "", { ...press, sender: bob });
  await world.clock.advance(10);
  // The question itself tells the first one; only the second is told more.
  expect(world.network.texts("c1")).toEqual([
    "🔐 rm — allowed by Ann",
    "Already settled: allowed by Ann.",
  ]);
});

it("[G05] an answer that a kill overtakes before the worker heard it still counts", async () => {
  await asking(["rm"]);
  const [request] = await open();
  await world.now().gateway.operations.answer(request?.id ?? "", "allow", "ann");
  world.kill();
  const { gateway } = await world.boot();
  expect(await gateway.operations.answer(request?.id ?? "", "deny", "bob")).toEqual({
    outcome: "already",
    state: "allowed",
    by: "ann",
  });
});

it("[G06] a drain neither waits for nor interrupts a turn that waits for a person", async () => {
  const turn = await asking(["rm"]);
  const began = world.clock.monotonic();
  const report = await world.end();
  expect(world.clock.monotonic() - began).toBeLessThan(1000);
  expect(report).toMatchObject({ timedOut: false, cut: [], requeued: [] });
  expect(turn.interrupts).toBe(0);
  await world.boot();
  expect(await world.status()).toBe("awaiting_input");
  expect(await open()).toMatchObject([{ title: "rm", detached: true }]);
});

it.each([
  ["a kill", async () => world.kill()],
  ["a restart", () => world.end()],
])("[G07] the buttons still work after %s: allow goes on with a one-shot grant", async (_, end) => {
  await asking(["rm"]);
  const session = await world.session();
  await end();
  const { worker } = await world.boot();
  await world.clock.advance(10);
  expect(worker.turns).toEqual([]);
  await world.network.press("c1", /Allow/);
  await world.clock.advance(10);
  const { given } = world.turn();
  expect(given.turn).toBe(session.turn?.id);
  expect(given.messages).toMatchObject([{ text: "clean up" }]);
  expect(given.grants.map(({ fingerprint }) => fingerprint)).toEqual(["do rm"]);
  world.turn().finish("cleaned");
  await world.clock.advance(10);
  expect(world.network.texts("c1").at(-1)).toBe("cleaned");
  expect(await world.status()).toBe("idle");
  await world.network.say("c1", "and now?");
  await world.clock.advance(10);
  expect(world.turn().given.grants).toEqual([]);
});

it("[G07] after a kill, deny settles the turn without a worker", async () => {
  await asking(["rm"]);
  world.kill();
  const { worker } = await world.boot();
  await world.clock.advance(10);
  await world.network.press("c1", /Deny/);
  await world.clock.advance(10);
  expect(worker.turns).toEqual([]);
  expect((await world.session()).last?.outcome).toBe("cancelled");
  expect(await world.status()).toBe("idle");
  expect(shown("rm")).toMatchObject({ text: "🔐 rm — denied by ann", buttons: [] });
  expect(world.network.texts("c1")).toContain("⏹ Declined; nothing was done.");
});

it("[G08] a worker that dies while asking leaves the request to its person, told once", async () => {
  const turn = await asking(["rm"]);
  turn.die();
  await world.clock.advance(10);
  expect(await world.status()).toBe("awaiting_input");
  expect(await open()).toMatchObject([{ title: "rm", detached: true }]);
  const told = "🔐 rm still waits for you: the buttons still work.";
  expect(world.network.texts("c1").filter((text) => text === told)).toHaveLength(1);
  world.kill();
  await world.boot();
  await world.clock.advance(100);
  expect(world.network.texts("c1").filter((text) => text === told)).toHaveLength(1);
  await world.network.press("c1", /Allow/);
  await world.clock.advance(10);
  expect(world.turn().given.grants).toHaveLength(1);
});

it("[G09] several requests may be open, and the turn runs on when the last is answered", async () => {
  const turn = await asking(["rm", "mv"]);
  await world.network.say("c1", "/approve");
  await world.network.say("c1", "/approve 1");
  await world.clock.advance(10);
  expect(world.network.texts("c1")).toContain("Several requests wait. Say which: 1. rm; 2. mv");
  expect(await world.status()).toBe("awaiting_input");
  expect(turn.answers).toEqual([{ ask: "rm", decision: "allow" }]);
  await world.network.say("c1", "/deny");
  await world.clock.advance(10);
  expect(await world.status()).toBe("running");
  expect(turn.answers).toEqual([
    { ask: "rm", decision: "allow" },
    { ask: "mv", decision: "deny" },
  ]);
  turn.say({ type: "delta", text: "half done" }, { type: "completed", reason: "end_turn" });
  await world.clock.advance(10);
  expect(world.network.texts("c1").at(-1)).toBe("half done");
});

it("[G09] of several detached requests any consent goes on, with the grants that were given", async () => {
  await asking(["rm", "mv", "cp"]);
  world.kill();
  const { worker } = await world.boot();
  await world.clock.advance(10);
  for (const [title, label] of [
    ["rm", 0],
    ["mv", 1],
    ["cp", 0],
  ] as const) {
    expect(worker.turns).toEqual([]);
    const data = shown(title)?.buttons[0]?.[label]?.data ?? "";
    await world.network.say("c1", "", { button: { data, on: "any" } });
    await world.clock.advance(10);
  }
  expect(world.turn().given.grants.map(({ fingerprint }) => fingerprint)).toEqual([
    "do rm",
    "do cp",
  ]);
});

it("[G10] a request that nobody answers expires as a no, visibly, and loses its buttons", async () => {
  const settings: WorldOptions["settings"] = (all) => ({
    requests: { ...all.requests, ttlMs: 60_000 },
  });
  const turn = await asking(["rm"], { settings });
  await world.clock.advance(58_000);
  expect(turn.answers).toEqual([]);
  await world.clock.advance(5000);
  expect(turn.answers).toEqual([{ ask: "rm", decision: "deny" }]);
  expect(shown("rm")).toMatchObject({ text: "🔐 rm — expired", buttons: [] });
  expect(await world.status()).toBe("running");
});

it("[G10] a detached request that nobody answers ends its turn with a word", async () => {
  await asking(["rm"], { settings: (all) => ({ requests: { ...all.requests, ttlMs: 60_000 } }) });
  world.kill();
  await world.boot();
  await world.clock.advance(62_000);
  expect(await world.status()).toBe("idle");
  expect(shown("rm")).toMatchObject({ text: "🔐 rm — expired", buttons: [] });
  expect(world.network.texts("c1")).toContain("⌛ Nobody answered in time; nothing was done.");
});

it("[G10] a request that expired before it could be shown is shown without buttons", async () => {
  world = await createWorld({
    settings: (all) => ({ requests: { ...all.requests, ttlMs: 60_000 } }),
  });
  await world.boot();
  await world.network.say("c1", "clean up");
  await world.clock.advance(10);
  world.network.cut();
  world
    .turn()
    .say({ type: "accepted" }, { type: "ask", id: "a", title: "rm", detail: "", fingerprint: "f" });
  await world.clock.advance(62_000);
  world.network.connect();
  await world.clock.advance(100);
  expect(shown("rm")).toMatchObject({ text: "🔐 rm — expired", buttons: [] });
});

it.each([
  ["a press", () => world.network.press("c1", /Allow/)],
  ["/approve", () => world.network.say("c1", "/approve")],
])("[G12] during a drain %s is stored, and acted on after boot", async (_, answer) => {
  const turn = await asking(["rm"]);
  world.now().gateway.drain({ then: "restart", timeoutMs: null, by: "test", worker: null });
  await answer();
  await world.clock.advance(10);
  expect(turn.answers).toEqual([]);
  expect(await open()).toHaveLength(1);
  expect(world.network.texts("c1").at(-1)).toContain("Saved");
  await world.end();
  await world.boot();
  await world.clock.advance(10);
  expect(world.turn().given.grants).toHaveLength(1);
  expect(shown("rm")?.text).toMatch(/^🔐 rm — allowed by ann$/i);
});

it("[G12] an answer that was stored during a drain is acted on when the drain is called off", async () => {
  const turn = await asking(["rm"]);
  await world.network.say("c2", "hello");
  await world.clock.advance(10);
  world.turn().accept();
  const { gateway } = world.now();
  gateway.drain({ then: "stay", timeoutMs: null, by: "test", worker: null });
  await world.network.press("c1", /Allow/);
  await world.clock.advance(10);
  expect(turn.answers).toEqual([]);
  await gateway.operations.undrain();
  await world.clock.advance(10);
  expect(turn.answers).toEqual([{ ask: "rm", decision: "allow" }]);
});

it("a worker that takes its question back takes the buttons away and runs on", async () => {
  const turn = await asking(["rm"]);
  turn.say({ type: "ask_withdrawn", id: "rm" });
  await world.clock.advance(10);
  expect(await world.status()).toBe("running");
  expect(shown("rm")).toMatchObject({ text: "🔐 rm — no longer needed", buttons: [] });
  expect(await open()).toEqual([]);
});

it("a button that means nothing is answered with a word", async () => {
  await asking(["rm"]);
  for (const data of ["allow:", "allow:req_none", "nonsense", ""]) {
    await world.network.say("c1", "", { button: { data, on: "out-1" } });
  }
  await world.clock.advance(10);
  expect(world.network.texts("c1").slice(1)).toEqual([
    "No request waits here.",
    "No request waits here.",
    "Nothing runs here.",
    "Nothing runs here.",
  ]);
});

it("[T12] a stale button shows the open question's buttons anew, and takes them from where they were", async () => {
  const turn = await asking(["rm", "mv"]);
  const stale = { button: { data: "allow:req_gone", on: "out-9" } };
  await world.network.say("c1", "", stale);
  await world.clock.advance(10);
  const questions = world.network.shown.filter(({ text }) => text.startsWith("🔐 mv"));
  expect(questions).toMatchObject([{ buttons: [] }, { buttons: [[{}, {}]] }]);
  const allow = questions[1]?.buttons[0]?.[0]?.data ?? "";
  await world.network.say("c1", "", {
    button: { data: allow, on: questions[1]?.externalId ?? "" },
  });
  await world.clock.advance(10);
  expect(turn.answers).toEqual([{ ask: "mv", decision: "allow" }]);
  expect(world.network.texts("c1")).toContain("🔐 mv — allowed by Ann");
});

it("[T12] a second press of the question that is open now shows nothing anew", async () => {
  await asking(["rm"]);
  const on = shown("rm");
  const stale = { button: { data: "allow:req_gone", on: on?.externalId ?? "" } };
  await world.network.say("c1", "", stale);
  await world.clock.advance(10);
  expect(world.network.shown.filter(({ text }) => text.startsWith("🔐 rm"))).toHaveLength(1);
});

it("a request is told with whether it may be allowed for good, and after its end with who settled it", async () => {
  await asking(["ls"]);
  expect(await open()).toMatchObject([{ title: "ls", canAlways: false }]);
  await world.close();
  await asking(["rm"], { agent: { approve: { always: true } } });
  const { operations } = world.now().gateway;
  const [request] = await open();
  expect(request).toMatchObject({ title: "rm", state: "open", canAlways: true });
  if (request === undefined) throw new Error("no request");
  await operations.answer(request.id, "deny", "ann");
  expect(await open()).toEqual([]);
  expect(await operations.request(request.id)).toMatchObject({
    state: "denied",
    answeredBy: "ann",
  });
});
