import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { Adapter } from "../../../../adapters/adapter.ts";
import type { OutboundMessage } from "../../../../sessions/message.ts";
import type { OutboxId } from "../../../../sessions/ids.ts";
import { startWorld, until } from "../world.ts";
import type { DiscordWorld } from "../world.ts";

describe("an interaction on Discord", () => {
  let world: DiscordWorld;
  let adapter: Adapter;
  let count = 0;
  beforeEach(async () => {
    world = await startWorld({ interactionMs: { answer: 1_000, token: 900_000 } });
    world.host.menu.push({
      name: "mode",
      usage: "[name]",
      summary: "Sets the mode",
      isForOperators: false,
    });
    adapter = await world.boot({ channels: { "*": "mention" } });
  });
  afterEach(() => world.close());

  const at = (chat: string, thread: string | null = null) => ({
    network: "discord",
    account: "main",
    chat,
    thread,
  });
  async function send(chat: string, message: Partial<OutboundMessage>): Promise<string> {
    count += 1;
    const result = await adapter.send(
      at(chat),
      { text: "words", buttons: [], file: null, replyTo: null, ...message },
      {
        id: `out_press${count}` as OutboxId,
        uncertain: false,
        signal: new AbortController().signal,
      },
    );
    if (result.outcome !== "sent") throw new Error(JSON.stringify(result));
    return result.externalId;
  }
  async function command(name: string, channel: string, options = {}): Promise<string> {
    const { people, home } = world.discord;
    let id = "";
    await until(() => {
      id = people.command(name, { channel, by: home.person, options });
    });
    return id;
  }

  it("[E10] a command is stored as people write it, then it is acknowledged, and its answer takes its place", async () => {
    const { channel } = world.discord.home;
    const release = world.host.hold();
    const id = await command("mode", channel, { words: "quiet hours" });
    await until(() => expect(world.host.offered).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(world.discord.interactions()[0]?.state).toBe("waiting");
    release();
    await until(() => expect(world.discord.interactions()[0]?.state).toBe("thinking"));
    expect(world.host.stored).toMatchObject([
      {
        externalId: `${world.discord.bot.id}:i:${id}`,
        address: at(channel),
        sender: { id: world.discord.home.person.id },
        scope: "group",
        text: "/mode quiet hours",
        button: null,
      },
    ]);
    await send(channel, { text: "Done.", replyTo: world.host.stored[0]?.externalId ?? "" });
    expect(world.discord.interactions()[0]).toMatchObject({ state: "answered" });
  });

  it("[E10] a command that came while we were down is stored, and answered by an ordinary message", async () => {
    const { channel } = world.discord.home;
    await command("mode", channel);
    await until(() => expect(world.host.stored).toHaveLength(1));
    await adapter.disconnect();
    await command("help", channel);
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    adapter = await world.boot();
    await until(() => expect(world.texts()).toEqual(["/mode", "/help"]));
    await send(channel, { text: "Help.", replyTo: world.host.stored[1]?.externalId ?? "" });
    expect(world.discord.seen(channel).map(({ content }) => content)).toContain("Help.");
    expect(world.discord.interactions()[1]?.state).toBe("failed");
  });

  it("[E11] a press says what the button carries and what it hangs on", async () => {
    const { people, home } = world.discord;
    const buttons = [[{ label: "Allow", data: "r1:allow" }]];
    const on = await send(home.channel, { text: "May I?", buttons });
    people.press(on.split(":").at(-1) ?? "", "Allow", home.person);
    await until(() => expect(world.host.stored).toHaveLength(1));
    expect(world.host.stored[0]).toMatchObject({
      address: at(home.channel),
      text: "",
      button: { data: "r1:allow", on },
    });
    await until(() => expect(world.discord.interactions()[0]?.state).toBe("acknowledged"));
  });

  it("[E12] a command in a thread is addressed to the thread", async () => {
    const { people, home } = world.discord;
    const thread = people.thread(home.channel, { name: "theirs", by: home.person });
    await command("help", thread);
    await until(() => expect(world.host.stored).toHaveLength(1));
    expect(world.host.stored[0]?.address).toEqual(at(home.channel, thread));
  });

  it("[E12] a command where the bot is off is refused in words, and not stored", async () => {
    const { people, home } = world.discord;
    const off = people.channel(home.guild, { name: "off" });
    await adapter.disconnect();
    adapter = await world.boot({ channels: { [off]: "off" } });
    await command("help", off);
    await until(() => expect(world.discord.interactions()[0]?.state).toBe("answered"));
    expect(world.host.offered).toEqual([]);
  });
});
