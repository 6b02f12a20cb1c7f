import { afterEach, expect, it } from "vitest";

import { createWorld } from "./world.ts";
import type { World, WorldOptions } from "./world.ts";

let world: World;
afterEach(() => world.close());

async function create(options: WorldOptions = {}): Promise<void> {
  world = await createWorld(options);
  await world.boot();
}

/** A message, and what is said in its chat because of it. */
async function say(text: string, user = "ann", chat = "c1"): Promise<string[]> {
  const before = world.network.texts(chat).length;
  await world.network.say(chat, text, { sender: { id: user, name: user } });
  await world.clock.advance(10);
  return world.network.texts(chat).slice(before);
}

async function converse(text: string, answer: string): Promise<void> {
  await say(text);
  world.turn().finish(answer);
  await world.clock.advance(10);
}

/** A turn runs in c1 and is cut by a kill. */
async function cut(): Promise<void> {
  await say("long work");
  world.turn().accept();
  await world.clock.advance(10);
  world.kill();
  await world.boot();
  await world.clock.advance(10);
  expect(await world.status()).toBe("resume_pending");
}

it("/help shows an operator more than a person", async () => {
  await create();
  const [forPerson = ""] = await say("/help");
  const [forOperator = ""] = await say("/help", "op");
  expect(forPerson.split("\n").map((line) => line.split(" ")[0])).toEqual([
    "/help",
    "/status",
    "/stop",
    "/new",
    "/resume",
    "/skip",
    "/sessions",
    "/queue",
    "/agent",
    "/approve",
    "/deny",
    "/grants",
    "/revoke",
  ]);
  expect(forOperator).toBe(
    `${forPerson}\n/pair [code] — let somebody talk to me, by the code they got\n/restart — restart the gateway; running answers may finish`,
  );
});

it("[B05] commands work while a turn runs, and do not wait behind it", async () => {
  await create();
  await say("first");
  world.turn().accept();
  await say("second");
  expect(await say("/status")).toEqual([
    "session: running\nturn: attempt 1, 0 s\nwaiting: 1\ngateway: running",
  ]);
  expect(await say("/queue")).toEqual(["1. ann: second"]);
  expect(await say("/sessions")).toEqual([
    "▸ this one: running, 1 turns\nNo earlier conversations here.",
  ]);
  expect(world.now().worker.turns).toHaveLength(1);
});

it("[B05] a command may name the bot and be written in capitals", async () => {
  await create();
  expect(await say("/Queue@sluice_bot")).toEqual(["The queue is empty."]);
  expect(await say("/queue@sluice_bot steer")).toEqual(["Mode: steer."]);
});

it("[B05] an unknown slash word is text for the agent", async () => {
  await create();
  for (const text of ["/etc/passwd", "/deploy now", "/statusx", "/", "//stop"]) {
    expect(await say(text)).toEqual([]);
    expect(world.turn().given.messages).toMatchObject([{ text }]);
    world.turn().finish("ok");
    await world.clock.advance(10);
  }
});

it("[B04] /new starts a fresh session and keeps the old one reachable", async () => {
  await create();
  await converse("remember blue", "I do");
  const old = (await world.session()).id;
  expect(await say("/new")).toEqual(["🆕 A new conversation. /resume brings the last one back."]);
  expect((await world.session()).id).not.toBe(old);
  await say("what colour?");
  expect(world.turn().given.transcript).toEqual([]);
  world.turn().finish("none");
  await world.clock.advance(10);

  expect(await say("/resume")).toEqual([
    "↩️ The earlier conversation is back. Write anything to go on.",
  ]);
  expect((await world.session()).id).toBe(old);
  await say("what colour?");
  expect(world.turn().given.transcript.map(({ body }) => body)).toMatchObject([
    { kind: "user", text: "remember blue" },
    { kind: "assistant", text: "I do" },
  ]);
});

it("[B04] two racing /new make one", async () => {
  await create();
  await converse("hello", "hi");
  await world.network.deliver([
    world.network.inbound("c1", "/new"),
    world.network.inbound("c1", "/new"),
  ]);
  await world.clock.advance(10);
  expect((await world.session()).past).toHaveLength(1);
  expect(world.network.texts("c1").slice(1).toSorted()).toEqual([
    "This conversation is new already.",
    "🆕 A new conversation. /resume brings the last one back.",
  ]);
});

it("[B04] a message sent right after /new runs in the new session", async () => {
  await create();
  await converse("hello", "hi");
  const old = (await world.session()).id;
  await world.network.deliver(
    ["/status", "/new", "/status", "again"].map((text) => world.network.inbound("c1", text)),
  );
  await world.clock.advance(10);
  expect(world.turn().given.messages).toMatchObject([{ text: "again" }]);
  expect(world.turn().conversation.session).not.toBe(old);
  world.turn().finish("hi again");
  await world.clock.advance(10);
  expect(world.network.texts("c1").slice(1)).toEqual([
    "session: idle\nwaiting: 1\ngateway: running",
    "🆕 A new conversation. /resume brings the last one back.",
    "session: idle\nwaiting: 1\ngateway: running",
    "hi again",
  ]);
});

