import { afterEach, expect, it } from "vitest";

import type { Timeline, TimelineQuery, TimelineTurn } from "../../gateway/report/timeline.ts";
import type { WorkerEvent } from "../../workers/worker.ts";
import { createWorld } from "./world.ts";
import type { World, WorldOptions } from "./world.ts";

let world: World;
let began: number;
afterEach(() => world.close());

const ASK: WorkerEvent = { type: "ask", id: "a", title: "rm", detail: "", fingerprint: "f" };

async function create(options: WorldOptions = {}): Promise<void> {
  world = await createWorld(options);
  began = world.clock.now();
  await world.boot();
}

async function say(chat: string, text = "hello") {
  await world.network.say(chat, text);
  await world.clock.advance(10);
  return world.turn();
}

const read = (query: Partial<TimelineQuery> = {}): Promise<Timeline> =>
  world.now().gateway.operations.timeline({ from: null, until: null, limit: 50, ...query });

/** Times as ms since the first boot. */
const since = (at: number | null): number | null => (at === null ? null : at - began);

async function turnsOf(chat: string): Promise<readonly TimelineTurn[]> {
  const { sessions } = await read();
  return sessions.find(({ key }) => key === world.key(chat))?.turns ?? [];
}

/** `running 20–120 completed` */
function words(turn: TimelineTurn | undefined): string[] {
  return (turn?.segments ?? []).map(
    ({ phase, from, until, end }) => `${phase} ${since(from)}–${since(until)} ${end}`,
  );
}

it("a turn is told by its phases, with how it ended", async () => {
  await create();
  await world.clock.advance(100);
  const turn = await say("c1");
  turn.accept();
  await world.clock.advance(90);
  turn.say(ASK);
  await world.clock.advance(100);
  await world.network.press("c1", /Allow/);
  await world.clock.advance(50);
  const [open] = await turnsOf("c1");
  expect(open).toMatchObject({ endedAt: null, end: null, origin: "message", isResumed: false });
  expect(open?.segments.at(-1)).toMatchObject({ phase: "running", until: null, end: null });
  turn.say({ type: "completed", reason: "done" });
  await world.clock.advance(10);
  const [over] = await turnsOf("c1");
  expect(over?.segments.map(({ phase, end }) => [phase, end])).toEqual([
    ["starting", "next"],
    ["running", "next"],
    ["awaiting_input", "next"],
    ["running", "completed"],
  ]);
  const [starting, running, awaiting] = over?.segments ?? [];
  expect(since(starting?.from ?? 0)).toBe(100);
  expect(running?.from).toBe(starting?.until);
  expect((awaiting?.until ?? 0) - (awaiting?.from ?? 0)).toBe(100);
  expect(over).toMatchObject({ end: "completed", endedAt: over?.segments.at(-1)?.until });
});

it("a second try to start is a segment of its own", async () => {
  await create();
  world.now().worker.refusals.push(new Error("busy"));
  await world.network.say("c1", "hello");
  await world.clock.advance(5000);
  world.turn().finish("done");
  await world.clock.advance(10);
  const [turn] = await turnsOf("c1");
  expect(
    turn?.segments.map(({ phase, attempt, generation }) => [phase, attempt, generation]),
  ).toEqual([
    ["starting", 1, 1],
    ["starting", 2, 2],
    ["running", 2, 2],
  ]);
  expect(turn).toMatchObject({ attempt: 2, end: "completed" });
});

it("a drain and what it cut stand in the boot that was asked to end, and the mark lasts until the conversation goes on", async () => {
  await create();
  const turn = await say("c1");
  turn.accept();
  await world.clock.advance(990);
  await world.end({ timeoutMs: 2000, by: "ann" });
  world.clock.jump(500);
  await world.boot();
  await world.clock.advance(4000);
  const answer = await say("c1", "go on");
  answer.finish("here");
  await world.clock.advance(10);
  const { boots, sessions, isWhole } = await read();
  expect(isWhole).toBe(true);
  expect(boots).toHaveLength(2);
  const [first, second] = boots;
  expect(first).toMatchObject({ startedAt: began, readyAt: began, end: { how: "planned" } });
  expect(first?.end?.notBefore).toBe(first?.end?.notAfter);
  expect(first?.drains).toMatchObject([{ by: "ann", next: "restart", end: "drained" }]);
  const [drain] = first?.drains ?? [];
  expect(since(drain?.beganAt ?? 0)).toBe(1000);
  expect((drain?.timedOutAt ?? 0) - (drain?.beganAt ?? 0)).toBeGreaterThanOrEqual(2000);
  expect(second).toMatchObject({ end: null, drains: [] });
  const { turns = [], marks = [] } = sessions[0] ?? {};
  expect(turns).toMatchObject([
    { end: "cut", interruption: "restart_timeout", isResumed: false },
    { end: "completed", isResumed: true },
  ]);
  expect(marks).toEqual([
    { kind: "resume_pending", from: turns[0]?.endedAt, until: turns[1]?.startedAt },
  ]);
  expect((turns[0]?.endedAt ?? 0) - (drain?.timedOutAt ?? 0)).toBeLessThan(200);
});

