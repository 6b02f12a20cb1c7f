import { afterEach, expect, it } from "vitest";

import type { SessionKey } from "../../sessions/ids.ts";
import type { StoredEvent } from "../../sessions/rows.ts";
import { reply } from "../sessions/engine/samples.ts";
import { createWorld } from "./world.ts";
import type { World, WorldOptions } from "./world.ts";

let world: World;
afterEach(() => world.close());

async function create(options: WorldOptions = {}) {
  world = await createWorld(options);
  const { gateway } = await world.boot();
  return gateway.operations;
}

async function run(chat: string) {
  await world.network.say(chat, "hello");
  await world.clock.advance(10);
  const turn = world.turn();
  turn.accept();
  await world.clock.advance(10);
  return turn;
}

const nobody = "fake:main:nobody" as SessionKey;

it("status counts turns, queue, outbox, dead letters and networks as they are", async () => {
  const operations = await create();
  await run("c1");
  (await run("c2")).say({ type: "ask", id: "a", title: "rm", detail: "", fingerprint: "f" });
  await world.network.say("c3", "starting");
  await world.network.say("c1", "second");
  await world.clock.advance(5000);
  world.network.cut();
  world.now().worker.turns[0]?.finish("hi");
  await world.clock.advance(10);
  expect(await operations.status()).toMatchObject({
    phase: "running",
    pid: 1,
    version: "test",
    recovered: 0,
    held: null,
    turns: { starting: 2, running: 0, awaiting_input: 1, interrupting: 0 },
    turnLimit: 64,
    queued: 0,
    oldestQueuedMs: null,
    outbox: { pending: 1, sending: 0, draft: 0, held: 0 },
    deadLetters: 0,
    adapters: [{ network: "fake", account: "main", state: "retrying", reason: "cable cut" }],
    workers: [{ name: "demo", processes: 0, sessions: 0 }],
    drain: null,
  });
  await world.network.say("c1", "third");
  await world.clock.advance(3000);
  expect(await operations.status()).toMatchObject({ queued: 1, oldestQueuedMs: 3000 });
});

it("status says where the feed of what comes now begins", async () => {
  const operations = await create();
  expect((await operations.status()).lastEvent).toBe(0);
  await run("c1");
  const events = await operations.events({ after: 0, key: null, limit: 1000 });
  expect(events.length).toBeGreaterThan(1);
  expect((await operations.status()).lastEvent).toBe(events.at(-1)?.seq);
});

it("the plan of a restart says who would be waited for, and changes nothing", async () => {
  const operations = await create();
  await run("c1");
  (await run("c2")).say({ type: "ask", id: "a", title: "rm", detail: "", fingerprint: "f" });
  await world.network.say("c3", "starting");
  await world.network.say("c1", "behind");
  await world.clock.advance(100);
  const before = world.units.length;
  const plan = await operations.plan();
  expect(plan.waitFor.map(({ key }) => key)).toEqual([world.key("c1"), world.key("c3")]);
  expect(plan.requeue).toEqual([world.key("c3")]);
  expect(plan.leftAlone).toEqual([world.key("c2")]);
  expect(plan.wouldCut).toEqual([]);
  expect(plan).toMatchObject({ queued: 1, undelivered: 0, worstCaseMs: 65_000 });
  await world.clock.advance(10);
  expect(world.units.slice(before)).toEqual([]);
  expect(operations.drainReport()).toBeNull();
});

it("sessions are listed by status and page by page, the latest first", async () => {
  const operations = await create();
  for (const chat of ["c1", "c2", "c3"]) {
    const turn = await run(chat);
    if (chat !== "c2") turn.finish("ok");
    await world.clock.advance(1000);
  }
  const all = { status: null, limit: 2, after: null };
  const first = await operations.sessions(all);
  expect(first.items.map(({ key }) => key)).toEqual([world.key("c3"), world.key("c2")]);
  const second = await operations.sessions({ ...all, after: first.next });
  expect(second.items.map(({ key }) => key)).toEqual([world.key("c1")]);
  expect(second.next).toBeNull();
  const running = await operations.sessions({ status: "running", limit: 10, after: null });
  expect(running.items).toMatchObject([{ key: world.key("c2"), turns: 1, cuts: 0, queued: 0 }]);
});

