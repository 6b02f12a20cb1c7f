import { describe, expect, it } from "vitest";
import type { TestContext } from "vitest";

import type {
  FakeDiscord,
  FakeDiscordOptions,
  SeenMessage,
} from "../../fakes/discord/fake-discord.ts";
import { until } from "../crash-world.ts";
import type { DiscordWorld } from "./discord-world.ts";
import { openWorld } from "./open-world.ts";
import { answers, isStored, remains, texts } from "./texts.ts";

const GOES_ON = "cut short by a shutdown and go on from there.";

describe("a restart of a Discord bot", () => {
  it.concurrent("[E02] cuts the running turn at the drain's end, says so in its message, and goes on with the next one", async (test) => {
    const { world, discord, channel, say } = await alone(test);
    const first = await world.bootReady();
    say("slow 30");
    await until(() => texts(discord, channel).length === 1);
    expect(await first.end("SIGTERM")).toBe(0);
    expect(texts(discord, channel)[0]).toContain("⏸ Cut short by a shutdown.");
    say("go on");
    const second = await world.bootReady();
    await until(() => withWords(discord, channel, GOES_ON).length === 1);
    await second.end("SIGTERM");
    expect(withWords(discord, channel, "⏸")).toHaveLength(1);
    expect(discord.records.identifies).toHaveLength(1);
    expect(remains(world)).toEqual([]);
  });

  it.concurrent("[E11] offers to continue, and a press of Continue that came while it was down is taken once", async (test) => {
    const { world, discord, channel, say, press } = await alone(test, "resume: ask");
    const first = await world.bootReady();
    say("slow 30");
    await until(() => texts(discord, channel).length === 1);
    await first.end("SIGTERM");
    const cut = withButtons(discord, channel);
    press(cut, "▶ Continue");
    const turns = (): number =>
      texts(discord, channel).filter((text) => /^(Counting|I was)/.test(text)).length;
    const second = await world.bootReady();
    // The demo agent begins again when it is told to go on.
    await until(
      () => turns() === 2,
      () => texts(discord, channel).join(" | "),
    );
    await second.end("SIGKILL");
    const third = await world.bootReady();
    say("echo more");
    await until(() => texts(discord, channel).includes("more"));
    await third.end("SIGTERM");
    expect(turns()).toBe(2);
    expect(remains(world)).toEqual([]);
  });

  it.concurrent("[E11] keeps an open question over a SIGKILL: its button works afterwards, and once", async (test) => {
    const { world, discord, channel, say, press } = await alone(test);
    const first = await world.bootReady();
    say("ask May I?");
    await until(() => hasButtons(discord, channel) && isStored(world));
    await first.end("SIGKILL");
    const second = await world.bootReady();
    const question = withButtons(discord, channel);
    const presses = [press(question, "✅ Allow"), press(question, "✅ Allow")];
    await until(() => withWords(discord, channel, "Allowed: May I?").length === 1);
    await until(() => presses.every((id) => isAnswered(discord, id)) && isStored(world));
    await second.end("SIGTERM");
    expect(withWords(discord, channel, "Allowed: May I?")).toHaveLength(1);
    expect(withWords(discord, channel, "— allowed by Ada")).toHaveLength(1);
    expect(hasButtons(discord, channel)).toBe(false);
    expect(remains(world)).toEqual([]);
  });

  it.concurrent("[E10] [E11] takes a press that came while it was down, though Discord waits for its answer no more", async (test) => {
    const { world, discord, channel, say, press } = await alone(test, "", {
      interactionMs: { answer: 100, token: 900_000 },
    });
    const first = await world.bootReady();
    say("ask May I?");
    await until(() => hasButtons(discord, channel) && isStored(world));
    await first.end("SIGKILL");
    const pressed = press(withButtons(discord, channel), "🚫 Deny");
    await until(() => stateOf(discord, pressed) === "failed");
    const second = await world.bootReady();
    await until(() => withWords(discord, channel, "— denied by Ada").length === 1);
    say("echo more");
    await until(() => texts(discord, channel).includes("more"));
    await second.end("SIGTERM");
    expect(withWords(discord, channel, "Allowed")).toEqual([]);
    expect(remains(world)).toEqual([]);
  });

  it.concurrent("[E11] runs what was allowed just once when a SIGKILL follows the press", async (test) => {
    const { world, discord, channel, say, press } = await alone(test);
    const first = await world.bootReady();
    say("ask May I?");
    await until(() => hasButtons(discord, channel) && isStored(world));
    const pressed = press(withButtons(discord, channel), "✅ Allow");
    await until(() => isAnswered(discord, pressed));
    await first.end("SIGKILL");
    const second = await world.bootReady();
    const told = (): readonly string[] => [
      ...withWords(discord, channel, "Allowed: May I?"),
      ...withWords(discord, channel, "⏸"),
    ];
    await until(
      () => told().length > 0,
      () => texts(discord, channel).join(" | "),
    );
    say("echo more");
    await until(() => texts(discord, channel).includes("more"));
    await second.end("SIGTERM");
    expect(told()).toHaveLength(1);
    expect(remains(world)).toEqual([]);
  });
});

