import { afterEach, expect, it } from "vitest";

import type { Step } from "../../gateway/probe.ts";
import { createWorld } from "./world.ts";
import type { World, WorldOptions } from "./world.ts";

let world: World;
/** The next time this step is reached, the gateway dies. */
let deadly: Step | null = null;

afterEach(() => {
  deadly = null;
  return world.close();
});

async function create(options: WorldOptions = {}): Promise<void> {
  world = await createWorld({
    ...options,
    probe(step) {
      if (step !== deadly) return;
      deadly = null;
      world.kill();
    },
  });
  await world.boot();
}

/** A message of a person, and the turn that it begins. */
async function ask(text = "hello", chat = "c1") {
  await world.network.say(chat, text);
  await world.clock.advance(10);
  return world.turn();
}

it("[O01] finish is one write of the answer, the transcript, the message and the turn", async () => {
  await create();
  (await ask()).finish("hi");
  await world.clock.advance(10);
  const unit = world.units.find(({ turn }) => turn?.phase === "ended");
  expect(unit?.session?.turn).toBeNull();
  expect(unit?.inbox).toMatchObject([{ from: "adopted", to: "done" }]);
  expect(unit?.outbox).toMatchObject([
    { purpose: "reply", state: "pending", message: { text: "hi", replyTo: "in-1" } },
  ]);
  expect(unit?.transcript).toMatchObject([
    { op: "put", entry: { body: { kind: "assistant", text: "hi", partial: false } } },
  ]);
});

it("[O01] a kill right after the finish neither loses the reply nor cuts the turn", async () => {
  await create();
  const turn = await ask();
  world.network.cut();
  deadly = "turn_finished";
  turn.finish("hi");
  await world.clock.advance(10);
  world.network.connect();
  const { worker } = await world.boot();
  await world.clock.advance(100);
  expect(world.network.texts("c1")).toEqual(["hi"]);
  expect(await world.status()).toBe("idle");
  expect(worker.turns).toEqual([]);
});

it("[O01] a kill right before the finish cuts the turn and never passes the part off as the answer", async () => {
  await create();
  const turn = await ask();
  deadly = "delta";
  turn.finish("hi");
  await world.clock.advance(10);
  await world.boot();
  await world.clock.advance(100);
  expect(await world.status()).toBe("resume_pending");
  expect(world.network.texts("c1")).toEqual([
    "⏸ Cut short by a crash. Write anything and I continue from here.",
  ]);
});

it("[O02] replies that were not sent are sent after boot, in order, in reply to their messages", async () => {
  await create();
  world.network.cut();
  (await ask("one")).finish("first");
  await world.clock.advance(10);
  (await ask("two")).finish("second");
  (await ask("three", "c2")).finish("elsewhere");
  await world.clock.advance(10);
  world.kill();
  expect(world.network.shown).toEqual([]);
  world.network.connect();
  await world.boot();
  await world.clock.advance(10);
  const inChat = world.network.shown.filter(({ chat }) => chat === "c1");
  expect(inChat.map(({ text, replyTo }) => [text, replyTo])).toEqual([
    ["first", "in-1"],
    ["second", "in-2"],
  ]);
  expect(world.network.texts("c2")).toEqual(["elsewhere"]);
});

it("[O07] a streamed answer and its final text are one message", async () => {
  await create();
  const turn = await ask();
  turn.say({ type: "accepted" });
  for (const word of ["This ", "comes ", "bit ", "by ", "bit"]) {
    turn.say({ type: "delta", text: word });
    await world.clock.advance(300);
  }
  expect(world.network.texts("c1")).toHaveLength(1);
  expect(world.network.shown[0]?.edits).toBeGreaterThan(1);
  turn.say({ type: "delta", text: "." }, { type: "completed", reason: "end_turn" });
  await world.clock.advance(1000);
  expect(world.network.texts("c1")).toEqual(["This comes bit by bit."]);
});

it("[O07] a streamed answer that a kill cut is one message with the remark, edited after boot", async () => {
  await create();
  const turn = await ask();
  turn.say({ type: "accepted" }, { type: "delta", text: "Half of" });
  await world.clock.advance(2000);
  world.kill();
  await world.boot();
  await world.clock.advance(100);
  expect(world.network.texts("c1")).toEqual([
    "Half of\n\n⏸ Cut short by a crash. Write anything and I continue from here.",
  ]);
});

