import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { SendResult } from "../../../../adapters/adapter.ts";
import type { CallFault } from "../../../fakes/discord/faults.ts";
import { MESSAGES, row, startOutboundWorld, words } from "./outbound-world.ts";
import type { OutboundWorld } from "./outbound-world.ts";

let world: OutboundWorld;

beforeEach(async () => {
  world = await startOutboundWorld();
});
afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  await world.close();
});

const servers: Server[] = [];

async function listen(server: Server): Promise<Server> {
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return server;
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** Refuses everything with a page. */
async function proxy(status: number): Promise<string> {
  const server = await listen(
    createServer((request, response) => {
      request.resume();
      response.writeHead(status, { "content-type": "text/html" }).end("<html>no</html>");
    }),
  );
  servers.push(server);
  return `http://127.0.0.1:${portOf(server)}/api`;
}

const send = (more: Parameters<OutboundWorld["address"]>[0] = {}): Promise<SendResult> =>
  world.outbound.send(world.address(more), words("hello"), row());
const meet = (fault: CallFault): Promise<SendResult> => {
  world.discord.faults.rest.next({ method: "POST", route: MESSAGES }, fault);
  return send();
};

describe("a send to Discord that fails", () => {
  it.each<[string, CallFault, string]>([
    ["a broken connection", { kind: "drop" }, "the answer was lost"],
    ["a lost answer", { kind: "lose_answer" }, "the answer was lost"],
    ["a 503", { kind: "status", status: 503 }, "Discord answered 503"],
    ["a 502 of a proxy behind which it was done", { kind: "status_after", status: 502 }, "502"],
    [
      "a 200 of something else",
      { kind: "status", status: 200, body: { ok: true } },
      "cannot be read",
    ],
  ])("after %s nobody knows whether it arrived", async (_, fault, reason) => {
    expect(await meet(fault)).toEqual({
      outcome: "unknown",
      reason: expect.stringContaining(reason) as string,
    });
    // A second try inside the library would hide the first.
    expect(world.calls("POST", MESSAGES)).toHaveLength(1);
  });

  it.each(["black_hole", "hang_after"] as const)(
    "a network that says nothing (%s) is left when the caller says so, and nobody knows",
    async (kind) => {
      world.discord.faults.rest.next({ method: "POST" }, { kind });
      expect(
        await world.outbound.send(
          world.address(),
          words("x"),
          row(undefined, AbortSignal.timeout(100)),
        ),
      ).toEqual({ outcome: "unknown", reason: "no answer in time" });
      expect(world.calls("POST", MESSAGES)).toHaveLength(1);
    },
  );

  it("a call that is called off before it begins is certainly not sent", async () => {
    expect(
      await world.outbound.send(world.address(), words("x"), row(undefined, AbortSignal.abort())),
    ).toMatchObject({ outcome: "not_sent" });
    expect(world.discord.records.calls).toEqual([]);
  });

  it("where nobody listens, or no such host is, it is certainly not sent", async () => {
    const server = await listen(createServer());
    const port = portOf(server);
    await new Promise((resolve) => server.close(resolve));
    for (const apiRoot of [`http://127.0.0.1:${port}/api`, "http://nowhere.invalid/api"]) {
      const { outbound, address } = world.reborn({ apiRoot });
      expect(await outbound.send(address(), words("x"), row())).toMatchObject({
        outcome: "not_sent",
        reason: expect.stringMatching(
          /cannot be reached \(E(CONNREFUSED|NOTFOUND|AI_AGAIN)\)/,
        ) as string,
      });
    }
  });

  it("a refused token is certainly not sent, and told", async () => {
    world.discord.resetToken();
    expect(await send()).toMatchObject({ outcome: "not_sent" });
    expect(world.revoked()).toBe(1);
    // The library has forgotten the token by now.
    expect(await send()).toMatchObject({ outcome: "not_sent" });
    world.client.restoreToken();
    expect(await send()).toMatchObject({ outcome: "not_sent" });
    expect(world.revoked()).toBe(2);
  });

  it("a refusal of something before Discord is worth another try", async () => {
    for (const status of [403, 404]) {
      const { outbound, address } = world.reborn({ apiRoot: await proxy(status) });
      expect(await outbound.send(address(), words("x"), row())).toEqual({
        outcome: "not_sent",
        reason: `something before Discord answered ${status}`,
      });
    }
  });

  it("[E15] a 429 of something before Discord, without a time, is handed back", async () => {
    const { outbound, address } = world.reborn({ apiRoot: await proxy(429) });
    expect(await outbound.send(address(), words("x"), row())).toEqual({
      outcome: "rate_limited",
      retryAfterMs: 1_000,
    });
  });

  it("an overloaded Discord is worth another try", async () => {
    const body = { code: 130_000, message: "API resource is currently overloaded." };
    expect(await meet({ kind: "status", status: 400, body })).toMatchObject({
      outcome: "not_sent",
    });
  });
});

describe("what Discord refuses for good", () => {
  const refused = (words: string): unknown => ({
    outcome: "refused",
    reason: expect.stringContaining(words) as string,
  });

  it("a channel that was deleted is gone", async () => {
    const { guild } = world.discord.home;
    const chat = world.discord.people.channel(guild, { name: "soon gone" });
    world.discord.people.deleteChannel(chat);
    expect(await send({ chat })).toEqual(refused("the channel or thread is gone"));
  });

  it("a bot that was thrown out may not see the channel", async () => {
    const { discord } = world;
    discord.people.leave(discord.home.guild, discord.bot);
    expect(await send()).toEqual(refused("may not see this channel"));
  });

  it("a bot without the permission may not write there", async () => {
    world.discord.people.deny(world.discord.home.channel, "SendMessages");
    expect(await send()).toEqual(refused("may not write in this channel"));
  });

  it("a person who blocked the bot takes no messages", async () => {
    const { people, home } = world.discord;
    const chat = people.dm(home.person);
    people.block(home.person);
    expect(await send({ chat })).toEqual(refused("takes no messages from the bot"));
  });

  it("a form that Discord does not take names the field", async () => {
    const body = {
      code: 50_035,
      message: "Invalid Form Body",
      errors: { content: { _errors: [{ code: "X", message: "Must be something else." }] } },
    };
    expect(await meet({ kind: "status", status: 400, body })).toEqual(
      refused("Discord refused it: Invalid Form Body; content[X]: Must be something else. (50035)"),
    );
  });
});

describe("rate limits of Discord", () => {
  it("[E15] a short one is waited for, and the message is sent once", async () => {
    const result = await meet({ kind: "rate_limit", retryAfterMs: 200 });
    expect(result).toMatchObject({ outcome: "sent" });
    expect(world.discord.seen(world.discord.home.channel)).toHaveLength(1);
    expect(world.calls("POST", MESSAGES)).toHaveLength(2);
  });

  it.each(["user", "global", "shared"] as const)(
    "[E15] a long one (%s) is handed back with its time",
    async (scope) => {
      const result = await meet({ kind: "rate_limit", retryAfterMs: 60_000, scope });
      expect(result).toEqual({
        outcome: "rate_limited",
        retryAfterMs: expect.closeTo(60_000, -3) as number,
      });
      expect(world.calls("POST", MESSAGES)).toHaveLength(1);
    },
  );

  it("[E15] a flooded channel delays no other", async () => {
    const { discord } = world;
    const chat = discord.people.channel(discord.home.guild, { name: "calm" });
    discord.faults.rest.next(
      { method: "POST", route: `/channels/${discord.home.channel}/messages` },
      { kind: "rate_limit", retryAfterMs: 500 },
    );
    const order: string[] = [];
    await Promise.all([
      send().then(() => order.push("flooded")),
      send({ chat }).then(() => order.push("calm")),
    ]);
    expect(order).toEqual(["calm", "flooded"]);
  });

  it("[E15] ten messages at once arrive in their order under a limit of five", async () => {
    await world.close();
    const limit = { method: "POST", route: MESSAGES, limit: 5, perMs: 800 };
    world = await startOutboundWorld({ discord: { rateLimits: [limit] } });
    const all = await Promise.all(
      Array.from({ length: 10 }, (_, at) =>
        world.outbound.send(world.address(), words(`n${at}`), row()),
      ),
    );
    expect(all.map(({ outcome }) => outcome)).toEqual(Array(10).fill("sent"));
    const texts = world.discord.seen(world.discord.home.channel).map(({ content }) => content);
    expect(texts).toEqual(Array.from({ length: 10 }, (_, at) => `n${at}`));
    expect(world.discord.records.invalidRequests).toBe(0);
    expect(world.client.limits().waited).toBeGreaterThan(0);
  });
});