it("a session's report has its queue, its transcript and its past", async () => {
  const operations = await create();
  expect(await operations.session(nobody)).toBeNull();
  (await run("c1")).finish("hi");
  await world.clock.advance(10);
  await world.network.say("c1", "/new");
  await run("c1");
  await world.network.say("c1", "behind");
  const report = await operations.session(world.key());
  expect(report).toMatchObject({ status: "running", turns: 1, queued: 1, why: null });
  expect(report?.queue.map(({ message }) => message.text)).toEqual(["behind"]);
  expect(report?.past).toMatchObject([{ why: "new" }]);
  expect(report?.transcript.map(({ body }) => body.kind)).toEqual(["user"]);
});

it("[L05] release lets a suspended conversation go on, and refuses where nothing is suspended", async () => {
  const operations = await create({
    settings: (all) => ({ resume: { ...all.resume, cutsToSuspend: 1 } }),
  });
  expect(await operations.release(nobody)).toBe(false);
  await run("c1");
  const before = await world.session();
  expect(await operations.release(world.key())).toBe(false);
  world.kill();
  const { gateway } = await world.boot();
  await world.clock.advance(10);
  expect(await world.status()).toBe("suspended");
  const suspended = { status: "suspended", limit: 10, after: null } as const;
  const { items } = await gateway.operations.sessions(suspended);
  expect(items).toMatchObject([{ key: world.key(), cuts: 1 }]);
  expect(await gateway.operations.release(world.key())).toBe(true);
  expect(await world.status()).toBe("resume_pending");
  await run("c1");
  expect((await world.session()).id).toBe(before.id);
  expect(world.turn().given.note?.cause).toBe("crash");
});

it("a session's report names who computes its turn, and once that is over who computes the next one", async () => {
  const operations = await create({
    others: [{ name: "other" }],
    reread: (now) => ({
      ...now,
      routes: [{ network: null, chat: "c1", user: null, worker: "other" }],
    }),
  });
  const turn = await run("c1");
  await operations.reload();
  expect(await operations.session(world.key())).toMatchObject({ worker: "demo" });
  turn.finish("hi");
  await world.clock.advance(10);
  expect(await operations.session(world.key())).toMatchObject({ worker: "other" });
});

it("a session's report has its turns over all conversations, the latest first, and as much of what was said as is wanted", async () => {
  const operations = await create();
  (await run("c1")).finish("hi");
  await world.clock.advance(10);
  await world.network.say("c1", "/new");
  (await run("c1")).finish("bye");
  await world.clock.advance(10);
  await run("c1");
  const report = await operations.session(world.key());
  expect(report?.recent).toMatchObject([
    { phase: "running", outcome: null, attempt: 1 },
    { phase: "ended", outcome: "completed", attempt: 1 },
    { phase: "ended", outcome: "completed", attempt: 1 },
  ]);
  const latest = await operations.session(world.key(), 2);
  expect(report?.transcript).toHaveLength(3);
  expect(latest?.transcript).toEqual(report?.transcript.slice(1));
  expect(await operations.summary(nobody)).toBeNull();
  expect(await operations.summary(world.key())).toEqual({
    key: world.key(),
    session: report?.session,
    status: "running",
    turns: 2,
    cuts: 0,
    queued: 0,
    touchedAt: report?.touchedAt,
  });
});

it("[L05] resume lets a cut conversation go on without a message, a suspended one too, and no other", async () => {
  for (const cutsToSuspend of [1, 3]) {
    const operations = await create({
      settings: (all) => ({ resume: { ...all.resume, cutsToSuspend } }),
    });
    expect(await operations.resume(nobody)).toBe(false);
    await run("c1");
    const before = await world.session();
    expect(await operations.resume(world.key())).toBe(false);
    world.kill();
    const { gateway } = await world.boot();
    await world.clock.advance(10);
    expect(await world.status()).toBe(cutsToSuspend === 1 ? "suspended" : "resume_pending");
    expect(await gateway.operations.resume(world.key())).toBe(true);
    await world.clock.advance(10);
    expect((await world.session()).id).toBe(before.id);
    expect(world.turn().given.note?.cause).toBe("crash");
    expect(await gateway.operations.resume(world.key())).toBe(false);
    world.turn().finish("went on");
    await world.clock.advance(10);
    expect(await world.status()).toBe("idle");
    expect(world.network.texts("c1")).toContainEqual(expect.stringContaining("went on"));
    await world.close();
  }
});

it("resume is refused while the gateway drains", async () => {
  const operations = await create();
  await run("c1");
  await operations.drain({ then: "stay", timeoutMs: null, by: "t", worker: null });
  await expect(operations.resume(world.key())).rejects.toMatchObject({
    code: "control_refused",
    message: expect.stringContaining("while the gateway is draining") as string,
  });
});

