import { expect, it } from "vitest";

import type { Person } from "../../fakes/discord/people.ts";
import { until } from "../crash-world.ts";
import { openWorld } from "./open-world.ts";
import { remains, texts } from "./texts.ts";

it.concurrent.for([{ session: "kept" }, { session: "forgotten" }] as const)(
  "[E06] a first direct message ever, sent while the gateway was down, is answered (session $session)",
  async ({ session }, test) => {
    const strangers: Person[] = [];
    const world = await openWorld(test, {
      allow({ people, home }) {
        const bea = people.person("Bea");
        people.join(home.guild, bea);
        strangers.push(bea);
        return [bea.id];
      },
    });
    const { discord } = world;
    const [bea = discord.home.person] = strangers;
    const first = await world.bootReady();
    await first.end("SIGKILL");
    const channel = discord.people.dm(bea);
    discord.people.say(channel, "are you there?", { author: bea });
    if (session === "forgotten") discord.faults.gateway.forgetSessions();
    const second = await world.bootReady();
    await until(() => texts(discord, channel).length === 1);
    expect(texts(discord, channel)[0]).toContain("are you there?");
    await second.end("SIGTERM");
    expect(texts(discord, channel)).toHaveLength(1);
    expect(discord.records.identifies).toHaveLength(session === "kept" ? 1 : 2);
    expect(remains(world)).toEqual([]);
  },
);
