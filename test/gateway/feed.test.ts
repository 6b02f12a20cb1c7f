import { afterEach, expect, it } from "vitest";

import type { StoredEvent } from "../../sessions/rows.ts";
import { rest } from "../fakes/fake-clock.ts";
import { createWorld } from "./world.ts";
import type { World } from "./world.ts";

let world: World;
afterEach(() => world.close());

const ASK = { type: "ask", id: "a", title: "rm", detail: "", fingerprint: "f" } as const;

/** Reads the feed of the present life into `read`, until it is told to stop. */
function reader(read: StoredEvent[], key: ReturnType<World["key"]> | null = null) {
  const stop = new AbortController();
  const { operations } = world.now().gateway;
  const done = (async () => {
    const after = read.at(-1)?.seq ?? 0;
    for await (const event of operations.feed(after, key, stop.signal)) read.push(event);
  })();
  return async () => {
    stop.abort();
    await rest();
    await done;
  };
}

async function say(chat: string, text = "hello") {
  await world.network.say(chat, text);
  await world.clock.advance(10);
}

const statuses = (events: readonly StoredEvent[]) =>
  events.flatMap(({ event }) =>
    event.type === "status_changed" ? [`${event.from}>${event.to}`] : [],
  );

it("[S06] [G02] a turn that asks shows each change of its status on the feed once, live after what was kept", async () => {
  world = await createWorld();
  await world.boot();
  await say("c1");
  const read: StoredEvent[] = [];
  const stop = reader(read);
  await rest();
  expect(statuses(read)).toEqual(["idle>starting"]);
  world.turn().say({ type: "accepted" }, ASK);
  await world.clock.advance(10);
  expect(statuses(read)).toEqual(["idle>starting", "starting>running", "running>awaiting_input"]);
  // What changes no status says nothing of one.
  await say("c1", "/queue collect");
  await say("c1", "/agent default");
  await world.network.press("c1", /Allow/);
  await world.clock.advance(10);
  world.turn().say({ type: "completed", reason: "end_turn" });
  await world.clock.advance(10);
  expect(statuses(read).slice(3)).toEqual(["awaiting_input>running", "running>idle"]);
  expect(read.map(({ event }) => event.type)).toContain("mode_set");
  await stop();
});

it("[S07] a reader that comes back after its last event, in another life of the gateway, misses none and sees none twice", async () => {
  world = await createWorld();
  await world.boot();
  const all: StoredEvent[] = [];
  const ofOne: StoredEvent[] = [];
  const first = reader(all);
  const firstOfOne = reader(ofOne, world.key("c2"));
  await say("c1");
  world.turn().accept();
  await say("c2");
  world.turn().finish("ok");
  await world.clock.advance(10);
  await first();
  await firstOfOne();
  await say("c3");
  world.turn().accept();
  await world.clock.advance(10);
  world.kill();
  await world.boot();
  const second = reader(all);
  await say("c2", "again");
  const secondOfOne = reader(ofOne, world.key("c2"));
  world.turn().finish("ok");
  await world.clock.advance(10);
  await rest();
  const kept = await world.now().gateway.operations.events({ after: 0, key: null, limit: 1000 });
  expect(all).toEqual(kept);
  expect(ofOne).toEqual(kept.filter(({ key }) => key === world.key("c2")));
  expect(statuses(all)).toContain("running>resume_pending");
  await second();
  await secondOfOne();
});

it("[G04] sessions with a turn are listed together, whatever its phase", async () => {
  world = await createWorld();
  await world.boot();
  for (const chat of ["c1", "c2", "c3"]) await say(chat);
  const [one, two] = [world.turn(2), world.turn(1)];
  one.say({ type: "accepted" }, ASK);
  two.finish("ok");
  await world.clock.advance(10);
  const query = { status: "active", limit: 10, after: null } as const;
  const { items } = await world.now().gateway.operations.sessions(query);
  expect(Object.fromEntries(items.map(({ key, status }) => [key, status]))).toEqual({
    [world.key("c1")]: "awaiting_input",
    [world.key("c3")]: "starting",
  });
});
