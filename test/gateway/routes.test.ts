import { afterEach, describe, expect, it } from "vitest";

import { createWorld } from "./world.ts";
import type { World, WorldOptions } from "./world.ts";

let world: World;
afterEach(() => world.close());

async function create(options: WorldOptions = {}): Promise<void> {
  world = await createWorld({ others: [{ name: "left" }, { name: "right" }], ...options });
  await world.boot();
}

async function say(text: string, more: Parameters<World["network"]["say"]>[2] = {}, chat = "c1") {
  await world.network.say(chat, text, more);
  await world.clock.advance(10);
}

const op = { sender: { id: "op", name: "Op" } };
const last = () => world.network.texts("c1").at(-1);
/** How many turns each worker of this life was given: demo, left, right. */
const turns = () =>
  [world.now().worker, ...world.now().others].map((worker) => worker.turns.length);

async function finish(which: 0 | 1 | 2): Promise<void> {
  [world.now().worker, ...world.now().others][which]?.turns.at(-1)?.finish("ok");
  await world.clock.advance(10);
}

const routed = (user: string): WorldOptions => ({
  settings: () => ({ routes: [{ network: "fake", chat: null, user, worker: "left" }] }),
});

describe("a message", () => {
  it("is answered by the worker that the routes give its sender", async () => {
    await create(routed("bob"));
    await say("hello", { sender: { id: "bob", name: "Bob" } }, "c2");
    await say("hello");
    expect(turns()).toEqual([1, 1, 0]);
  });

  it("of a turn that goes on by itself is answered by the worker of who wrote last", async () => {
    await create({ ...routed("ann"), network: { resume: "auto" } });
    await say("hello");
    world.now().others[0]?.turns.at(-1)?.accept();
    await world.clock.advance(10);
    world.kill();
    await world.boot();
    await world.clock.advance(2000);
    expect(turns()).toEqual([0, 1, 0]);
  });
});

describe("/agent", () => {
  it("lists the agents and marks the one that answers", async () => {
    await create();
    await say("/agent");
    expect(last()).toBe("▸ demo\n· left\n· right");
    await say("/agent left");
    await say("/agent");
    expect(last()).toBe("· demo\n▸ left\n· right");
  });

  it("chooses who answers from the next turn on, also after a kill", async () => {
    await create();
    await say("hello");
    world.turn().accept();
    await say("/agent Left");
    expect(last()).toBe("🤖 left answers from your next message on.");
    await finish(0);
    await say("and now");
    expect(turns()).toEqual([1, 1, 0]);
    await finish(1);
    world.kill();
    await world.boot();
    await say("still");
    expect(turns()).toEqual([0, 1, 0]);
  });

  it("changes nothing for the turn that runs, not even when that is tried again or goes on after an answer", async () => {
    await create();
    world.now().worker.refusals.push(new Error("busy"));
    world.now().worker.onRefusal = () => {
      void say("/agent left");
    };
    await say("hello");
    await world.clock.advance(100);
    expect((await world.session()).settings.worker).toBe("left");
    expect(turns()).toEqual([1, 0, 0]);
    const ask = { type: "ask", id: "a", title: "rm", detail: "", fingerprint: "f" } as const;
    world.turn().say({ type: "accepted" }, ask);
    await world.clock.advance(10);
    world.kill();
    await world.boot();
    await world.network.press("c1", /Allow/);
    await world.clock.advance(10);
    expect(turns()).toEqual([1, 0, 0]);
    await finish(0);
    await say("next");
    expect(turns()).toEqual([1, 1, 0]);
  });

  it("outranks the routes; /agent default gives back to them", async () => {
    await create(routed("ann"));
    await say("/agent right");
    await say("hello");
    expect(turns()).toEqual([0, 0, 1]);
    await finish(2);
    await say("/agent default");
    await say("hello");
    expect(turns()).toEqual([0, 1, 1]);
  });

  it("tells of a name that nobody has, and what was perhaps meant", async () => {
    await create();
    await say("/agent lefft");
    expect(last()).toBe("No agent is called lefft; did you mean left? There is: demo, left, right");
    await say("/agent somebody else");
    expect(last()).toBe("No agent is called somebody else. There is: demo, left, right");
    await say("hello");
    expect(turns()).toEqual([1, 0, 0]);
  });

  it("offers a withheld agent only to operators and to whom the routes lead there", async () => {
    await create({ ...routed("bob"), agent: { offered: false } });
    await say("/agent");
    expect(last()).toBe("▸ demo");
    await say("/agent left");
    expect(last()).toContain("No agent is called left");
    await say("/agent", { sender: { id: "bob", name: "Bob" } });
    expect(last()).toBe("▸ left");
    await say("/agent right", op);
    expect(last()).toContain("right answers");
  });

  it("that chose what is no longer configured leaves it to the routes", async () => {
    await create();
    await say("/agent left");
    delete (world.now().core.settings.workers as Record<string, unknown>)["left"];
    await say("hello");
    expect(turns()).toEqual([1, 0, 0]);
  });

  it("keeps what each agent wanted kept of the conversation apart", async () => {
    await create();
    await say("hello");
    world.turn().say({ type: "accepted" }, { type: "cursor", value: "of demo" });
    await finish(0);
    await say("/agent left");
    await say("hello");
    expect(world.now().others[0]?.opened.at(-1)?.cursor).toBeNull();
    await finish(1);
    await say("/agent demo");
    await say("hello");
    expect(world.now().worker.opened.at(-1)?.cursor).toBe("of demo");
  });

  it("leaves the conversation with the agent before to the reaper", async () => {
    await create();
    await say("hello");
    await finish(0);
    await say("/agent left");
    await say("hello");
    await finish(1);
    await world.clock.advance(22 * 60_000);
    expect(world.now().worker.closed).toHaveLength(1);
    expect(world.now().others[0]?.closed).toHaveLength(1);
  });
});