it("a turn that was killed ended with its boot, between the last sign of life and the next start", async () => {
  await create();
  const turn = await say("c1");
  turn.say({ type: "accepted" }, { type: "delta", text: "half" });
  await world.clock.advance(20);
  await say("c2");
  world.turn().accept();
  await world.clock.advance(30);
  const seen = since(world.clock.now());
  await world.clock.advance(2500);
  world.kill();
  world.clock.jump(10_000);
  const started = world.clock.now();
  await world.boot();
  await world.clock.advance(1000);
  const { boots, sessions } = await read();
  const end = boots[0]?.end;
  expect(end).toMatchObject({ how: "killed", notAfter: started });
  expect(since(end?.notBefore ?? 0)).toBeLessThanOrEqual((seen ?? 0) + 2500);
  expect(since(end?.notBefore ?? 0)).toBeGreaterThan(20);
  for (const session of sessions) {
    expect(session.turns).toMatchObject([
      { end: "cut", interruption: "crash", endedAt: end?.notBefore },
    ]);
    expect(session.marks).toEqual([{ kind: "resume_pending", from: end?.notBefore, until: null }]);
  }
  expect(sessions).toHaveLength(2);
});

it("an approval waits without a worker over a kill, and the turn goes on in the next boot", async () => {
  await create();
  (await say("c1")).say({ type: "accepted" }, ASK);
  await world.clock.advance(100);
  world.kill();
  world.clock.jump(3000);
  await world.boot();
  await world.clock.advance(1000);
  await world.network.press("c1", /Allow/);
  await world.clock.advance(100);
  world.turn().finish("done");
  await world.clock.advance(10);
  const { boots } = await read();
  const [turn] = await turnsOf("c1");
  expect(turn?.segments.map(({ phase, boot, end }) => [phase, boot, end])).toEqual([
    ["starting", boots[0]?.id, "next"],
    ["running", boots[0]?.id, "next"],
    ["awaiting_input", boots[0]?.id, "next"],
    ["awaiting_input", null, "next"],
    ["starting", boots[1]?.id, "next"],
    ["running", boots[1]?.id, "completed"],
  ]);
  const [, , held, alone] = turn?.segments ?? [];
  expect(held?.until).toBe(boots[0]?.end?.notBefore);
  expect(alone?.from).toBe(held?.until);
});

it("what had not begun goes back to the queue, and a stop is told as cancelled", async () => {
  await create();
  const first = await say("c1");
  first.accept();
  await world.clock.advance(10);
  await world.now().gateway.operations.stopTurn(world.key("c1"));
  await world.clock.advance(10_000);
  await say("c2");
  world.kill();
  await world.boot();
  await world.clock.advance(100);
  expect((await turnsOf("c1"))[0]).toMatchObject({ end: "cancelled" });
  expect(words((await turnsOf("c1"))[0])).toMatchObject(
    [/starting/, /running/, /interrupting .* cancelled/].map(
      (pattern) => expect.stringMatching(pattern) as string,
    ),
  );
  expect((await turnsOf("c2")).map(({ end }) => end)).toEqual(["requeued", null]);
});

it("a conversation set aside is suspended until it is released", async () => {
  await create({ settings: (all) => ({ resume: { ...all.resume, cutsToSuspend: 1 } }) });
  (await say("c1")).accept();
  await world.clock.advance(10);
  world.kill();
  await world.boot();
  await world.clock.advance(3000);
  const marks = async () => (await read()).sessions[0]?.marks ?? [];
  expect(await marks()).toMatchObject([{ kind: "suspended", until: null }]);
  await world.now().gateway.operations.release(world.key("c1"));
  expect(await marks()).toMatchObject([
    { kind: "suspended", until: world.clock.now() },
    { kind: "resume_pending", from: world.clock.now(), until: null },
  ]);
});

it("a span holds what was open at some time of it, and says what it leaves out", async () => {
  await create();
  const talk = async (chat: string) => {
    (await say(chat)).finish("ok");
    await world.clock.advance(990);
  };
  await talk("c1");
  await talk("c2");
  await talk("c3");
  const keys = async (query: Partial<TimelineQuery>) => {
    const { sessions, isWhole } = await read(query);
    return [...sessions.map(({ key }) => key.split(":").at(-1)), isWhole];
  };
  expect(await keys({})).toEqual(["c3", "c2", "c1", true]);
  expect(await keys({ limit: 2 })).toEqual(["c3", "c2", false]);
  expect(await keys({ from: began + 900, until: began + 1500 })).toEqual(["c2", true]);
  expect(await keys({ from: began + 100_000, until: began + 200_000 })).toEqual([true]);
});

it("a turn of which no event is kept any more is told by its row", async () => {
  await create();
  (await say("c1")).finish("ok");
  await world.clock.advance(10);
  const { core } = world.now();
  await core.engine.prune({ inbox: 0, outbox: 0, events: world.clock.now() + 1, turns: 0 }, 1000);
  const [turn] = await turnsOf("c1");
  expect(turn).toMatchObject({ end: "completed", origin: null });
  expect(turn?.segments).toMatchObject([{ phase: "running", end: "completed" }]);
});

it("a drain that was called off is told as such", async () => {
  await create();
  (await say("c1")).accept();
  await world.clock.advance(10);
  const { gateway } = world.now();
  gateway.drain({ then: "stay", timeoutMs: 60_000, by: "ann", worker: null });
  await world.clock.advance(700);
  await gateway.operations.undrain();
  await world.clock.advance(10);
  const [boot] = (await read()).boots;
  expect(boot?.drains).toMatchObject([{ next: "stay", end: "called_off", timedOutAt: null }]);
  expect((boot?.drains[0]?.endedAt ?? 0) - (boot?.drains[0]?.beganAt ?? 0)).toBe(700);
});
