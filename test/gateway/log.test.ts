import { afterEach, expect, it } from "vitest";

import type { TurnPapers, Unit } from "../../sessions/engine.ts";
import type { SessionEvent } from "../../sessions/machine/events.ts";
import type { StoredEvent } from "../../sessions/rows.ts";
import { createWorld } from "./world.ts";
import type { World, WorldOptions } from "./world.ts";

let world: World;
afterEach(() => world.close());

async function create(options: WorldOptions = {}): Promise<void> {
  world = await createWorld(options);
  await world.boot();
}

async function run(chat = "c1") {
  await world.network.say(chat, "hello");
  await world.clock.advance(10);
  const turn = world.turn();
  turn.accept();
  await world.clock.advance(10);
  return turn;
}

async function events(chat: string | null): Promise<readonly StoredEvent[]> {
  const key = chat === null ? null : world.key(chat);
  return world.now().core.engine.events({ after: 0, key, limit: 1000 });
}

/** One session through every kind of end, a second beside it. */
async function eventfulLife(): Promise<void> {
  await create({ worker: { obeys: false } });
  (await run()).finish("ok");
  await world.clock.advance(10);
  (await run()).say({ type: "failed", error: "quota", canRetry: false });
  await world.clock.advance(10);
  await run();
  await world.network.say("c1", "/stop");
  await world.clock.advance(6000);
  const asking = await run();
  asking.say({ type: "ask", id: "a", title: "rm", detail: "", fingerprint: "f" });
  asking.say({ type: "ask", id: "a", title: "rm", detail: "", fingerprint: "f" });
  asking.say({ type: "accepted" });
  await world.clock.advance(10);
  await world.network.press("c1", /Allow/);
  await world.clock.advance(10);
  asking.die();
  await run("c2");
  await world.clock.advance(10);
  world.kill();
  await world.boot();
  await world.clock.advance(10);
  await world.network.say("c1", "/skip");
  await world.network.say("c2", "/new");
  await world.clock.advance(10);
  (await run()).finish("ok");
  await world.clock.advance(10);
}

it("[S02] every write that makes a session inactive ends its turn in the same write", async () => {
  await eventfulLife();
  const active = new Map<string, string>();
  const ends: string[] = [];
  for (const { session, turn, events: stored } of world.units) {
    if (session === undefined) continue;
    const before = active.get(session.key);
    if (session.turn !== null) active.set(session.key, session.turn.id);
    if (session.turn !== null || before === undefined) continue;
    active.delete(session.key);
    expect(turn).toMatchObject({ id: before, phase: "ended" });
    const last = stored?.findLast(({ event }) => event.type === "status_changed")?.event;
    ends.push(last?.type === "status_changed" ? last.to : "unchanged");
  }
  expect(ends).toEqual(["idle", "idle", "idle", "resume_pending", "resume_pending", "idle"]);
  expect(await world.now().core.engine.openTurns()).toEqual([]);
});

it("[S06] each change of the status is told once, in an unbroken chain; nothing is told of no change", async () => {
  await eventfulLife();
  for (const chat of ["c1", "c2"]) {
    const changes = (await events(chat))
      .map(({ event }) => event)
      .filter(
        (event): event is Extract<SessionEvent, { type: "status_changed" }> =>
          event.type === "status_changed",
      );
    let status = "idle";
    for (const { from, to } of changes) {
      expect(from).toBe(status);
      expect(to).not.toBe(from);
      status = to;
    }
    expect(status).toBe(await world.status(chat));
    expect(changes.length).toBeGreaterThan(3);
  }
  const asked = (await events("c1")).filter(({ event }) => event.type === "request_opened");
  expect(asked).toHaveLength(1);
});

it("[S06] what changes nothing writes nothing", async () => {
  await create();
  const turn = await run();
  const before = await events(null);
  const { revision } = await world.session();
  turn.accept();
  turn.say({ type: "ping" }, { type: "ask_withdrawn", id: "unheard of" });
  await world.network.say("c1", "/skip");
  await world.network.say("c1", "/resume");
  await world.clock.advance(10);
  expect(await events(null)).toEqual(before);
  expect((await world.session()).revision).toBe(revision);
});

it("[S07] the log of each session and the feed over all are the same rows in the same order", async () => {
  await eventfulLife();
  const { operations } = world.now().gateway;
  const read = async (chat: string | null): Promise<StoredEvent[]> => {
    const stop = new AbortController();
    const seen: StoredEvent[] = [];
    const reading = (async () => {
      const key = chat === null ? null : world.key(chat);
      for await (const event of operations.feed(0, key, stop.signal)) seen.push(event);
    })();
    await world.clock.advance(10);
    stop.abort();
    await reading;
    return seen;
  };
  const feed = await read(null);
  for (const chat of ["c1", "c2"]) {
    expect(feed.filter(({ key }) => key === world.key(chat))).toEqual(await read(chat));
  }
  const written = world.units.flatMap(({ events: stored = [] }: Unit) => stored);
  expect(feed).toMatchObject(written);
  expect(feed).toHaveLength(written.length);
});

