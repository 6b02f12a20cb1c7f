import { afterEach, expect, it } from "vitest";

import type { Configuration } from "../../../gateway/config/configuration.ts";
import { rest } from "../../fakes/fake-clock.ts";
import { createWorld } from "../world.ts";
import type { World, WorldOptions } from "../world.ts";

let world: World;
afterEach(() => world.close());

/** A gateway whose next reloads find these, in this order. */
async function finding(
  found: readonly ((now: Configuration) => Configuration)[],
  options: WorldOptions = {},
): Promise<void> {
  const left = [...found];
  world = await createWorld({ ...options, reread: (now) => (left.shift() ?? same)(now) });
  await world.boot();
}

const same = (now: Configuration): Configuration => now;

const reload = async () => {
  const report = await world.now().gateway.operations.reload();
  await world.clock.advance(0);
  await rest();
  return report;
};

const withNetwork =
  (change: object) =>
  (now: Configuration): Configuration =>
    ({ ...now, networks: { fake: { ...now.networks["fake"], ...change } } }) as Configuration;

const say = async (chat: string, text: string, from = "ann"): Promise<void> => {
  await world.network.deliver([
    world.network.inbound(chat, text, { sender: { id: from, name: from } }),
  ]);
  await world.clock.advance(10);
  await rest();
};

it("[X07] a limit that was raised lets the next one begin at once", async () => {
  const raised = (now: Configuration) => ({ ...now, turns: { ...now.turns, atOnce: 2 } });
  await finding([raised], {
    settings: (defaults) => ({ turns: { ...defaults.turns, atOnce: 1 } }),
  });
  await say("c1", "one");
  await say("c2", "two");
  expect(world.now().worker.turns).toHaveLength(1);
  expect(await reload()).toMatchObject({ changed: ["turns.atOnce"], refused: [] });
  expect(world.now().worker.turns).toHaveLength(2);
});

it("[X07][I07] who was taken off a list loses what runs and what waits, and is heard no more", async () => {
  await finding([withNetwork({ allow: ["bob"] })]);
  await say("c1", "long");
  await say("c1", "waits");
  await say("c2", "of bob", "bob");
  const report = await reload();
  expect(report).toMatchObject({ changed: ["networks.fake.allow"], dropped: 1, stopped: 1 });
  const before = world.now().worker.turns.length;
  await say("c3", "again");
  expect(world.now().worker.turns).toHaveLength(before);
  expect(await world.status("c1")).toBe("idle");
  expect(await world.status("c2")).toBe("starting");
  await say("c4", "still here", "bob");
  expect(world.now().worker.turns).toHaveLength(before + 1);
});

it("[X07] words, rights, the policy of an agent and what is logged count from then on", async () => {
  const next = (now: Configuration): Configuration => ({
    ...withNetwork({ operators: ["ann"], commands: { stop: "off" } })(now),
    notices: { ...now.notices, texts: { stop_nothing: "Nothing at all." } },
    log: { ...now.log, level: "warn" },
    workers: Object.fromEntries(
      Object.entries(now.workers).map(([name, one]) => [
        name,
        { ...one, approve: { ...one.approve, edit: "deny" } },
      ]),
    ) as Configuration["workers"],
  });
  await finding([next]);
  const { core } = world.now();
  expect(core.access.isOperator("fake", "ann")).toBe(false);
  const { changed, refused } = await reload();
  expect(refused).toEqual([]);
  expect(changed.toSorted()).toEqual([
    "log.level",
    "networks.fake.commands.stop",
    "networks.fake.operators",
    "notices.texts.stop_nothing",
    "workers.demo.approve.edit",
  ]);
  expect(core.access.isOperator("fake", "ann")).toBe(true);
  expect(core.texts.say("stop_nothing")).toBe("Nothing at all.");
  expect(core.settings.workers["demo"]?.approve.edit).toBe("deny");
  expect(core.log.level).toBe("warn");
  expect(world.network.menus).toHaveLength(1);
  expect(world.network.menus[0]?.names).toContain("restart");
  expect(world.network.menus[0]?.names).not.toContain("stop");
  expect(world.network.menus[0]?.operators).toEqual(["ann"]);
});

it("[X07] a network's own menu is left alone where nothing of it has changed", async () => {
  await finding([(now) => ({ ...now, drain: { ...now.drain, timeoutMs: 1 } })]);
  await reload();
  expect(world.network.menus).toEqual([]);
});

it("[X07] what cannot be read changes nothing, and the log says why", async () => {
  const broken = (): Configuration => {
    throw new Error("config.yaml:3:1: no YAML");
  };
  const other = (now: Configuration) => ({ ...now, drain: { ...now.drain, timeoutMs: 1 } });
  await finding([broken, other]);
  const before = structuredClone({ ...world.now().core.settings });
  await expect(world.now().gateway.operations.reload()).rejects.toThrow("config.yaml:3:1");
  expect({ ...world.now().core.settings }).toEqual(before);
  expect(world.lines.at(-1)).toMatchObject({ error: "config.yaml:3:1: no YAML" });
  // And the next one is not held up by it.
  expect(await reload()).toMatchObject({ changed: ["drain.timeoutMs"] });
  expect(world.now().core.settings.drain.timeoutMs).toBe(1);
});