it("the outbox lists what is not settled, the oldest first, with what is uncertain", async () => {
  const operations = await create();
  await world.now().core.engine.commit({
    outbox: [
      reply("a", "t", { state: "sending", uncertain: true }),
      reply("b", "t", { state: "sent" }),
      reply("c", "t", { state: "held" }),
      reply("d", "t", { state: "dead" }),
    ],
  });
  expect(await operations.outbox(10)).toMatchObject([
    { id: "out_a", state: "sending", uncertain: true },
    { id: "out_c", state: "held" },
  ]);
  expect(await operations.outbox(1)).toMatchObject([{ id: "out_a" }]);
});

it("[L05] a suspended session can be forgotten", async () => {
  await create({ settings: (all) => ({ resume: { ...all.resume, cutsToSuspend: 1 } }) });
  await run("c1");
  world.kill();
  const { gateway } = await world.boot();
  await world.clock.advance(10);
  expect(await gateway.operations.forget(world.key())).toBe(true);
  await run("c1");
  expect(world.turn().given.note).toBeNull();
  expect((await world.session()).past).toEqual([]);
});

it("forget ends what runs, removes what was said, and lists what waited", async () => {
  const operations = await create();
  expect(await operations.forget(nobody)).toBe(false);
  const turn = await run("c1");
  await world.network.say("c1", "behind");
  expect(await operations.forget(world.key())).toBe(true);
  await world.clock.advance(2000);
  expect(turn.isKilled).toBe(true);
  expect(await operations.session(world.key())).toBeNull();
  expect(await world.now().core.engine.openTurns()).toEqual([]);
  expect(world.now().worker.turns).toHaveLength(1);
  expect(await operations.deadLetters(10)).toMatchObject([
    { kind: "message", reason: "forgotten", item: { message: { text: "behind" } } },
  ]);
  await run("c1");
  expect(world.turn().given.transcript).toEqual([]);
});

it("an answer to an unknown request is unknown", async () => {
  const operations = await create();
  expect(await operations.answer("req_none", "allow", "op")).toEqual({ outcome: "unknown" });
});

it("the feed gives what was stored, goes on after a number, and ends when it is called off", async () => {
  const operations = await create();
  (await run("c1")).finish("hi");
  await world.clock.advance(10);
  const stop = new AbortController();
  const seen: StoredEvent[] = [];
  const reading = (async () => {
    for await (const event of operations.feed(0, null, stop.signal)) seen.push(event);
    return "ended";
  })();
  await world.clock.advance(10);
  const stored = seen.length;
  expect(seen[0]?.event.type).toBe("turn_started");
  await run("c2");
  await world.clock.advance(10);
  expect(seen.slice(stored).map(({ key }) => key)).toContain(world.key("c2"));
  stop.abort();
  await world.clock.advance(0);
  expect(await reading).toBe("ended");

  const again = new AbortController();
  const rest: StoredEvent[] = [];
  const resumed = (async () => {
    for await (const event of operations.feed(seen[1]?.seq ?? 0, null, again.signal))
      rest.push(event);
  })();
  await world.clock.advance(10);
  again.abort();
  await resumed;
  expect(rest).toEqual(seen.slice(2));
});

it("metrics count turns by how they ended, and what waits", async () => {
  const operations = await create();
  (await run("c1")).finish("hi");
  await run("c2");
  await world.network.say("c2", "behind");
  await world.clock.advance(10);
  const text = await operations.metrics();
  expect(text).toContain('sluice_turns_ended_total{outcome="completed"} 1');
  expect(text).toContain('sluice_turns{status="running"} 1');
  expect(text).toContain("sluice_inbox_queued 1");
  expect(text).toContain('sluice_adapter_connected{network="fake",account="main"} 1');
});

it("the feed gives more events than it reads at once, each once and in order", async () => {
  const operations = await create();
  world.now().worker.answerWith = () => [
    { type: "accepted" },
    { type: "completed", reason: "end_turn" },
  ];
  await world.network.deliver(
    Array.from({ length: 60 }, (_, n) => world.network.inbound(`c${n}`, "hello")),
  );
  await world.clock.advance(100);
  const stop = new AbortController();
  const seqs: number[] = [];
  const reading = (async () => {
    for await (const { seq } of operations.feed(0, null, stop.signal)) seqs.push(seq);
  })();
  await world.clock.advance(100);
  stop.abort();
  await reading;
  expect(seqs.length).toBeGreaterThan(250);
  expect(seqs).toEqual([...new Set(seqs)].toSorted((one, other) => one - other));
});
