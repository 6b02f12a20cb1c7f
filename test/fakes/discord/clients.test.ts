import { REST } from "@discordjs/rest";
import { WebSocketManager, WebSocketShardEvents } from "@discordjs/ws";
import type { SessionInfo } from "@discordjs/ws";
import { Client, Events, Partials } from "discord.js";
import {
  ButtonStyle,
  ComponentType,
  GatewayDispatchEvents,
  GatewayIntentBits,
} from "discord-api-types/v10";
import type { GatewayDispatchPayload } from "discord-api-types/v10";
import { describe, expect, it } from "vitest";

import type { FakeDiscord } from "./fake-discord.ts";
import { fakeWithRest, until } from "./fake-world.ts";

const INTENTS = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.DirectMessages,
  GatewayIntentBits.MessageContent,
].reduce((all, one) => all | one);

interface Life {
  readonly heard: string[];
  readonly manager: WebSocketManager;
}

/** A life of a bot on the real manager; what it knows of its session is kept outside. */
async function live(discord: FakeDiscord, kept: { session: SessionInfo | null }): Promise<Life> {
  const rest = new REST({ version: "10", api: discord.api }).setToken(discord.token);
  const manager = new WebSocketManager({
    token: discord.token,
    intents: INTENTS,
    rest,
    retrieveSessionInfo: () => kept.session,
    updateSessionInfo: (_shard, session) => {
      // The manager forgets at `destroy`; a bot that means to come back does not.
      if (session !== null) kept.session = session;
    },
  });
  const heard: string[] = [];
  manager.on(WebSocketShardEvents.Dispatch, (payload: GatewayDispatchPayload) => {
    if (payload.t === GatewayDispatchEvents.MessageCreate) heard.push(payload.d.content);
  });
  await manager.connect();
  return { heard, manager };
}

describe("real clients on the fake", () => {
  it("resume in a new process with @discordjs/ws, on the resume host", async () => {
    const { discord } = await fakeWithRest();
    const kept: { session: SessionInfo | null } = { session: null };
    const say = (text: string) =>
      discord.people.say(discord.home.channel, text, { author: discord.home.person });
    const first = await live(discord, kept);
    say("one");
    await until(() => first.heard.length === 1);
    await first.manager.destroy({ code: 4200 });
    say("two");
    const second = await live(discord, kept);
    say("three");
    await until(() => second.heard.length === 2);
    expect(second.heard).toEqual(["two", "three"]);
    expect(discord.records.identifies).toHaveLength(1);
    expect(discord.records.resumes).toMatchObject([{ host: "resume", outcome: { replayed: 1 } }]);
    await second.manager.destroy({ code: 1000 });
    await until(() => discord.records.closes.length === 2);
    expect(discord.records.closes.map((one) => one.code)).toEqual([4200, 1000]);
    expect(discord.records.sessions).toEqual([]);
    expect(discord.records.misuse).toEqual([]);
  });

  it("reconnect by themselves when told to, and when the socket breaks", async () => {
    const { discord } = await fakeWithRest();
    const kept: { session: SessionInfo | null } = { session: null };
    const { heard, manager } = await live(discord, kept);
    discord.faults.gateway.reconnect();
    await until(() => discord.records.resumes.length === 1);
    discord.faults.gateway.drop();
    discord.people.say(discord.home.channel, "hello", { author: discord.home.person });
    await until(() => heard.length === 1);
    expect(discord.records.resumes.map(({ outcome }) => outcome.kind)).toEqual([
      "resumed",
      "resumed",
    ]);
    await manager.destroy();
  });

  it("find a socket without acknowledgements dead, and resume", async () => {
    const { discord } = await fakeWithRest({ heartbeatIntervalMs: 100 });
    const kept: { session: SessionInfo | null } = { session: null };
    const { heard, manager } = await live(discord, kept);
    discord.faults.gateway.acksHeartbeats = false;
    await until(() => discord.records.closes.length === 1);
    expect(discord.records.closes).toMatchObject([{ by: "client", code: 4200 }]);
    discord.faults.gateway.acksHeartbeats = true;
    discord.people.say(discord.home.channel, "hello", { author: discord.home.person });
    await until(() => heard.length === 1);
    expect(discord.records.identifies).toHaveLength(1);
    await manager.destroy();
  });

  it("log in with discord.js and echo, press and command included", async () => {
    const { discord } = await fakeWithRest();
    const { home, people } = discord;
    const client = new Client({
      intents: INTENTS,
      partials: [Partials.Channel],
      rest: { api: discord.api },
    });
    const again = {
      type: ComponentType.Button,
      style: ButtonStyle.Primary,
      label: "Again",
      customId: "again",
    } as const;
    client.on(Events.MessageCreate, (message) => {
      if (message.author.bot) return;
      void message.reply({
        content: `echo ${message.content}`,
        components: [{ type: ComponentType.ActionRow, components: [again] }],
      });
    });
    client.on(Events.InteractionCreate, (interaction) => {
      if (interaction.isButton()) void interaction.update({ content: "again", components: [] });
      if (!interaction.isChatInputCommand()) return;
      void interaction.deferReply().then(() => interaction.editReply(interaction.commandName));
    });
    const ready = new Promise((resolve) => {
      client.once(Events.ClientReady, resolve);
    });
    await client.login(discord.token);
    await ready;
    await client.application?.commands.set([{ name: "status", description: "Status" }]);
    const id = people.say(home.channel, "hello", { author: home.person });
    const dm = people.dm(home.person);
    people.say(dm, "in private", { author: home.person });
    people.command("status", { channel: home.channel, by: home.person });
    await until(() => discord.interactions()[0]?.state === "answered");
    await until(() => discord.seen(home.channel).length === 3 && discord.seen(dm).length === 2);
    const reply = discord.seen(home.channel).find((one) => one.replyTo === id);
    expect(reply).toMatchObject({ content: "echo hello", author: discord.bot });
    expect(discord.seen(dm)[1]?.content).toBe("echo in private");
    expect(discord.interactions()[0]?.messages[0]?.content).toBe("status");
    people.press(reply?.id ?? "", "Again", home.person);
    await until(() => discord.interactions()[1]?.state === "answered");
    expect(discord.seen(home.channel).find((one) => one.id === reply?.id)).toMatchObject({
      content: "again",
      buttons: [],
    });
    await client.destroy();
    expect(discord.records.misuse).toEqual([]);
  });
});
