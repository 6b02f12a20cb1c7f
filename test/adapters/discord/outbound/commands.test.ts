import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { startOutboundWorld } from "./outbound-world.ts";
import type { OutboundWorld } from "./outbound-world.ts";

const COMMANDS = "/applications/:application/commands";
const menu = [
  { name: "help", usage: "", summary: "What you can ask for", isForOperators: false },
  { name: "restart", usage: "[now]", summary: "Restart", isForOperators: true },
];

let world: OutboundWorld;

beforeEach(async () => {
  world = await startOutboundWorld();
});
afterEach(() => world.close());

const puts = () => world.calls("PUT", COMMANDS);

describe("slash commands on Discord", () => {
  it("[E10] are those of the one registry, with their words as an option", async () => {
    await world.outbound.setCommands({ menu });
    expect(puts().map(({ status }) => status)).toEqual([200]);
    expect(puts()[0]?.body).toEqual([
      { type: 1, name: "help", description: "What you can ask for", options: [] },
      {
        type: 1,
        name: "restart",
        description: "Restart",
        options: [{ type: 3, name: "words", description: "[now]", required: false }],
      },
    ]);
  });

  it("[E10] are written when they differ, and only read at a restart", async () => {
    await world.outbound.setCommands({ menu });
    await world.reborn().outbound.setCommands({ menu: menu.toReversed() });
    expect(puts()).toHaveLength(1);
    await world.outbound.setCommands({ menu: menu.slice(1) });
    await world.outbound.setCommands({ menu: [{ ...menu[1], summary: "Again" } as never] });
    expect(puts()).toHaveLength(3);
  });

  it("[E10] long summaries are cut to what Discord takes", async () => {
    const summary = `${"w".repeat(98)}👩‍🚀`;
    await world.outbound.setCommands({ menu: [{ ...menu[0], summary } as never] });
    expect(puts()).toMatchObject([{ status: 200, body: [{ description: `${"w".repeat(98)}…` }] }]);
  });

  it("[E10] that cannot be set stop nothing, and are warned of", async () => {
    world.discord.faults.rest.next({ method: "PUT" }, { kind: "status", status: 503 });
    await world.outbound.setCommands({ menu });
    world.discord.faults.rest.next({ method: "GET" }, { kind: "drop" });
    await world.outbound.setCommands({ menu });
    expect(world.logged.map((line) => line.slice(0, 27))).toEqual([
      "warn slash commands not set",
      "warn slash commands not set",
    ]);
  });
});

describe("direct messages on Discord", () => {
  const direct = (user: string) => world.outbound.direct(user, new AbortController().signal);

  it("the same person has the same chat", async () => {
    const { person } = world.discord.home;
    const chat = world.discord.people.dm(person);
    expect(await direct(person.id)).toEqual(world.address({ chat }));
    expect(await direct(person.id)).toEqual(world.address({ chat }));
  });

  it("nobody, or a network that does not answer, is null", async () => {
    expect(await direct("1234567890123456789")).toBe(null);
    world.discord.faults.rest.outage = "unavailable";
    expect(await direct(world.discord.home.person.id)).toBe(null);
  });
});
