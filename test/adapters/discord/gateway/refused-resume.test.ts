import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, describe, expect, it, onTestFinished } from "vitest";

import { startWorld, until } from "../world.ts";
import type { DiscordWorld, WorldOptions } from "../world.ts";

describe("a Discord session that ends", () => {
  let world: DiscordWorld;
  afterEach(() => world.close());

  async function start(options: WorldOptions = {}): Promise<DiscordWorld> {
    world = await startWorld(options);
    return world;
  }
  function say(text: string): string {
    const { discord } = world;
    const { channel, person } = discord.home;
    return discord.people.say(channel, `<@${discord.bot.id}> ${text}`, { author: person });
  }

  for (const code of [4007, 4009]) {
    it(`[E03] a session that ends with ${code} is followed by another, and what was said is looked for`, async () => {
      const { discord, host } = await start({ speed: 40 });
      await world.boot();
      say("n1");
      await until(() => expect(world.texts()).toEqual(["n1"]));
      discord.faults.gateway.close(code);
      say("n2");
      await until(() => expect(world.texts()).toEqual(["n1", "n2"]));
      expect(discord.records.identifies).toHaveLength(2);
      expect(host.stored[1]?.isLate).toBe(true);
    });
  }

  it("[E03] an invalid session is followed by another", async () => {
    const { discord } = await start({ speed: 40 });
    await world.boot();
    discord.faults.gateway.invalidate(false);
    say("n1");
    await until(() => expect(world.texts()).toEqual(["n1"]));
    expect(discord.records.identifies).toHaveLength(2);
  });

  it("[E03] a session that another process finds forgotten is followed by another", async () => {
    const { discord } = await start({ speed: 40 });
    const first = await world.boot();
    await first.disconnect();
    say("n1");
    discord.faults.gateway.forgetSessions();
    await world.boot();
    await until(() => expect(world.texts()).toEqual(["n1"]));
    expect(discord.records.resumes.map(({ outcome }) => outcome.kind)).toEqual(["invalid_session"]);
    expect(discord.records.identifies).toHaveLength(2);
  });

  for (const code of [4007, 4009]) {
    it(`[E03] a RESUME that is closed with ${code} falls back to IDENTIFY`, async () => {
      const { discord } = await start({ speed: 40 });
      await world.boot();
      discord.faults.gateway.refuseResume({ kind: "close", code });
      discord.faults.gateway.drop();
      say("n1");
      await until(() => expect(world.texts()).toEqual(["n1"]));
      expect(discord.records.identifies).toHaveLength(2);
    });
  }

  it("[E03] three RESUMEs that fail are followed by IDENTIFY", async () => {
    const { discord } = await start({ speed: 40 });
    await world.boot();
    for (let time = 0; time < 3; time += 1) {
      discord.faults.gateway.refuseResume({ kind: "close", code: 4000 });
    }
    discord.faults.gateway.drop();
    say("n1");
    await until(() => expect(world.texts()).toEqual(["n1"]));
    expect(discord.records.resumes).toHaveLength(3);
    expect(discord.records.identifies).toHaveLength(2);
  });

  it("[E03] a RESUME that Discord refuses for now is tried again", async () => {
    const { discord } = await start({ speed: 40 });
    await world.boot();
    discord.faults.gateway.refuseResume({ kind: "invalid_session", isResumable: true });
    discord.faults.gateway.drop();
    say("n1");
    await until(() => expect(world.texts()).toEqual(["n1"]));
    expect(discord.records.identifies).toHaveLength(1);
  });

  it("[E03] a RESUME that meets silence falls back to IDENTIFY after 15 s", async () => {
    const { discord } = await start({ speed: 30 });
    await world.boot();
    discord.faults.gateway.refuseResume({ kind: "silence" });
    discord.faults.gateway.drop();
    say("n1");
    await until(() => expect(world.texts()).toEqual(["n1"]));
    expect(discord.records.identifies).toHaveLength(2);
  });

  for (const resumeHost of ["dead", "silent"] as const) {
    it(`[E03] a ${resumeHost} resume host falls back to IDENTIFY`, async () => {
      const { discord } = await start({ speed: 30 });
      await world.boot();
      discord.faults.gateway.resumeHost = resumeHost;
      discord.faults.gateway.drop();
      say("n1");
      await until(() => expect(world.texts()).toEqual(["n1"]));
      expect(discord.records.identifies).toHaveLength(2);
      expect(discord.records.misuse).toEqual([]);
    });
  }

  it("[E03] a resume host that answers 503 falls back to IDENTIFY, and what was said is looked for", async () => {
    const { discord, host } = await start({ speed: 30 });
    const first = await world.boot();
    say("n1");
    await until(() => expect(world.texts()).toEqual(["n1"]));
    await first.disconnect();
    let asked = 0;
    const overloaded = createServer((_, response) => response.writeHead(503).end()).on(
      "upgrade",
      (_, socket) => {
        asked += 1;
        socket.end("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n");
      },
    );
    await new Promise<void>((resolve) => overloaded.listen(0, "127.0.0.1", () => resolve()));
    onTestFinished(() => void overloaded.close());
    const { port } = overloaded.address() as AddressInfo;
    const session = (await host.cursor("session:0")) as Readonly<Record<string, unknown>>;
    const value = { ...session, resumeUrl: `ws://127.0.0.1:${port}` };
    await host.accept([], [{ space: "cursor", key: "session:0", value, ttlMs: null }]);
    say("n2");
    await world.boot();
    await until(() => expect(world.texts()).toEqual(["n1", "n2"]));
    expect(asked).toBeGreaterThanOrEqual(3);
    expect(discord.records.identifies).toHaveLength(2);
    expect(discord.records.resumes).toEqual([]);
  });

  it("[E03] a resume host that is not reached while nothing is reached costs no session", async () => {
    const { discord } = await start({ speed: 30 });
    await world.boot();
    discord.faults.rest.outage = "refused";
    discord.faults.gateway.isDown = true;
    say("n1");
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(world.host.states.at(-1)).toMatchObject({ at: "retrying" });
    discord.faults.gateway.isDown = false;
    await until(() => expect(world.texts()).toEqual(["n1"]));
    expect(discord.records.identifies).toHaveLength(1);
  });

  for (const [code, advice] of [
    [4004, /token/],
    [4010, /shard/],
    [4011, /shards/],
    [4012, /update/],
    [4013, /update/],
    [4014, /discord\.com\/developers/],
  ] as const) {
    it(`[E03] a socket that is closed with ${code} stops with advice`, async () => {
      const { discord, host } = await start({ speed: 40 });
      await world.boot();
      discord.faults.gateway.close(code);
      await until(() => expect(host.states.at(-1)).toMatchObject({ at: "failed" }));
      expect(host.states.at(-1)).toMatchObject({
        advice: expect.stringMatching(advice) as unknown,
      });
      const { length } = discord.records.connections;
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(discord.records.connections).toHaveLength(length);
    });
  }

  it("[E17] a socket that no longer acknowledges heartbeats is resumed", async () => {
    const { discord } = await start({ heartbeatIntervalMs: 100 });
    await world.boot();
    discord.faults.gateway.acksHeartbeats = false;
    await until(() => expect(discord.records.connections.length).toBeGreaterThan(1));
    discord.faults.gateway.acksHeartbeats = true;
    say("n1");
    await until(() => expect(world.texts()).toEqual(["n1"]));
    expect(discord.records.identifies).toHaveLength(1);
  });

  it("[E17] a socket that falls silent is left at once, without waiting for its goodbye", async () => {
    const { discord } = await start({ heartbeatIntervalMs: 100 });
    await world.boot();
    discord.faults.gateway.isSilent = true;
    say("n1");
    await until(() => expect(world.host.states.at(-1)).toMatchObject({ at: "retrying" }));
    discord.faults.gateway.isSilent = false;
    await until(() => expect(world.texts()).toEqual(["n1"]));
    expect(discord.records.identifies).toHaveLength(1);
  });

  it("[E17] a socket that brings nothing is found out by a look at the channels", async () => {
    const { discord } = await start({ speed: 200 });
    await world.boot();
    say("n1");
    await until(() => expect(world.texts()).toEqual(["n1"]));
    discord.faults.gateway.forgetSessions();
    say("n2");
    await until(() => expect(world.texts()).toEqual(["n1", "n2"]));
  });

  it("[E05] [E17] what the session itself does not know of is read", async () => {
    const { discord, host } = await start({ speed: 200 });
    await world.boot();
    say("n1");
    await until(() => expect(world.texts()).toEqual(["n1"]));
    discord.faults.gateway.holdsEvents = true;
    say("n2");
    await until(() => expect(world.texts()).toEqual(["n1", "n2"]));
    expect(host.stored[1]?.isLate).toBe(true);
    discord.faults.gateway.holdsEvents = false;
    say("n3");
    await until(() => expect(world.texts()).toEqual(["n1", "n2", "n3"]));
    expect(discord.records.identifies).toHaveLength(1);
  });
});