it("[S04] what a worker says after a stop has ended its turn changes nothing and is logged once", async () => {
  await create({ worker: { obeys: false, haunts: true } });
  const turn = await run();
  await world.network.say("c1", "/stop");
  await world.clock.advance(6000);
  expect(await world.status()).toBe("idle");
  const before = await world.session();
  const shown = world.network.texts("c1");
  turn.say(
    { type: "delta", text: "late" },
    { type: "ask", id: "a", title: "rm", detail: "", fingerprint: "f" },
    { type: "completed", reason: "end_turn" },
  );
  await world.clock.advance(5000);
  expect(await world.session()).toEqual(before);
  expect(world.network.texts("c1")).toEqual(shown);
  expect(await world.now().gateway.operations.requests()).toEqual([]);
  const late = world.lines.filter(({ msg }) => msg === "late event ignored");
  expect(late.map(({ command }) => command)).toEqual(["ask", "end"]);
});

it("[S04] a turn that finished cannot be stopped, answered or failed any more", async () => {
  await create();
  const turn = await run();
  turn.say({ type: "ask", id: "a", title: "rm", detail: "", fingerprint: "f" });
  await world.clock.advance(10);
  const { operations } = world.now().gateway;
  const [request] = await operations.requests();
  turn.finish("done");
  await world.clock.advance(10);
  const before = await world.session();
  expect(await operations.stopTurn(world.key())).toBe(false);
  expect(await operations.answer(request?.id ?? "", "allow", "op")).toMatchObject({
    outcome: "already",
    state: "turn_ended",
  });
  turn.die();
  await world.clock.advance(10_000);
  expect(await world.session()).toEqual(before);
});

it("[S05] a worker of one turn cannot end the next one, nor an older generation its own", async () => {
  await create({ worker: { obeys: false, haunts: true } });
  const first = await run();
  await world.network.say("c1", "/new");
  await world.clock.advance(10);
  const second = await run();
  const before = await world.session();
  first.say({ type: "completed", reason: "end_turn" });
  first.die();
  await world.clock.advance(10);
  expect(await world.session()).toEqual(before);
  expect(second.given.turn).not.toBe(first.given.turn);
  second.finish("mine");
  await world.clock.advance(10);
  expect(world.network.texts("c1").at(-1)).toBe("mine");
});

it("a late answer of a turn that was just cut is shown in place of the cut, and clears the mark", async () => {
  await create({ worker: { obeys: false } });
  const turn = await run();
  turn.say({ type: "delta", text: "Half" });
  await world.clock.advance(1000);
  const { gateway } = world.now();
  gateway.drain({ then: "restart", timeoutMs: 100, by: "test", worker: null });
  await world.clock.advance(300);
  expect(await world.status()).toBe("resume_pending");
  turn.say({ type: "delta", text: " and half" }, { type: "completed", reason: "end_turn" });
  await world.clock.advance(300);
  expect(await world.status()).toBe("idle");
  await world.end();
  await world.boot();
  await world.clock.advance(100);
  expect(world.network.texts("c1").filter((text) => text.includes("half"))).toEqual([
    "Half and half",
  ]);
  expect(world.network.texts("c1").some((text) => text.includes("Cut short"))).toBe(false);
});

it.each([
  { when: "where that is stored is seen", isFenced: true },
  { when: "it is stored just before that", isFenced: false },
])(
  "a late answer that meets the note of its cut on its way is shown in its place: $when",
  async (how) => {
    let stale: TurnPapers | null = null;
    await create({
      worker: { obeys: false },
      engine: (real) => ({
        ...real,
        commit: (unit) => {
          const { outboxFrom = [], ...rest } = unit;
          return real.commit(
            how.isFenced ? unit : { ...rest, outboxFrom: [] as typeof outboxFrom },
          );
        },
        // As it was read while the note was being sent; stored meanwhile is that it arrived.
        async papers(turn) {
          const papers = await real.papers(turn);
          if (stale !== null || papers.outbox.length === 0) return papers;
          const outbox = papers.outbox.map((row) => ({
            ...row,
            state: "sending" as const,
            placed: null,
          }));
          stale = { ...papers, outbox };
          return stale;
        },
      }),
    });
    const turn = await run();
    turn.say({ type: "delta", text: "Half" });
    const { gateway } = world.now();
    gateway.drain({ then: "restart", timeoutMs: 100, by: "test", worker: null });
    await world.clock.advance(200);
    expect(world.network.texts("c1").at(-1)).toContain("Cut short");
    turn.say({ type: "delta", text: " and half" }, { type: "completed", reason: "end_turn" });
    await world.clock.advance(300);
    expect(stale).not.toBeNull();
    expect(world.network.texts("c1").filter((text) => text.includes("alf"))).toEqual([
      "Half and half",
    ]);
    await world.end();
  },
);
