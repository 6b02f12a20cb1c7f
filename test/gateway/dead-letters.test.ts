import { afterEach, expect, it } from "vitest";

import { createWorld } from "./world.ts";
import type { World } from "./world.ts";

let world: World;
afterEach(() => world.close());

it("[I08] a message whose turn cannot start is tried again, then listed, and runs when an operator retries it", async () => {
  world = await createWorld();
  const { gateway, worker } = await world.boot();
  const { operations } = gateway;
  worker.refusals.push(new Error("no such program"), new Error("no such program"));
  await world.network.say("c1", "hello");
  await world.clock.advance(10);
  expect(worker.opened).toHaveLength(2);
  expect(world.network.texts("c1")).toEqual(["⚠️ This did not work: no such program"]);

  const [letter, ...others] = await operations.deadLetters(10);
  expect(others).toEqual([]);
  expect(letter).toMatchObject({
    kind: "message",
    reason: "no such program",
    item: { message: { text: "hello" }, state: "dead" },
  });
  expect((await operations.status()).deadLetters).toBe(1);

  expect(await operations.retry(letter?.id ?? "")).toBe(true);
  await world.clock.advance(10);
  expect(world.turn().given.messages).toMatchObject([{ text: "hello" }]);
  world.turn().finish("hi");
  await world.clock.advance(10);
  expect(world.network.texts("c1").at(-1)).toBe("hi");
  expect(await operations.deadLetters(10)).toEqual([]);
  expect(await operations.retry(letter?.id ?? "")).toBe(false);
});

it("[I08] a message that failed stays on the list over a restart, and goes when it is dropped", async () => {
  world = await createWorld();
  await world.boot();
  await world.network.say("c1", "hello");
  await world.clock.advance(10);
  world.turn().say({ type: "accepted" }, { type: "failed", error: "quota", canRetry: false });
  await world.clock.advance(10);
  world.kill();
  const { gateway, worker } = await world.boot();
  await world.clock.advance(10);
  const letters = await gateway.operations.deadLetters(10);
  expect(letters.map(({ kind, reason }) => [kind, reason])).toEqual([["message", "quota"]]);
  expect(await gateway.operations.drop(letters[0]?.id ?? "")).toBe(true);
  expect(await gateway.operations.deadLetters(10)).toEqual([]);
  expect(await gateway.operations.drop(letters[0]?.id ?? "")).toBe(false);
  expect(worker.turns).toEqual([]);
});

it("a reply that was refused is listed, and is sent when it is retried", async () => {
  world = await createWorld();
  const { gateway } = await world.boot();
  await world.network.say("c1", "hello");
  await world.clock.advance(10);
  world.network.answers.push({ outcome: "refused", reason: "chat not found" });
  world.turn().finish("hi");
  await world.clock.advance(10);
  const [letter] = await gateway.operations.deadLetters(10);
  expect(letter).toMatchObject({ kind: "reply", reason: "chat not found" });
  expect(world.network.texts("c1")).toEqual([]);
  expect(await gateway.operations.retry(letter?.id ?? "")).toBe(true);
  await world.clock.advance(10);
  expect(world.network.texts("c1")).toEqual(["hi"]);
  expect(await gateway.operations.deadLetters(10)).toEqual([]);
});

it("a letter that does not exist can be neither retried nor dropped", async () => {
  world = await createWorld();
  const { gateway } = await world.boot();
  expect(await gateway.operations.retry("msg_none")).toBe(false);
  expect(await gateway.operations.drop("out_none")).toBe(false);
});
