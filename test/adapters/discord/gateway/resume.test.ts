import { afterEach, describe, expect, it } from "vitest";

import { startWorld, until } from "../world.ts";
import type { DiscordWorld, WorldOptions } from "../world.ts";

describe("a Discord session", () => {
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
  const numbers = (from: number, to: number): string[] =>
    Array.from({ length: to - from + 1 }, (_, at) => `n${from + at}`);

  it("[E01] the durable sequence is the one of the last event that was stored", async () => {
    const { host, discord } = await start();
    await world.boot();
    say("one");
    await until(async () =>
      expect(await host.cursor("session:0")).toMatchObject({
        sequence: discord.records.deliveredSequence,
      }),
    );
    const release = host.hold();
    const before = discord.records.deliveredSequence;
    say("two");
    await until(() => expect(host.offered).toHaveLength(2));
    expect(discord.records.deliveredSequence).toBe(before + 1);
    expect(await host.cursor("session:0")).toMatchObject({ sequence: before });
    release();
    await until(async () =>
      expect(await host.cursor("session:0")).toMatchObject({ sequence: before + 1 }),
    );
  });

  it("[E01] heartbeats carry what was received, also when it cannot be stored", async () => {
    const { host, discord } = await start();
    await world.boot();
    await until(async () => expect(await host.cursor("session:0")).not.toBe(null));
    const release = host.hold();
    say("one");
    await until(() => expect(host.offered).toHaveLength(1));
    discord.faults.gateway.requestHeartbeat();
    await until(() =>
      expect(discord.records.heartbeats.at(-1)?.sequence).toBe(discord.records.deliveredSequence),
    );
    release();
  });

  it("[E01] an event that is for nobody moves the sequence, too", async () => {
    const { host, discord } = await start();
    await world.boot();
    const { channel, person } = discord.home;
    discord.people.say(channel, "among ourselves", { author: person });
    await until(async () =>
      expect(await host.cursor("session:0")).toMatchObject({
        sequence: discord.records.deliveredSequence,
      }),
    );
    expect(host.offered).toEqual([]);
  });

  for (const when of ["before", "after"] as const) {
    for (const at of [1, 2, 7, 13, 20]) {
      it(`[E01] [E02] killed ${when} the commit of message ${at} of 20, three more while down: all are stored once, by RESUME`, async () => {
        const { discord } = await start();
        await world.boot({ killAt: { text: `n${at}`, when } });
        for (const text of numbers(1, 20)) {
          say(text);
          await new Promise((resolve) => setTimeout(resolve, 2));
        }
        await until(() => expect(discord.records.closes).toHaveLength(1));
        for (const text of numbers(21, 23)) say(text);
        await world.boot();
        await until(() => expect(world.texts()).toEqual(numbers(1, 23)));
        expect(discord.records.identifies).toHaveLength(1);
        expect(discord.records.misuse).toEqual([]);
        // The last commit may not be heard of; nothing else is brought again.
        expect(discord.records.resumes.at(-1)?.sequence).toBeGreaterThan(at);
      });
    }
  }

  it("[E02] killed while a message is being stored: it is stored once", async () => {
    const { host } = await start();
    const first = await world.boot();
    say("n1");
    await until(() => expect(world.texts()).toEqual(["n1"]));
    const release = host.hold();
    say("n2");
    await until(() => expect(host.offered).toHaveLength(2));
    await world.kill(first);
    release();
    say("n3");
    await world.boot();
    await until(() => expect(world.texts()).toEqual(numbers(1, 3)));
  });

  it("[E01] more than is good for us waits at Discord, and comes in order when the store takes it", async () => {
    const { discord, host } = await start();
    await world.boot({ channels: { "*": "all" } });
    const release = host.hold();
    for (let count = 1; count <= 6_000; count += 1) {
      say(`n${count}`);
      if (count % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await until(() => expect(discord.records.closes).toHaveLength(1));
    release();
    await until(() => expect(world.texts()).toHaveLength(6_000), 20_000);
    expect(world.texts()).toEqual(numbers(1, 6_000));
    expect(discord.records.identifies).toHaveLength(1);
  }, 30_000);

  it("[E02] a graceful stop between 20 messages loses none and repeats none", async () => {
    const { discord } = await start();
    const first = await world.boot();
    for (const text of numbers(1, 10)) say(text);
    const gone = first.disconnect();
    for (const text of numbers(11, 20)) say(text);
    await gone;
    expect(discord.records.closes.map(({ code, by }) => ({ code, by }))).toEqual([
      { code: 4200, by: "client" },
    ]);
    for (const text of numbers(21, 23)) say(text);
    await world.boot();
    await until(() => expect(world.texts()).toEqual(numbers(1, 23)));
    expect(discord.records.identifies).toHaveLength(1);
    expect(discord.records.resumes.at(-1)).toMatchObject({
      host: "resume",
      outcome: { kind: "resumed" },
    });
  });

  it("[E02] a broken socket is resumed", async () => {
    const { discord, host } = await start();
    await world.boot();
    say("n1");
    await until(() => expect(world.texts()).toEqual(["n1"]));
    const received = discord.records.deliveredSequence;
    discord.faults.gateway.drop();
    say("n2");
    await until(() => expect(world.texts()).toEqual(["n1", "n2"]));
    expect(discord.records.resumes.map(({ sequence }) => sequence)).toEqual([received]);
    expect(host.offered).toHaveLength(2);
    expect(discord.records.identifies).toHaveLength(1);
    await until(() => expect(host.states.at(-1)).toEqual({ at: "connected" }));
  });

  it("[E02] a request to reconnect is met at once by a RESUME", async () => {
    const { discord } = await start();
    await world.boot();
    discord.faults.gateway.reconnect();
    say("n1");
    await until(() => expect(world.texts()).toEqual(["n1"]));
    expect(discord.records.identifies).toHaveLength(1);
    await until(() => expect(discord.records.closes.map(({ code }) => code)).toEqual([4200]));
    await until(() => expect(discord.records.resumes).toHaveLength(1));
  });

  for (const code of [4000, 4001, 4002, 4003, 4005, 4008, 1011, 1001]) {
    it(`[E02] a socket that Discord closes with ${code} is resumed`, async () => {
      const { discord } = await start();
      await world.boot();
      discord.faults.gateway.close(code);
      say("n1");
      await until(() => expect(world.texts()).toEqual(["n1"]));
      expect(discord.records.identifies).toHaveLength(1);
    });
  }

  it("[E02] a network that refuses for four seconds costs no session", async () => {
    const { discord } = await start({ speed: 4 });
    await world.boot();
    discord.faults.gateway.isDown = true;
    say("n1");
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    discord.faults.gateway.isDown = false;
    await until(() => expect(world.texts()).toEqual(["n1"]));
    expect(discord.records.identifies).toHaveLength(1);
  });
});
