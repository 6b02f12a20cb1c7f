import { fileURLToPath } from "node:url";

import { startFakeDiscord } from "../../test/fakes/discord/start-fake-discord.ts";
import type { Person } from "../../test/fakes/discord/people.ts";
import type { Network, Stage } from "./network.ts";
import { watchCalls } from "./watch-calls.ts";

export const discord: Network = {
  name: "Discord",
  library: "discord.js",
  adapter: "discord",
  bare: "bare-discord",
  preload: [fileURLToPath(new URL("../lift-discord-brake.ts", import.meta.url))],
  open,
};

interface Place {
  readonly channel: string;
  readonly author: Person;
}

async function open(): Promise<Stage> {
  const fake = await startFakeDiscord({ rateLimits: "off" });
  const places = new Map<number, Place>();
  const stops: (() => void)[] = [];

  function placeOf(person: number): Place {
    const known = places.get(person);
    if (known !== undefined) return known;
    const author = fake.people.person(`Person ${person}`);
    // Who shares no server with a bot takes no message of it.
    fake.people.join(fake.home.guild, author);
    const place = { channel: fake.people.dm(author), author };
    places.set(person, place);
    return place;
  }

  return {
    token: fake.token,
    apiRoot: fake.api,
    isListening: () => fake.records.sessions.some(({ isConnected }) => isConnected),
    say(person, text) {
      const { channel, author } = placeOf(person);
      fake.people.say(channel, text, { author });
    },
    onText(listener) {
      stops.push(
        watchCalls(
          fake.records.calls,
          ({ status }) => status !== 0,
          ({ method, route, status, body }) => {
            if (method !== "POST" || route !== "/channels/:channel/messages") return;
            if (status === 200) listener(contentOf(body));
          },
        ),
      );
    },
    async close() {
      for (const stop of stops) stop();
      await fake.close();
    },
  };
}

function contentOf(body: unknown): string {
  if (typeof body !== "object" || body === null || !("content" in body)) return "";
  return String(body.content);
}
