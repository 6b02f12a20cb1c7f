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

async function answer(text: string, chat = "c1"): Promise<void> {
  await world.network.say(chat, "hello");
  await world.clock.advance(10);
  world.turn().finish(text);
  await world.clock.advance(10);
}

const HOUR = 3_600_000;
const letters = () => world.now().gateway.operations.deadLetters(10);

it("[O03] a send whose answer was lost is sent again with a label", async () => {
  await create();
  world.network.answers.push({ outcome: "done_but_lost" });
  await answer("hi");
  await world.clock.advance(10_000);
  expect(world.network.texts("c1")).toEqual(["hi", "(may be a duplicate)\nhi"]);
});

it.each(["send_began", "send_answered"] as const)(
  "[O03] a kill at %s leaves a reply that is sent again with a label",
  async (step) => {
    await create();
    deadly = step;
    await answer("hi");
    const before = step === "send_began" ? [] : ["hi"];
    await world.boot();
    await world.clock.advance(10_000);
    expect(world.network.texts("c1")).toEqual([...before, "(may be a duplicate)\nhi"]);
  },
);

it("[O03] a kill before the send began leaves a reply without a label", async () => {
  await create();
  world.network.cut();
  deadly = "turn_finished";
  await answer("hi");
  world.network.connect();
  await world.boot();
  await world.clock.advance(10_000);
  expect(world.network.texts("c1")).toEqual(["hi"]);
});

it("[O03] a network that knows repeats is asked again, without a label and without a double", async () => {
  await create({ capabilities: { idempotentForMs: HOUR } });
  world.network.answers.push({ outcome: "done_but_lost" });
  await answer("hi");
  deadly = "send_answered";
  await world.clock.advance(10_000);
  await world.boot();
  await world.clock.advance(10_000);
  expect(world.network.texts("c1")).toEqual(["hi"]);
  expect(world.network.sends.length).toBeGreaterThan(1);
});

it("[O03] a held reply that an operator retries is sent, once and under the label", async () => {
  await create({ network: { ambiguousSends: "hold" } });
  world.network.answers.push({ outcome: "done_but_lost" });
  await answer("maybe");
  await world.clock.advance(100);
  const [letter] = await letters();
  expect(await world.now().gateway.operations.retry(letter?.id ?? "")).toBe(true);
  await world.clock.advance(100);
  expect(world.network.texts("c1")).toEqual(["maybe", "(may be a duplicate)\nmaybe"]);
  expect(await letters()).toEqual([]);
});

it("[O03] a reply that certainly did not arrive is retried without a label", async () => {
  await create();
  world.network.answers.push({ outcome: "refused", reason: "blocked" });
  await answer("plain");
  await world.clock.advance(100);
  const [letter] = await letters();
  expect(await world.now().gateway.operations.retry(letter?.id ?? "")).toBe(true);
  await world.clock.advance(100);
  expect(world.network.texts("c1")).toEqual(["plain"]);
});

it("[O03] a send of unknown outcome is kept for an operator where the policy is to hold", async () => {
  await create({ network: { ambiguousSends: "hold" } });
  world.network.answers.push({ outcome: "done_but_lost" });
  await answer("hi");
  await world.clock.advance(10_000);
  expect(world.network.texts("c1")).toEqual(["hi"]);
  expect((await letters()).map(({ reason }) => reason)).toEqual([
    "may have arrived: the answer was lost",
  ]);
});

it("[O03] a send of unknown outcome is given up where the policy is to drop", async () => {
  await create({ network: { ambiguousSends: "drop" } });
  deadly = "send_began";
  await answer("hi");
  await world.boot();
  await world.clock.advance(10_000);
  expect(world.network.texts("c1")).toEqual([]);
  expect(await letters()).toEqual([]);
});

