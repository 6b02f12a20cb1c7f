import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { startWorld, until } from "./world.ts";
import type { DiscordWorld } from "./world.ts";

describe("the Discord adapter", () => {
  let world: DiscordWorld;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world.close());

  it("a direct message is stored with what Discord knows of it", async () => {
    await world.boot();
    const { discord, host } = world;
    const { person } = discord.home;
    const channel = discord.people.dm(person);
    const id = discord.people.say(channel, "hello", { author: person });
    await until(() => expect(host.stored).toHaveLength(1));
    expect(host.stored[0]).toMatchObject({
      externalId: `${discord.bot.id}:${channel}:${id}`,
      address: { network: "discord", account: "main", chat: channel, thread: null },
      sender: { id: person.id, name: person.name },
      scope: "private",
      text: "hello",
      isLate: false,
    });
  });

  it("[E10] commands that changed are those of Discord without a restart", async () => {
    const { discord, host } = world;
    const names = async (): Promise<readonly string[]> => {
      const address = `${discord.api}/v10/applications/${discord.bot.id}/commands`;
      const headers = { Authorization: `Bot ${discord.token}` };
      const commands = (await (await fetch(address, { headers })).json()) as { name: string }[];
      return commands.map(({ name }) => name).toSorted();
    };
    const adapter = await world.boot();
    await until(async () => expect(await names()).toEqual(["help", "restart"]));
    host.menu.pop();
    adapter.menuChanged?.();
    await until(async () => expect(await names()).toEqual(["help"]));
    await adapter.disconnect();
    adapter.menuChanged?.();
  });

  it("[E02] a restart resumes, and what was said meanwhile is stored in order", async () => {
    const first = await world.boot();
    const { discord, host } = world;
    const { person, channel } = discord.home;
    const say = (text: string): void =>
      void discord.people.say(channel, `<@${discord.bot.id}> ${text}`, { author: person });
    say("one");
    await until(() => expect(world.texts()).toEqual(["one"]));
    await first.disconnect();
    expect(discord.records.closes.map(({ code }) => code)).toEqual([4200]);
    say("two");
    say("three");
    await world.boot();
    await until(() => expect(world.texts()).toEqual(["one", "two", "three"]));
    expect(discord.records.identifies).toHaveLength(1);
    expect(discord.records.resumes).toHaveLength(1);
    expect(discord.records.misuse).toEqual([]);
    expect(host.stored.every((one) => !one.isLate)).toBe(true);
  });
});
