import { afterEach, expect, it } from "vitest";

import type { FindResult } from "../../../adapters/adapter.ts";
import type { FakeAnswer } from "../../fakes/fake-network.ts";
import { createWorld } from "../world.ts";
import type { World } from "../world.ts";

let world: World;
afterEach(() => world.close());

/** One answer, of whose send nobody knows whether it arrived, on a network that can be read back. */
async function lost(answer: FakeAnswer, readback: FindResult[] = []): Promise<void> {
  world = await createWorld();
  world.network.readback = readback;
  await world.boot();
  await world.network.say("c1", "hello");
  await world.clock.advance(10);
  world.network.answers.push(answer);
  world.turn().finish("hi");
  await world.clock.advance(10_000);
}

it("[E09] an uncertain send that is found in the chat is not sent again", async () => {
  await lost({ outcome: "done_but_lost" });
  expect(world.network.texts("c1")).toEqual(["hi"]);
});

it("[E09] an uncertain send that is certainly not in the chat is sent again without a label", async () => {
  await lost({ outcome: "unknown", reason: "no answer" });
  expect(world.network.texts("c1")).toEqual(["hi"]);
});

it("[E09] an uncertain send that cannot be looked for is sent again with the label", async () => {
  await lost({ outcome: "unknown", reason: "no answer" }, [
    { outcome: "unknown", reason: "may not be read" },
  ]);
  expect(world.network.texts("c1")).toEqual(["(may be a duplicate)\nhi"]);
});

it("[E09] a reply that a kill left uncertain is looked for by the next boot", async () => {
  world = await createWorld({
    probe: (step) => {
      if (step === "send_answered" && world.network.sends.length === 1) world.kill();
    },
  });
  world.network.readback = [];
  await world.boot();
  await world.network.say("c1", "hello");
  await world.clock.advance(10);
  world.turn().finish("hi");
  await world.clock.advance(10);
  await world.boot();
  await world.clock.advance(10_000);
  expect(world.network.texts("c1")).toEqual(["hi"]);
});

it.each(["label", "hold"] as const)(
  "[E09] [O03] a send that a kill cut is looked for by a boot after the time in which its repeat is known (policy %s)",
  async (ambiguousSends) => {
    world = await createWorld({
      capabilities: { idempotentForMs: 120_000 },
      network: { ambiguousSends },
      probe: (step) => {
        if (step === "send_answered" && world.network.sends.length === 1) world.kill();
      },
    });
    world.network.readback = [];
    await world.boot();
    await world.network.say("c1", "hello");
    await world.clock.advance(10);
    world.turn().finish("hi");
    await world.clock.advance(180_000);
    await world.boot();
    await world.clock.advance(10_000);
    expect(world.network.texts("c1")).toEqual(["hi"]);
    expect(world.network.sends.map(({ kind }) => kind)).toEqual(["send", "edit"]);
    expect(await world.now().gateway.operations.deadLetters(10)).toEqual([]);
  },
);