describe("a slash command on Discord", () => {
  it.concurrent("[E10] is answered in its place while a turn runs, and the turn goes on", async (test) => {
    const { world, discord, channel, say } = await alone(test);
    const life = await world.bootReady();
    await until(() => hasCommands(discord));
    say("slow 2");
    await until(() => texts(discord, channel).length === 1);
    const asked = discord.people.command("status", { channel, by: discord.home.person });
    await until(() => stateOf(discord, asked) === "answered");
    expect(said(discord, asked)).toContain("running");
    await until(() => texts(discord, channel)[0]?.endsWith(". Done.") === true);
    await life.end("SIGTERM");
    expect(texts(discord, channel)).toHaveLength(2);
    expect(remains(world)).toEqual([]);
  });

  it.concurrent("[E10] that came while the gateway was down is answered by an ordinary message, once", async (test) => {
    const { world, discord, channel } = await alone(test, "", {
      interactionMs: { answer: 100, token: 900_000 },
    });
    const first = await world.bootReady();
    await until(() => hasCommands(discord));
    await first.end("SIGKILL");
    const asked = discord.people.command("status", { channel, by: discord.home.person });
    await until(() => stateOf(discord, asked) === "failed");
    const second = await world.bootReady();
    await until(() => texts(discord, channel).length === 1 && isStored(world));
    await second.end("SIGKILL");
    const third = await world.bootReady();
    await until(() => isStored(world));
    await third.end("SIGTERM");
    expect(texts(discord, channel)).toHaveLength(1);
    expect(remains(world)).toEqual([]);
  });
});

interface Alone {
  readonly world: DiscordWorld;
  readonly discord: FakeDiscord;
  /** Of the one person and the bot. */
  readonly channel: string;
  say(text: string): string;
  /** Returns the interaction. */
  press(on: SeenMessage, label: string): string;
}

async function alone(
  test: Pick<TestContext, "onTestFinished">,
  network = "",
  discordOptions: FakeDiscordOptions = {},
): Promise<Alone> {
  const world = await openWorld(test, { network, discord: discordOptions });
  const { discord } = world;
  const { people, home } = discord;
  const channel = people.dm(home.person);
  return {
    world,
    discord,
    channel,
    say: (text) => people.say(channel, text, { author: home.person }),
    press: (on, label) => people.press(on.id, label, home.person),
  };
}

function withWords(discord: FakeDiscord, channel: string, words: string): readonly string[] {
  return texts(discord, channel).filter((text) => text.includes(words));
}

function hasButtons(discord: FakeDiscord, channel: string): boolean {
  return answers(discord, channel).some(({ buttons }) => buttons.length > 0);
}

function withButtons(discord: FakeDiscord, channel: string): SeenMessage {
  const found = answers(discord, channel).findLast(({ buttons }) => buttons.length > 0);
  if (found === undefined) throw new Error("nothing has buttons");
  return found;
}

function stateOf({ interactions }: FakeDiscord, id: string): string | undefined {
  return interactions().find((one) => one.id === id)?.state;
}

function isAnswered(discord: FakeDiscord, id: string): boolean {
  return stateOf(discord, id) === "acknowledged" || stateOf(discord, id) === "answered";
}

function said({ interactions }: FakeDiscord, id: string): string {
  const found = interactions().find((one) => one.id === id);
  return found?.messages.map(({ content }) => content).join("\n") ?? "";
}

function hasCommands({ records }: FakeDiscord): boolean {
  return records.calls.some(
    ({ method, route, isAnswered: isDone }) =>
      method === "PUT" && route.endsWith("/commands") && isDone,
  );
}
