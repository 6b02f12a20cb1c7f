import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { expect, it } from "vitest";

import { until } from "../crash-world.ts";
import type { DiscordWorld } from "./discord-world.ts";
import { openWorld } from "./open-world.ts";
import { historyReads, remains, sends, texts } from "./texts.ts";

const WHOLE = "Counting to 6: 1 2 3 4 5 6. Done.";
const MESSAGES = "/channels/:channel/messages";

it.concurrent.for([
  { what: "a short answer", asked: "echo one", whole: "one" },
  { what: "a streamed answer", asked: "slow 1.5", whole: WHOLE },
])(
  "[E09] $what whose send Discord took, and did not say so, is one message",
  async ({ asked, whole }, test) => {
    const world = await openWorld(test);
    const { discord } = world;
    const life = await world.bootReady();
    discord.faults.rest.next(
      { method: "POST", route: MESSAGES, times: 2 },
      { kind: "lose_answer" },
    );
    const channel = ask(world, asked);
    await settled(world, channel, whole);
    await life.end("SIGTERM");
    expect(texts(discord, channel)).toEqual([whole]);
    expect(sends(discord)).toHaveLength(3);
    expect(remains(world)).toEqual([]);
  },
);

it.concurrent.for([
  { what: "a short answer", asked: "echo one", whole: "one" },
  { what: "a streamed answer", asked: "slow 1.5", whole: /^Counting to 6:.*⏸ Cut short/s },
])(
  "[E09] $what that Discord took at the moment of a SIGKILL is sent again under its nonce, and is one message",
  async ({ asked, whole }, test) => {
    const world = await openWorld(test);
    const { discord } = world;
    const channel = await killedBySend(world, asked, { isTaken: true });
    const second = await world.bootReady();
    await settled(world, channel, whole);
    await second.end("SIGTERM");
    expect(texts(discord, channel)).toEqual([
      typeof whole === "string" ? whole : expect.stringMatching(whole),
    ]);
    expect(sends(discord).length).toBeGreaterThan(1);
    expect(new Set(sends(discord).map(nonceOf)).size).toBe(1);
    expect(historyReads(discord)).toBe(0);
    expect(remains(world)).toEqual([]);
  },
);

it.concurrent.for([
  { what: "is found there, and is not sent again", isTaken: true },
  { what: "is not there, and is sent, without a label", isTaken: false },
])(
  "[E09] after the time of the nonce, the channel is read before an answer of which nobody knows is sent: it $what",
  async ({ isTaken }, test) => {
    const world = await openWorld(test, { discord: { nonceKeptMs: 1 } });
    const { discord } = world;
    const channel = await killedBySend(world, "echo one", { isTaken });
    passThreeMinutes(world);
    const before = sends(discord).length;
    const second = await world.bootReady();
    await until(() => historyReads(discord) > 0);
    await settled(world, channel, "one");
    await second.end("SIGTERM");
    expect(texts(discord, channel)).toEqual(["one"]);
    expect(sends(discord).length - before).toBe(isTaken ? 0 : 1);
    expect(remains(world)).toEqual([]);
  },
);

it.concurrent("[E09] after the time of the nonce, where the channel may not be read, it is sent under the label", async (test) => {
  const world = await openWorld(test, { discord: { nonceKeptMs: 1 } });
  const { discord } = world;
  const channel = await killedBySend(world, "echo one", { isTaken: true, isPublic: true });
  discord.people.deny(channel, "ReadMessageHistory");
  passThreeMinutes(world);
  const second = await world.bootReady();
  await until(() => texts(discord, channel).length === 2);
  await second.end("SIGTERM");
  expect(texts(discord, channel)).toEqual(["one", "(may be a duplicate)\none"]);
  expect(remains(world)).toEqual([]);
});

/** Returns the channel: of the two of them, or of the server. */
function ask({ discord }: DiscordWorld, text: string, isPublic = false): string {
  const { people, home, bot } = discord;
  const channel = isPublic ? home.channel : people.dm(home.person);
  people.say(channel, isPublic ? `<@${bot.id}> ${text}` : text, { author: home.person });
  return channel;
}

/** Asks, and kills the gateway when it sends the answer: after Discord took that, or before. */
async function killedBySend(
  world: DiscordWorld,
  asked: string,
  { isTaken, isPublic }: { readonly isTaken: boolean; readonly isPublic?: boolean },
): Promise<string> {
  const { discord } = world;
  const life = await world.bootReady();
  discord.faults.rest.next(
    { method: "POST", route: MESSAGES },
    { kind: isTaken ? "hang_after" : "black_hole" },
  );
  const channel = ask(world, asked, isPublic);
  await until(() => sends(discord).length > 0);
  await life.end("SIGKILL");
  discord.faults.rest.clear();
  return channel;
}

/** Of a gateway that is down. */
function passThreeMinutes({ stateDir }: DiscordWorld): void {
  const database = new DatabaseSync(join(stateDir, "sluice.sqlite"));
  const { changes } = database
    .prepare("UPDATE outbox SET created_at = created_at - 180000 WHERE state <> 'sent'")
    .run();
  database.close();
  expect(changes).toBe(1);
}

async function settled(
  world: DiscordWorld,
  channel: string,
  whole: string | RegExp,
): Promise<void> {
  const isWhole = (text: string): boolean =>
    typeof whole === "string" ? text === whole : whole.test(text);
  await until(
    () => texts(world.discord, channel).some(isWhole) && remains(world).length === 0,
    () => `${texts(world.discord, channel).join(" | ")}\n${remains(world).join("\n")}`,
  );
}

function nonceOf({ body }: { readonly body: unknown }): unknown {
  return (body as { readonly nonce?: unknown }).nonce;
}