it("[O07] a final edit that the network refuses falls back to one send", async () => {
  await create();
  const turn = await ask();
  turn.say({ type: "accepted" }, { type: "delta", text: "Half" });
  await world.clock.advance(1000);
  world.network.answers.push({ outcome: "refused", reason: "message to edit not found" });
  turn.say({ type: "delta", text: " and half" }, { type: "completed", reason: "end_turn" });
  await world.clock.advance(5000);
  expect(world.network.texts("c1")).toEqual(["Half", "Half and half"]);
  expect(world.network.shown[1]?.replyTo).toBe("in-1");
});

it("[O07] a final edit whose answer was lost is edited again, not sent", async () => {
  await create();
  const turn = await ask();
  turn.say({ type: "accepted" }, { type: "delta", text: "Half" });
  await world.clock.advance(1000);
  world.network.answers.push({ outcome: "done_but_lost" });
  turn.say({ type: "delta", text: " and half" }, { type: "completed", reason: "end_turn" });
  await world.clock.advance(5000);
  expect(world.network.texts("c1")).toEqual(["Half and half"]);
});

it("[O08] a long answer comes in parts within the network's limit, in order, the first in reply", async () => {
  await create({ capabilities: { textLimit: 500 } });
  const text = Array.from({ length: 120 }, (_, n) => `line ${n} 😀`).join("\n");
  (await ask()).finish(text);
  await world.clock.advance(100);
  const parts = world.network.texts("c1");
  expect(parts.length).toBeGreaterThan(2);
  expect(parts.every((part) => part.length <= 500)).toBe(true);
  expect(parts.join("\n").replaceAll(/\n+/g, "\n")).toBe(text);
  expect(world.network.shown.map(({ replyTo }) => replyTo)).toEqual([
    "in-1",
    ...parts.slice(1).map(() => null),
  ]);
});

it("[O08] a streamed answer that outgrows one message keeps it as its first part", async () => {
  await create({ capabilities: { textLimit: 200 } });
  const turn = await ask();
  turn.say({ type: "accepted" }, { type: "delta", text: "a ".repeat(50) });
  await world.clock.advance(1000);
  turn.say({ type: "delta", text: "b ".repeat(200) }, { type: "completed", reason: "end_turn" });
  await world.clock.advance(1000);
  const parts = world.network.texts("c1");
  expect(parts.length).toBeGreaterThan(1);
  expect(parts.join(" ").replaceAll(/\s/g, "")).toBe("a".repeat(50) + "b".repeat(200));
  expect(world.network.shown[0]?.edits).toBeGreaterThan(0);
});

it("[O09] a reply waits for its network, and goes out when it reconnects", async () => {
  await create();
  const turn = await ask();
  world.network.cut();
  turn.finish("hi");
  await world.clock.advance(60_000);
  expect(world.network.sends).toEqual([]);
  world.network.connect();
  await world.clock.advance(10);
  expect(world.network.texts("c1")).toEqual(["hi"]);
});

it("[O09] after a boot nothing is sent before the network is ready", async () => {
  await create();
  world.network.cut();
  (await ask()).finish("hi");
  await world.clock.advance(10);
  world.kill();
  await world.boot();
  await world.clock.advance(10_000);
  expect(world.network.sends).toEqual([]);
  world.network.connect();
  await world.clock.advance(10);
  expect(world.network.texts("c1")).toEqual(["hi"]);
});

it("[O08] a part that is sent again with its label still fits", async () => {
  await create({ capabilities: { textLimit: 200 } });
  const turn = await ask();
  world.network.answers.push({ outcome: "done_but_lost" });
  turn.finish("x".repeat(1000));
  await world.clock.advance(10_000);
  const parts = world.network.texts("c1");
  expect(parts[1]).toMatch(/^\(may be a duplicate\)\nx+$/);
  const whole = [parts[1]?.split("\n")[1], ...parts.slice(2)].join("");
  expect(whole).toBe("x".repeat(1000));
});

