import { afterEach, expect, it } from "vitest";

import { createWorld } from "./world.ts";
import type { World } from "./world.ts";

let world: World;
afterEach(() => world.close());

const stranger = { sender: { id: "eve", name: "Eve" } };

function drops(): Record<string, unknown>[] {
  return world.lines.filter(({ msg }) => msg === "message dropped: not allowed");
}

it("[I07] a stranger is dropped when idle, busy and draining, each with one line in the log", async () => {
  world = await createWorld({ network: { allow: ["ann"] } });
  const { worker, gateway } = await world.boot();
  expect(await world.network.say("c2", "idle", stranger)).toEqual({ outcome: "unauthorised" });
  await world.network.say("c1", "hello");
  await world.clock.advance(10);
  world.turn().accept();
  await world.clock.advance(10);
  expect(await world.network.say("c1", "busy", stranger)).toEqual({ outcome: "unauthorised" });
  expect(await world.network.say("c1", "/stop", stranger)).toEqual({ outcome: "unauthorised" });
  gateway.drain({ then: "restart", timeoutMs: null, by: "test", worker: null });
  expect(await world.network.say("c2", "draining", stranger)).toEqual({ outcome: "unauthorised" });
  await world.clock.advance(10);
  expect(worker.turns).toHaveLength(1);
  expect(await world.status()).toBe("running");
  expect(world.network.texts("c2")).toEqual([]);
  expect(drops().map(({ chat, user }) => [chat, user])).toEqual([
    ["c2", "eve"],
    ["c1", "eve"],
    ["c1", "eve"],
    ["c2", "eve"],
  ]);
});

it("[I07] what a person had queued does not run after they were removed", async () => {
  const allow = ["ann", "eve"];
  world = await createWorld({ network: { allow } });
  await world.boot();
  await world.network.say("c1", "one");
  await world.clock.advance(10);
  world.turn().accept();
  await world.clock.advance(10);
  await world.network.say("c1", "evil", stranger);
  await world.network.say("c1", "good");
  world.kill();
  allow.pop();
  const { worker } = await world.boot();
  await world.clock.advance(10);
  expect(worker.turns.map(({ given }) => given.messages.map(({ text }) => text))).toEqual([
    ["good"],
  ]);
  expect(drops()).toHaveLength(1);
});

it("[I07] a command that a person had sent is not done after they were removed", async () => {
  const allow = ["ann", "eve"];
  world = await createWorld({ network: { allow } });
  const first = await world.boot();
  await world.network.say("c1", "one", stranger);
  await world.clock.advance(10);
  world
    .turn()
    .say(
      { type: "accepted" },
      { type: "ask", id: "a", title: "rm -rf", detail: "", fingerprint: "f" },
    );
  await world.clock.advance(10);
  first.gateway.drain({ then: "restart", timeoutMs: null, by: "test", worker: null });
  await world.network.press("c1", /Allow/, "eve");
  await world.end();
  allow.pop();
  const { worker } = await world.boot();
  await world.clock.advance(100);
  expect(await world.status()).toBe("awaiting_input");
  expect(worker.turns).toEqual([]);
  expect(drops()).toHaveLength(1);
});

it("[I07] a dead letter of a person who was removed does not run when it is retried", async () => {
  const allow = ["ann", "eve"];
  world = await createWorld({ network: { allow } });
  const { gateway, worker } = await world.boot();
  await world.network.say("c1", "one", stranger);
  await world.clock.advance(10);
  world.turn().say({ type: "accepted" }, { type: "failed", error: "no", canRetry: false });
  await world.clock.advance(10);
  const [letter] = await gateway.operations.deadLetters(10);
  allow.pop();
  expect(await gateway.operations.retry(letter?.id ?? "")).toBe(true);
  await world.clock.advance(10);
  expect(worker.turns).toHaveLength(1);
});