it("[B04] /new ends the turn that runs, and what waits behind it begins in the new session", async () => {
  await create();
  await say("first");
  const turn = world.turn();
  turn.accept();
  await say("second");
  await say("/new");
  await world.clock.advance(100);
  expect(turn.isKilled).toBe(true);
  expect(world.turn().given.messages).toMatchObject([{ text: "second" }]);
  expect(world.turn().given.transcript).toEqual([]);
  expect(world.turn().conversation.session).not.toBe(turn.conversation.session);
  turn.finish("too late");
  world.turn().finish("in time");
  await world.clock.advance(100);
  expect(world.network.texts("c1")).not.toContain("too late");
  expect(world.network.texts("c1").at(-1)).toBe("in time");
});

it("/resume n brings back the nth of /sessions, and says when there is none", async () => {
  await create();
  expect(await say("/resume")).toEqual(["There is nothing to resume."]);
  await converse("one", "1");
  const first = (await world.session()).id;
  await say("/new");
  await converse("two", "2");
  await say("/new");
  const [list = ""] = await say("/sessions");
  expect(list.split("\n")).toHaveLength(3);
  for (const words of ["9", "0", "-1", "x", "1.5"]) {
    expect(await say(`/resume ${words}`)).toEqual(["There is nothing to resume."]);
  }
  await say("/resume 2");
  expect((await world.session()).id).toBe(first);
});

it("/resume while a turn runs says to stop it first", async () => {
  await create();
  await converse("one", "1");
  await say("/new");
  await say("two");
  world.turn().accept();
  expect(await say("/resume")).toEqual(["A turn runs here. /stop it first."]);
});

it("/skip drops what was cut, and the next message is an ordinary one", async () => {
  await create();
  expect(await say("/skip")).toEqual(["Nothing waits to be continued."]);
  await cut();
  expect(await say("/skip")).toEqual(["Dropped. Your next message is an ordinary one."]);
  expect(await world.status()).toBe("idle");
  await say("hello");
  expect(world.turn().given.note).toBeNull();
});

it("/status in a session that was cut says how often", async () => {
  await create();
  await cut();
  expect(await say("/status")).toEqual([
    "session: cut short, to be continued, cut 1 times in a row\nwaiting: 0\ngateway: running",
  ]);
});

it("/approve and /deny where nothing waits say so", async () => {
  await create();
  expect(await say("/approve")).toEqual(["No request waits here."]);
  expect(await say("/deny 3")).toEqual(["No request waits here."]);
});

it("/restart is for operators only", async () => {
  await create();
  expect(await say("/restart")).toEqual(["Only an operator may do that."]);
  expect(world.now().gateway.phase()).toBe("running");
  expect(await say("/restart", "op")).toContain(
    "🔄 Restarting now. Running answers have 60 s to finish.",
  );
  expect(world.now().gateway.phase()).toBe("drained");
});

it("/restart leaves a drain that stays, and is told of one that leaves already", async () => {
  await create();
  await say("long work");
  world.turn().accept();
  await world.clock.advance(10);
  const { gateway } = world.now();
  gateway.drain({ then: "stay", timeoutMs: null, by: "test", worker: null });
  expect(await say("/restart", "op")).toContain(
    "🔄 Restarting now. Running answers have 60 s to finish.",
  );
  expect(gateway.operations.drainReport()).toMatchObject({ then: "restart" });
  expect(await say("/restart", "op")).toEqual(["A restart is under way already."]);
});

it("[I10] a /restart that the network brings again restarts once", async () => {
  await create();
  const restart = world.network.inbound("c1", "/restart", { sender: { id: "op", name: "Op" } });
  await world.network.deliver([restart, restart]);
  await world.clock.advance(100);
  await world.network.deliver([restart]);
  const { gateway } = world.now();
  expect(gateway.operations.drainReport()).toMatchObject({ then: "restart" });
  await world.end();
  await world.boot();
  await world.network.deliver([restart]);
  await world.clock.advance(1000);
  expect(world.now().gateway.phase()).toBe("running");
  expect(world.now().gateway.operations.drainReport()).toBeNull();
  expect(world.network.texts("c1").filter((text) => text.includes("Restarting now"))).toHaveLength(
    1,
  );
});

it("[I10] a /restart that a kill overtook restarts no second time once it was answered", async () => {
  await create();
  await world.network.say("c1", "/restart", { sender: { id: "op", name: "Op" } });
  await world.clock.advance(0);
  world.kill();
  await world.boot();
  await world.clock.advance(1000);
  expect(world.now().gateway.phase()).toBe("running");
});

it("in a group each person has a session of their own, where that is configured", async () => {
  await create();
  const inGroup = (id: string) => ({ scope: "group", sender: { id, name: id } }) as const;
  await world.network.say("g1", "one", inGroup("ann"));
  await world.network.say("g1", "two", inGroup("bob"));
  await world.clock.advance(10);
  expect(world.now().worker.turns.map(({ conversation }) => conversation.key)).toEqual([
    "fake:main:g1::ann",
    "fake:main:g1::bob",
  ]);
});