it("[O08] the long answer of a command comes in parts, and a long question is clipped", async () => {
  await create({ capabilities: { textLimit: 300 } });
  const turn = await ask();
  const title = "rm ".repeat(200);
  turn.say({ type: "accepted" }, { type: "ask", id: "a", title, detail: "d", fingerprint: "f" });
  for (let n = 0; n < 8; n += 1) await world.network.say("c1", `${n} `.repeat(40));
  await world.network.say("c1", "/queue");
  await world.clock.advance(10);
  const [question, ...list] = world.network.texts("c1");
  expect(question).toMatch(/^🔐 rm rm .*\n…$/s);
  expect(list.length).toBeGreaterThan(1);
  expect(list.join("\n").match(/^\d\. Ann/gm)).toHaveLength(8);
  await world.network.press("c1", /Allow/);
  await world.clock.advance(10);
  expect(turn.answers).toEqual([{ ask: "a", decision: "allow" }]);
  expect(world.network.shown[0]?.buttons).toEqual([]);
});

it("[O02] of an answer in parts only those are sent after a kill that had not been sent", async () => {
  await create({ capabilities: { textLimit: 200 } });
  const turn = await ask();
  world.network.answers.push(
    { outcome: "sent", externalId: "out-1" },
    {
      outcome: "rate_limited",
      retryAfterMs: 5000,
    },
  );
  turn.finish(["a", "b", "c"].map((letter) => letter.repeat(110)).join("\n\n"));
  await world.clock.advance(10);
  world.kill();
  await world.boot();
  await world.clock.advance(10_000);
  expect(world.network.texts("c1").map((text) => text[0])).toEqual(["b", "c"]);
});

it("[T09] a streamed answer leaves a network alone for as long as it says, and comes whole at its end", async () => {
  world = await createWorld();
  await world.boot();
  await world.network.say("c1", "hello");
  await world.clock.advance(10);
  const turn = world.turn();
  turn.accept();
  turn.say({ type: "delta", text: "one " });
  await world.clock.advance(400);
  expect(world.network.texts("c1")).toEqual(["one"]);
  world.network.answers.push({ outcome: "rate_limited", retryAfterMs: 5000 });
  turn.say({ type: "delta", text: "two " });
  await world.clock.advance(400);
  const before = world.network.sends.length;
  turn.say({ type: "delta", text: "three " });
  await world.clock.advance(4000);
  expect(world.network.sends).toHaveLength(before);
  await world.clock.advance(1200);
  expect(world.network.texts("c1")).toEqual(["one two three"]);
  turn.say({ type: "delta", text: "four" });
  turn.say({ type: "completed", reason: "end_turn" });
  await world.clock.advance(10);
  expect(world.network.texts("c1")).toEqual(["one two three four"]);
});

it.each(["its end", "a kill"])(
  "[T09] the wait that a streamed answer was told holds for %s",
  async (what) => {
    world = await createWorld();
    await world.boot();
    await world.network.say("c1", "hello");
    await world.clock.advance(10);
    const turn = world.turn();
    turn.accept();
    turn.say({ type: "delta", text: "one " });
    await world.clock.advance(400);
    world.network.answers.push({ outcome: "rate_limited", retryAfterMs: 5000 });
    turn.say({ type: "delta", text: "two " });
    await world.clock.advance(400);
    const before = world.network.sends.length;
    if (what === "a kill") {
      world.kill();
      await world.boot();
    } else turn.finish("");
    await world.clock.advance(4000);
    expect(world.network.sends).toHaveLength(before);
    await world.clock.advance(1500);
    expect(world.network.texts("c1")).toHaveLength(1);
    expect(world.network.sends).toHaveLength(before + 1);
  },
);

it("[T11] a streamed answer is edited less often in a group", async () => {
  world = await createWorld({ capabilities: { editIntervalInGroupsMs: 3000 } });
  await world.boot();
  await world.network.say("c1", "hello", { scope: "group" });
  await world.clock.advance(10);
  const turn = world.turn();
  turn.accept();
  for (let index = 0; index < 60; index += 1) {
    turn.say({ type: "delta", text: `${index} ` });
    await world.clock.advance(100);
  }
  expect(world.network.sends).toHaveLength(2);
});

it("[T05] answers go out while only what people say does not come", async () => {
  world = await createWorld();
  await world.boot();
  await world.network.say("c1", "hello");
  await world.clock.advance(10);
  world.network.cut();
  world.turn().finish("hi");
  await world.clock.advance(1000);
  expect(world.network.texts("c1")).toEqual([]);
  world.network.deafen();
  await world.clock.advance(10);
  expect(world.network.texts("c1")).toEqual(["hi"]);
});
