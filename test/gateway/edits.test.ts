import { afterEach, expect, it } from "vitest";

import { createWorld } from "./world.ts";
import type { World, WorldOptions } from "./world.ts";

let world: World;
afterEach(() => world.close());

const runs = (): string[][] =>
  world.now().worker.turns.map(({ given }) => given.messages.map(({ text }) => text));

/** A turn runs in c1, and one message (`in-2`) waits behind it. */
async function waiting(options: WorldOptions = {}): Promise<void> {
  world = await createWorld(options);
  await world.boot();
  await world.network.say("c1", "first");
  await world.clock.advance(10);
  world.turn().accept();
  await world.network.say("c1", "secnod");
  await world.clock.advance(10);
}

const edit = (of: string, text: string, more = {}) =>
  world.network.say("c1", text, { edits: of, ...more });

it("[T14] an edit of a queued message changes it", async () => {
  await waiting();
  await edit("in-2", "second");
  await world.clock.advance(10);
  world.turn().finish("one");
  await world.clock.advance(10);
  expect(runs()).toEqual([["first"], ["second"]]);
});

it("[T14] two edits of a queued message leave the later words", async () => {
  await waiting();
  await Promise.all([edit("in-2", "secon"), edit("in-2", "second")]);
  await world.clock.advance(10);
  world.turn().finish("one");
  await world.clock.advance(10);
  expect(runs()).toEqual([["first"], ["second"]]);
});

it("[T14] an edit of an answered message is ignored unless configured", async () => {
  await waiting();
  world.turn().finish("one");
  await world.clock.advance(10);
  world.turn().finish("two");
  await world.clock.advance(10);
  await edit("in-2", "second");
  await world.clock.advance(10);
  expect(runs()).toEqual([["first"], ["secnod"]]);
});

it("[T14] an edit of an answered message is run again where that is configured", async () => {
  await waiting({ network: { edits: "rerun" } });
  world.turn().finish("one");
  await world.clock.advance(10);
  world.turn().finish("two");
  await world.clock.advance(10);
  await edit("in-2", "second");
  await edit("in-2", "secnod");
  await world.clock.advance(10);
  expect(runs()).toEqual([["first"], ["secnod"], ["second"]]);
});

it("[T14] an edit by somebody else, or of an unknown message, changes nothing", async () => {
  await waiting();
  await edit("in-2", "third", { sender: { id: "bob", name: "Bob" } });
  await edit("in-99", "third");
  await world.clock.advance(10);
  world.turn().finish("one");
  await world.clock.advance(10);
  expect(runs()).toEqual([["first"], ["secnod"]]);
});

it("[T14] an edit that was stored just before a crash is done by the next boot", async () => {
  await waiting({ network: { edits: "rerun" } });
  const { engine, ids, clock } = world.now().core;
  const message = world.network.inbound("c1", "second", { edits: "in-2" });
  const item = { id: ids.message(), key: world.key(), kind: "edit", message } as const;
  await engine.accept([{ ...item, receivedAt: clock.now() }], { queueLimit: 100, keyed: [] });
  world.kill();
  await world.boot();
  await world.clock.advance(10);
  expect(runs()).toEqual([["second"]]);
});

it("[T14] a turn that was about to begin with the old words begins with the new ones", async () => {
  let isEdited = false;
  await waiting({
    engine: (real) => ({
      ...real,
      async claim(unit) {
        // Between reading the queue and adopting from it.
        if (!isEdited && unit.inbox?.some(({ text }) => text === "secnod")) {
          isEdited = true;
          const change = await real.messageByExternalId("fake", "main", "in-2");
          if (change === null) throw new Error("no such message");
          const message = { ...change.message, text: "second" };
          await real.commit({
            inbox: [
              { id: change.id, from: "queued", to: "queued", turn: null, reason: null, message },
            ],
          });
          queueMicrotask(() => void world.network.say("c1", "third"));
        }
        return real.claim(unit);
      },
    }),
  });
  world.turn().finish("one");
  await world.clock.advance(10);
  expect(isEdited).toBe(true);
  expect(runs()).toEqual([["first"], ["second"]]);
});
