import { describe, expect, it } from "vitest";

import { until } from "../crash-world.ts";
import { openWorld } from "./open-world.ts";
import { remains, texts } from "./texts.ts";

describe("a channel that goes in the middle of an answer", () => {
  it.concurrent.for([
    { what: "was deleted", reason: "the channel or thread is gone" },
    { what: "may not be seen any more", reason: "the bot may not see this channel" },
    { what: "is of a server that threw the bot out", reason: "the bot may not see this channel" },
  ] as const)(
    "and $what leaves a dead letter with the reason, and harms no other",
    async ({ what, reason }, test) => {
      const world = await openWorld(test);
      const { discord } = world;
      const { people, home, bot } = discord;
      const guild = people.guild({ name: "Market", owner: home.person });
      const shop = people.channel(guild, { name: "shop" });
      const alone = people.dm(home.person);
      const first = await world.bootReady();
      people.say(shop, `<@${bot.id}> slow 4`, { author: home.person });
      await until(() => texts(discord, shop).length === 1);
      const calls = (): number =>
        discord.records.calls.filter(({ path }) => path.startsWith(`/channels/${shop}/messages`))
          .length;
      switch (what) {
        case "was deleted":
          people.deleteChannel(shop);
          break;
        case "may not be seen any more":
          people.deny(shop, "ViewChannel");
          break;
        case "is of a server that threw the bot out":
          people.leave(guild, bot);
      }
      people.say(alone, "echo meanwhile", { author: home.person });
      await until(() => texts(discord, alone).includes("meanwhile"));
      await until(() => world.log().includes("reply given up"));
      const letters = await world.control.deadLetters(10);
      expect(letters).toHaveLength(1);
      expect(JSON.stringify(letters)).toContain(reason);
      await first.end("SIGKILL");
      const before = calls();
      people.say(alone, "echo afterwards", { author: home.person });
      const second = await world.bootReady();
      await until(() => texts(discord, alone).includes("afterwards"));
      expect(await world.control.deadLetters(10)).toEqual(letters);
      await second.end("SIGTERM");
      expect(calls()).toBe(before);
      expect(remains(world)).toEqual([expect.stringContaining(reason)]);
    },
  );
});
