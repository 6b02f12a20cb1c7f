import { afterEach, describe, expect, it } from "vitest";

import { SluiceError } from "../../../../sessions/errors.ts";
import type { FakeDiscord } from "../../../fakes/discord/fake-discord.ts";
import { startWorld, until } from "../world.ts";
import type { DiscordWorld, WorldOptions } from "../world.ts";

const signal = new AbortController().signal;

function shardsOf({ records }: FakeDiscord): readonly (readonly [number, number])[] {
  return records.identifies.map(({ shard }) => shard).toSorted(([one], [other]) => one - other);
}

describe("connecting to Discord", () => {
  let world: DiscordWorld;
  afterEach(() => world.close());

  async function start(options: WorldOptions = {}): Promise<FakeDiscord> {
    world = await startWorld(options);
    return world.discord;
  }
  function say(text: string): void {
    const { bot, home, people } = world.discord;
    people.say(home.channel, `<@${bot.id}> ${text}`, { author: home.person });
  }
  const refusal = (thrown: unknown): SluiceError => {
    expect(thrown).toBeInstanceOf(SluiceError);
    return thrown as SluiceError;
  };

  it("a wrong token is refused with advice, and is in no line of log", async () => {
    await start();
    const token = "wrong.token.indeed";
    const adapter = world.make({ token });
    const thrown = refusal(await adapter.connect(world.host, signal).catch((e: unknown) => e));
    expect(thrown).toMatchObject({ code: "adapter_refused" });
    expect(thrown.advice).toMatch(/token/);
    expect(world.host.states.map(({ at }) => at)).toEqual(["connecting", "failed"]);
    expect(thrown.message + world.logged.join("\n")).not.toContain(token);
  });

  it("[E18] a missing privileged intent is refused with the page to visit", async () => {
    await start({
      privilegedIntents: { messageContent: false, guildMembers: false, presences: false },
    });
    const thrown = refusal(
      await world
        .make()
        .connect(world.host, signal)
        .catch((e: unknown) => e),
    );
    expect(thrown.message).toMatch(/Message Content/);
    expect(thrown.advice).toMatch(/https:\/\/discord\.com\/developers/);
    expect(world.discord.records.identifies).toHaveLength(1);
  });

  it("an unreachable Discord is retried, and messages flow when it is there", async () => {
    const discord = await start({ speed: 20 });
    discord.faults.rest.outage = "refused";
    discord.faults.gateway.isDown = true;
    const adapter = world.make();
    await adapter.connect(world.host, signal);
    expect(world.host.states.at(-1)).toMatchObject({ at: "retrying" });
    discord.faults.rest.outage = "none";
    await until(() => expect(discord.records.calls.length).toBeGreaterThan(1));
    discord.faults.gateway.isDown = false;
    await until(() => expect(world.host.states.at(-1)).toEqual({ at: "connected" }));
    say("one");
    await until(() => expect(world.texts()).toEqual(["one"]));
    expect(discord.records.identifies).toHaveLength(1);
  });

  it("a connect that is called off leaves nothing behind", async () => {
    const discord = await start();
    discord.faults.rest.outage = "hangs";
    const stop = new AbortController();
    const adapter = world.make();
    const connecting = adapter.connect(world.host, stop.signal);
    setTimeout(() => stop.abort(), 30);
    await connecting;
    await until(() => expect(world.host.states.at(-1)).toEqual({ at: "disconnected" }));
  });

  it("a disconnect while the socket is being opened leaves no error behind", async () => {
    const discord = await start();
    discord.faults.gateway.isSilent = true;
    const adapter = world.make();
    const connecting = adapter.connect(world.host, signal);
    await until(() => expect(discord.records.connections).toHaveLength(1));
    await adapter.disconnect();
    await connecting;
    discord.faults.gateway.isSilent = false;
    await until(() => expect(discord.records.closes).toHaveLength(1));
    expect(discord.records.closes[0]?.code).not.toBe(1000);
    expect(discord.records.identifies).toEqual([]);
  });

  it("[E04] no session is begun when fewer than 50 are left", async () => {
    const discord = await start({ identifyBudget: { total: 1_000, used: 951 } });
    const adapter = world.make();
    await adapter.connect(world.host, signal);
    expect(world.host.states.at(-1)).toMatchObject({
      at: "retrying",
      reason: expect.stringContaining("49 of 1000") as unknown,
    });
    expect(discord.records.identifies).toEqual([]);
  });

  it("[E04] a gateway that crashes at each start begins 20 sessions an hour, over all its processes", async () => {
    const discord = await start({ speed: 100 });
    for (let count = 0; count < 20; count += 1) {
      const adapter = await world.boot();
      await world.kill(adapter);
      discord.faults.gateway.forgetSessions();
    }
    expect(discord.records.identifies).toHaveLength(20);
    const adapter = world.make();
    await adapter.connect(world.host, signal);
    await until(() =>
      expect(world.host.states.at(-1)).toMatchObject({
        reason: expect.stringContaining("20 new sessions") as unknown,
      }),
    );
    expect(discord.records.identifies).toHaveLength(20);
  }, 15_000);

  it("[E04] forced reconnects cost no session", async () => {
    const discord = await start({ speed: 200 });
    await world.boot();
    for (let count = 1; count <= 200; count += 1) {
      discord.faults.gateway.reconnect();
      await until(() => expect(discord.records.resumes).toHaveLength(count));
      await until(() => expect(world.host.states.at(-1)).toEqual({ at: "connected" }));
    }
    expect(discord.records.identifies).toHaveLength(1);
    say("one");
    await until(() => expect(world.texts()).toEqual(["one"]));
  }, 20_000);

  it("[E16] each shard has its session, and all of them are resumed", async () => {
    const discord = await start({ recommendedShards: 3, maxConcurrency: 3, speed: 20 });
    const adapter = await world.boot();
    expect(shardsOf(discord)).toEqual([
      [0, 3],
      [1, 3],
      [2, 3],
    ]);
    await adapter.disconnect();
    say("one");
    discord.people.say(discord.people.dm(discord.home.person), "two", {
      author: discord.home.person,
    });
    await world.boot();
    await until(() => expect(world.texts().toSorted()).toEqual(["one", "two"]));
    expect(discord.records.identifies).toHaveLength(3);
  });

  it("[E16] a range of shards is a process", async () => {
    const discord = await start({ speed: 20 });
    await world.boot({ shards: { total: 4, ids: [1, 3] } });
    expect(shardsOf(discord)).toEqual([
      [1, 4],
      [3, 4],
    ]);
  });

  it("[E16] with another number of shards a session is begun anew", async () => {
    const discord = await start({ speed: 20 });
    const adapter = await world.boot({ shards: { total: 1, ids: null } });
    await adapter.disconnect();
    await world.boot({ shards: { total: 2, ids: [0] } });
    expect(discord.records.resumes).toEqual([]);
    expect(discord.records.identifies).toHaveLength(2);
  });
});
