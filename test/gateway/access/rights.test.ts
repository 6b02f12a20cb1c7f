import { afterEach, expect, it } from "vitest";

import { COMMAND_NAMES, chatMenu } from "../../../gateway/commands/registry.ts";
import { createHost } from "../../../gateway/inbound.ts";
import { createWorld } from "../world.ts";
import type { World, WorldOptions } from "../world.ts";
import { as } from "./strangers.ts";

let world: World;
afterEach(() => world.close());

async function begin(commands: NonNullable<WorldOptions["network"]>["commands"]): Promise<void> {
  world = await createWorld({ network: commands === undefined ? {} : { commands } });
  await world.boot();
}

async function say(text: string, user = "ann"): Promise<string> {
  const before = world.network.texts("c1").length;
  await world.network.say("c1", text, as(user));
  await world.clock.advance(10);
  return world.network.texts("c1").slice(before).join("\n");
}

async function ask(): Promise<void> {
  await say("work");
  world
    .turn()
    .say({ type: "accepted" }, { type: "ask", id: "a", title: "rm", detail: "", fingerprint: "f" });
  await world.clock.advance(10);
}

it("a command is for whom the configuration says, and else for whom it is by itself", async () => {
  await begin({ new: "operators", restart: "everyone", queue: "off" });
  expect(await say("/new")).toBe("Only an operator may do that.");
  expect(await say("/new", "op")).toMatch(/conversation is new already/);
  expect(await say("/queue")).toBe("This command is switched off here.");
  expect(await say("/queue steer", "op")).toBe("This command is switched off here.");
  expect(await say("/sessions")).toMatch(/this one/);
  expect(await say("/restart")).toMatch(/^🔄 Restarting now/);
});

it("/help and the menu of a network show what may be used there", async () => {
  await begin({ new: "operators", restart: "everyone", queue: "off", pair: "off" });
  const shown = (text: string) => text.split("\n").map((line) => line.split(/[ /]/)[1]);
  const forAll = shown(await say("/help"));
  expect(forAll).toContain("restart");
  for (const name of ["new", "queue", "pair"]) expect(forAll).not.toContain(name);
  const forOperators = shown(await say("/help", "op"));
  expect(forOperators).toEqual(COMMAND_NAMES.filter((name) => !["queue", "pair"].includes(name)));
  const menu = chatMenu(world.now().core, "fake");
  expect(menu.map(({ name }) => name)).toEqual(forOperators);
  expect(menu.filter((one) => one.isForOperators).map(({ name }) => name)).toEqual(["new"]);
});

it("a button needs the right of the command that does the same", async () => {
  await begin({ approve: "operators", deny: "off", stop: "off" });
  await ask();
  await world.network.press("c1", /Allow/);
  await world.clock.advance(10);
  expect(world.network.texts("c1").at(-1)).toBe("Only an operator may do that.");
  const [request] = await world.now().gateway.operations.requests();
  const always = { data: `allow_always:${request?.id}`, on: "out-1" };
  await world.network.say("c1", "", { ...as("ann"), button: always });
  await world.clock.advance(10);
  expect(world.network.texts("c1").slice(-2)).toEqual(
    Array.from({ length: 2 }, () => "Only an operator may do that."),
  );
  await world.network.press("c1", /Deny/, "op");
  await world.clock.advance(10);
  expect(world.network.texts("c1").at(-1)).toBe("This command is switched off here.");
  const turn = (await world.session()).turn?.id;
  await world.network.say("c1", "", { button: { data: `stop:${turn}`, on: "out-1" } });
  await world.clock.advance(10);
  expect(await world.status()).toBe("awaiting_input");
  await world.network.press("c1", /Allow/, "op");
  await world.clock.advance(10);
  expect(world.turn().answers).toEqual([{ ask: "a", decision: "allow" }]);
});

it("Continue and Drop need the rights of /resume and /skip", async () => {
  await begin({ resume: "off", skip: "off" });
  await say("work");
  world.turn().accept();
  await world.clock.advance(10);
  world.kill();
  const { worker } = await world.boot();
  await world.clock.advance(10);
  const { mark } = await world.session();
  const turn = mark?.kind === "resume_pending" ? mark.turn : "";
  for (const verb of ["continue", "drop"]) {
    await world.network.say("c1", "", { button: { data: `${verb}:${turn}`, on: "out-1" } });
    await world.clock.advance(10);
    expect(world.network.texts("c1").at(-1)).toBe("This command is switched off here.");
  }
  expect(worker.turns).toEqual([]);
  expect(await world.status()).toBe("resume_pending");
});

it("a right that is taken away counts for what waits", async () => {
  const commands: Record<string, "everyone" | "off"> = {};
  await begin(commands);
  await ask();
  world.now().gateway.drain({ then: "restart", timeoutMs: null, by: "test", worker: null });
  await world.network.press("c1", /Allow/);
  await world.end();
  commands["approve"] = "off";
  await world.boot();
  await world.clock.advance(100);
  expect(await world.status()).toBe("awaiting_input");
  expect(world.network.texts("c1").at(-1)).toBe("This command is switched off here.");
});

it("what an adapter knows of people changes with them", async () => {
  await begin({});
  const { core, gateway } = world.now();
  const [adapter] = core.networks.adapters;
  if (adapter === undefined) throw new Error("no adapter");
  const host = createHost(core, adapter, {
    isCommand: () => false,
    menu: () => [],
    unreadable: () => undefined,
    stranger: () => undefined,
    stored: () => undefined,
  });
  const { access } = gateway.operations;
  await access.allow({ network: "fake", user: "eve" }, { by: "me", standing: "operator" });
  expect(host.people).toEqual({ operators: ["op", "eve"], allowed: ["op", "eve"] });
  await access.revoke({ network: "fake", user: "eve" }, "me");
  expect(host.people).toEqual({ operators: ["op"], allowed: ["op"] });
});

it("an operator is made by chat only where the gateway runs", async () => {
  world = await createWorld({
    settings: ({ networks }) => {
      const { local } = networks;
      if (local?.adapter !== "local") throw new Error("no local chat");
      const { port: _port, host: _host, token: _token, ...common } = local;
      return {
        networks: {
          fake: {
            ...common,
            adapter: "telegram",
            operators: ["op"],
            accounts: {},
            groups: {},
            quote: "auto",
            webhook: null,
            apiRoot: "https://example.org",
          },
        },
      };
    },
  });
  await world.boot();
  expect(await say("/pair BBBB-BBBB operator", "op")).toMatch(/^Operators are made where I run/);
  expect(await say("/pair BBBB-BBBB", "op")).toMatch(/^No such code/);
});