it("[O03] a streamed message of which no answer came is said again with a label", async () => {
  await create();
  await world.network.say("c1", "hello");
  await world.clock.advance(10);
  world.network.answers.push({ outcome: "done_but_lost" });
  world.turn().say({ type: "accepted" }, { type: "delta", text: "Half" });
  await world.clock.advance(1000);
  world.turn().say({ type: "completed", reason: "end_turn" });
  await world.clock.advance(10_000);
  expect(world.network.texts("c1")).toEqual(["Half", "(may be a duplicate)\nHalf"]);
});

it("[O04] a send that is proven not to have arrived is tried again without a label", async () => {
  await create();
  world.network.answers.push({ outcome: "not_sent", reason: "connection refused" });
  await answer("hi");
  await world.clock.advance(10_000);
  expect(world.network.texts("c1")).toEqual(["hi"]);
  expect(world.network.sends.map(({ text }) => text)).toEqual(["hi", "hi"]);
});

it("[O04] a rate limit is kept to, also over a kill", async () => {
  await create();
  world.network.answers.push({ outcome: "rate_limited", retryAfterMs: 60_000 });
  await answer("hi");
  await world.clock.advance(20_000);
  world.kill();
  await world.boot();
  await world.clock.advance(35_000);
  expect(world.network.sends).toHaveLength(1);
  await world.clock.advance(6000);
  expect(world.network.texts("c1")).toEqual(["hi"]);
});

it("[O05] a refusal is not tried again, and what follows in the chat goes out", async () => {
  await create();
  world.network.answers.push({ outcome: "refused", reason: "bot was blocked" });
  await answer("one");
  await answer("two");
  await world.clock.advance(HOUR / 6);
  expect(world.network.sends.map(({ text }) => text)).toEqual(["one", "two"]);
  expect(await letters()).toMatchObject([{ kind: "reply", reason: "bot was blocked" }]);
});

it("[O05] other failures back off and are given up after five tries", async () => {
  await create();
  const down = { outcome: "not_sent", reason: "502" } as const;
  world.network.answers.push(down, down, down, down, down);
  await answer("hi");
  const tries = [world.network.sends.length];
  for (const ms of [1600, 3000, 6000, 12_000]) {
    await world.clock.advance(ms);
    tries.push(world.network.sends.length);
  }
  expect(tries).toEqual([1, 2, 3, 4, 5]);
  await world.clock.advance(HOUR / 6);
  expect(world.network.sends).toHaveLength(5);
  expect(await letters()).toMatchObject([{ kind: "reply", reason: "502" }]);
});

it("[O05] a reply that could not be sent for a day is given up", async () => {
  await create();
  const limited = { outcome: "rate_limited", retryAfterMs: 1000 } as const;
  world.network.answers.push(limited, limited);
  await answer("hi");
  world.clock.jump(25 * HOUR);
  await world.clock.advance(2000);
  expect(world.network.texts("c1")).toEqual([]);
  expect(await letters()).toMatchObject([{ kind: "reply" }]);
});

it("[O06] three replies that became stale while the gateway was down become one line", async () => {
  await create();
  world.network.cut();
  for (const text of ["one", "two", "three"]) await answer(text);
  await answer("elsewhere", "c2");
  world.kill();
  world.clock.jump(2 * HOUR);
  world.network.connect();
  await world.boot();
  await world.clock.advance(100);
  expect(world.network.texts("c1")).toEqual([
    "📭 3 answers became too old while I was offline. They are kept; ask the operator for the dead letters.",
  ]);
  expect(world.network.texts("c2")).toEqual(["elsewhere"]);
  expect(await letters()).toHaveLength(3);
});

it("[O06] fresh replies are sent one by one, however many", async () => {
  await create();
  world.network.cut();
  for (const text of ["one", "two", "three", "four"]) await answer(text);
  world.kill();
  world.network.connect();
  await world.boot();
  await world.clock.advance(100);
  expect(world.network.texts("c1")).toEqual(["one", "two", "three", "four"]);
});
