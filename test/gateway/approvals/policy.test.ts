import { afterEach, describe, expect, it } from "vitest";

import type { ToolKind, WorkerEvent } from "../../../workers/worker.ts";
import { createWorld } from "../world.ts";
import type { World, WorldOptions } from "../world.ts";

let world: World;
afterEach(() => world.close());

async function say(options: WorldOptions = {}, text = "hello") {
  world = await createWorld(options);
  await world.boot();
  await world.network.say("c1", text);
  await world.clock.advance(10);
  return world.turn();
}

function ask(kind?: ToolKind, id = "a"): WorkerEvent {
  const asked = { type: "ask", id, title: `do ${id}`, detail: "", fingerprint: `f ${id}` } as const;
  return kind === undefined ? asked : { ...asked, kind };
}

const requests = () => world.now().gateway.operations.requests();

describe("the policy of an agent", () => {
  it.each(["read", "search", "think"] as const)(
    "[W10] allows %s at once: no person is asked, nothing waits and nothing is stored",
    async (kind) => {
      const turn = await say();
      turn.say({ type: "accepted" }, ask(kind));
      await world.clock.advance(10);
      expect(turn.answers).toEqual([{ ask: "a", decision: "allow" }]);
      expect(await world.status()).toBe("running");
      expect(await world.now().core.engine.requests({ key: null, onlyOpen: false })).toEqual([]);
      expect(world.network.texts("c1")).toEqual([]);
    },
  );

  it.each(["edit", "delete", "move", "execute", "fetch", "other", undefined] as const)(
    "[W10] has a person asked for %s",
    async (kind) => {
      const turn = await say();
      turn.say({ type: "accepted" }, ask(kind));
      await world.clock.advance(10);
      expect(turn.answers).toEqual([]);
      expect(await world.status()).toBe("awaiting_input");
      expect(await requests()).toMatchObject([{ title: "do a" }]);
    },
  );

  it("[W10] is its own for each kind of tool, and can forbid as well as allow", async () => {
    const turn = await say({
      agent: { approve: { execute: "allow", read: "ask", fetch: "deny" } },
    });
    turn.say({ type: "accepted" }, ask("execute", "x"), ask("fetch", "f"), ask("read", "r"));
    await world.clock.advance(10);
    expect(turn.answers).toEqual([
      { ask: "x", decision: "allow" },
      { ask: "f", decision: "deny" },
    ]);
    expect(await requests()).toMatchObject([{ title: "do r" }]);
  });

  it("[W10] is told when it denied and the agent has nothing to say, and is not when it has", async () => {
    const options = { agent: { approve: { fetch: "deny" } } } as const;
    const turn = await say(options);
    turn.say({ type: "accepted" }, ask("fetch"), { type: "completed", reason: "end_turn" });
    await world.clock.advance(10);
    expect(world.network.texts("c1")).toEqual(["🚫 Not allowed by this gateway's settings: do a"]);
    await world.network.say("c1", "again");
    await world.clock.advance(10);
    world.turn().say({ type: "accepted" }, ask("fetch"), { type: "delta", text: "I may not." });
    world.turn().say({ type: "completed", reason: "end_turn" });
    await world.clock.advance(10);
    expect(world.network.texts("c1").at(-1)).toBe("I may not.");
  });

  it("[W09] an end with nothing said is told", async () => {
    const turn = await say();
    turn.say({ type: "accepted" }, { type: "completed", reason: "end_turn" });
    await world.clock.advance(10);
    expect(world.network.texts("c1")).toEqual(["(The agent finished without saying anything.)"]);
  });

  it("a question that is settled at once shows that the turn has begun: after a kill it is not run anew", async () => {
    const turn = await say();
    turn.say(ask("read"));
    await world.clock.advance(10);
    expect(await world.status()).toBe("running");
    world.kill();
    await world.boot();
    expect(await world.status()).toBe("resume_pending");
  });

  it("a turn that is to end is allowed nothing more", async () => {
    const turn = await say({ worker: { obeys: false } });
    turn.accept();
    await world.clock.advance(10);
    await world.network.say("c1", "/stop");
    await world.clock.advance(10);
    turn.say(ask("read"));
    await world.clock.advance(10);
    expect(turn.answers).toEqual([]);
  });

  it("a question that is put again under its name is answered once", async () => {
    const turn = await say();
    turn.say({ type: "accepted" }, ask("read"), ask("read"));
    await world.clock.advance(10);
    expect(turn.answers).toHaveLength(1);
  });
});

describe("the same question twice", () => {
  const twin = (id: string): WorkerEvent => ({
    ...(ask("execute", id) as Extract<WorkerEvent, { type: "ask" }>),
    fingerprint: "rm -r x",
  });

  it("[G13] is one request and one message, and its answer is for both", async () => {
    const turn = await say();
    turn.say({ type: "accepted" }, twin("a"), twin("b"), ask("execute", "c"));
    await world.clock.advance(10);
    expect((await requests()).map(({ title }) => title)).toEqual(["do a", "do c"]);
    expect(world.network.texts("c1")).toHaveLength(2);
    const [first] = await requests();
    await world.now().gateway.operations.answer(first?.id ?? "", "allow", "ann");
    await world.clock.advance(10);
    expect(turn.answers).toEqual([
      { ask: "a", decision: "allow" },
      { ask: "b", decision: "allow" },
    ]);
  });

  it("[G13] is asked anew once it was answered", async () => {
    const turn = await say();
    turn.say({ type: "accepted" }, twin("a"));
    await world.clock.advance(10);
    await world.network.press("c1", /Deny/);
    await world.clock.advance(10);
    turn.say(twin("b"));
    await world.clock.advance(10);
    expect(turn.answers).toEqual([{ ask: "a", decision: "deny" }]);
    expect(await requests()).toHaveLength(1);
  });

  it("[G13] stands until the last that asked it is withdrawn", async () => {
    const turn = await say();
    turn.say({ type: "accepted" }, twin("a"), twin("b"), { type: "ask_withdrawn", id: "a" });
    await world.clock.advance(10);
    expect(await world.status()).toBe("awaiting_input");
    turn.say({ type: "ask_withdrawn", id: "b" });
    await world.clock.advance(10);
    expect(await world.status()).toBe("running");
    expect(await requests()).toEqual([]);
  });

  it("[G13] answered after one of the two was withdrawn, is an answer to the other only", async () => {
    const turn = await say();
    turn.say({ type: "accepted" }, twin("a"), twin("b"), { type: "ask_withdrawn", id: "a" });
    await world.clock.advance(10);
    await world.network.press("c1", /Allow/);
    await world.clock.advance(10);
    expect(turn.answers).toEqual([{ ask: "b", decision: "allow" }]);
  });

  it("without a fingerprint is never taken for the same", async () => {
    const turn = await say();
    const blank = (id: string): WorkerEvent => ({
      ...(twin(id) as Extract<WorkerEvent, { type: "ask" }>),
      fingerprint: "",
    });
    turn.say({ type: "accepted" }, blank("a"), blank("b"));
    await world.clock.advance(10);
    expect(await requests()).toHaveLength(2);
  });
});
