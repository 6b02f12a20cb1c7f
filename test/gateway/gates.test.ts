import { afterEach, expect, it } from "vitest";

import type { WorkerEvent } from "../../workers/worker.ts";
import { createWorld } from "./world.ts";
import type { World, WorldOptions } from "./world.ts";

let world: World;
afterEach(() => world.close());

const ASK: WorkerEvent = { type: "ask", id: "a", title: "rm", detail: "", fingerprint: "f" };

async function create(options: WorldOptions = {}): Promise<void> {
  world = await createWorld(options);
  await world.boot();
}

async function say(text = "hello") {
  await world.network.say("c1", text);
  await world.clock.advance(10);
  return world.turn();
}

/** A turn that a kill cuts. */
async function cut(): Promise<void> {
  (await say()).accept();
  await world.clock.advance(10);
  world.kill();
  await world.boot();
  await world.clock.advance(2000);
}

const PATHS: readonly [string, () => Promise<void>, WorldOptions?][] = [
  ["a first message", async () => void (await say())],
  [
    "a second message",
    async () => {
      (await say()).finish("ok");
      await world.clock.advance(10);
      await say();
    },
  ],
  [
    "a streamed answer",
    async () => {
      (await say()).say({ type: "accepted" }, { type: "delta", text: "Half" });
      await world.clock.advance(1000);
    },
  ],
  [
    "a second attempt to start",
    async () => {
      world.now().worker.refusals.push(new Error("busy"));
      await say();
    },
  ],
  [
    "a turn that continues a cut one",
    async () => {
      await cut();
      await say();
    },
  ],
  ["a turn that continues by itself", cut, { network: { resume: "auto" } }],
  [
    "a turn that goes on after a detached request was allowed",
    async () => {
      (await say()).say({ type: "accepted" }, ASK);
      await world.clock.advance(10);
      world.kill();
      await world.boot();
      await world.network.press("c1", /Allow/);
      await world.clock.advance(10);
    },
  ],
];

it.each(PATHS)("[G01] %s that asks makes the session await input", async (_, begin, options) => {
  await create(options);
  await begin();
  expect(await world.status()).not.toBe("awaiting_input");
  world.turn().say({ type: "accepted" }, ASK);
  await world.clock.advance(10);
  expect(await world.status()).toBe("awaiting_input");
  expect(await world.now().gateway.operations.requests()).toHaveLength(1);
});

it("[G02] a pause is told on the session's log, on the feed and in the list of requests by one write", async () => {
  await create();
  (await say()).say({ type: "accepted" }, ASK);
  await world.clock.advance(10);
  const { engine } = world.now().core;
  const last = async (key: ReturnType<World["key"]> | null) =>
    (await engine.events({ after: 0, key, limit: 100 })).at(-1);
  const change = { event: { type: "status_changed", from: "running", to: "awaiting_input" } };
  expect(await last(world.key())).toMatchObject(change);
  expect(await last(null)).toEqual(await last(world.key()));
  const unit = world.units.find(({ requests = [] }) => requests.length > 0);
  expect(unit?.session?.turn?.phase).toBe("awaiting_input");
  expect(unit?.events?.at(-1)).toMatchObject(change);
  expect(unit?.requests).toMatchObject([{ title: "rm", state: "open", detached: false }]);
  expect(unit?.outbox).toMatchObject([{ purpose: "request", state: "pending" }]);
});

it("[G04] a turn that waits for a person shows as such everywhere, and an idle session never does", async () => {
  await create();
  (await say()).say({ type: "accepted" }, ASK);
  await world.network.say("c2", "hello");
  await world.clock.advance(10);
  world.turn().finish("ok");
  await world.clock.advance(10);
  const { operations } = world.now().gateway;
  const waiting = { status: "awaiting_input", limit: 10, after: null } as const;
  expect((await operations.status()).turns).toMatchObject({ awaiting_input: 1, running: 0 });
  expect((await operations.sessions(waiting)).items.map(({ key }) => key)).toEqual([world.key()]);
  expect((await operations.requests()).map(({ key }) => key)).toEqual([world.key()]);
  expect((await operations.plan()).leftAlone).toEqual([world.key()]);
  expect(await operations.metrics()).toContain('sluice_turns{status="awaiting_input"} 1');
  expect(await operations.session(world.key("c2"))).toMatchObject({ status: "idle" });
  await world.network.say("c1", "/status");
  await world.clock.advance(10);
  expect(world.network.texts("c1").at(-1)).toContain("waiting for your answer");
});
