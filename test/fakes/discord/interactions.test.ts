import { Routes } from "discord-api-types/v10";
import type { APIMessage } from "discord-api-types/v10";
import { describe, expect, it } from "vitest";

import { createFakeClock } from "../fake-clock.ts";
import type { FakeDiscord, FakeDiscordOptions } from "./fake-discord.ts";
import { fakeWithRest, refusal } from "./fake-world.ts";
import { connectReady } from "./raw-client.ts";

const ASK = {
  name: "ask",
  description: "Ask it",
  options: [
    { name: "what", description: "what", type: 3, required: true },
    { name: "size", description: "size", type: 4, choices: [{ name: "big", value: 2 }] },
  ],
};

const NEST = {
  name: "session",
  description: "Sessions",
  options: [{ name: "list", description: "All", type: 1, options: [] }],
};

async function asked(options: FakeDiscordOptions = {}) {
  const { discord, rest } = await fakeWithRest(options);
  await rest.put(Routes.applicationCommands(discord.applicationId), { body: [ASK, NEST] });
  const { client } = await connectReady(discord);
  const { channel, person } = discord.home;
  const id = discord.people.command("ask", { channel, by: person, options: { what: "time" } });
  const { d } = await client.event("INTERACTION_CREATE");
  const token = String(d["token"]);
  const answer = (body: object) =>
    rest.post(Routes.interactionCallback(id, token), { body, auth: false });
  const original = Routes.webhookMessage(discord.applicationId, token);
  const follow = Routes.webhook(discord.applicationId, token);
  return { discord, rest, client, id, token, d, answer, original, follow };
}

const state = (discord: FakeDiscord) => discord.interactions().at(-1)?.state;

describe("an interaction of the fake", () => {
  it("carries the command, who and where", async () => {
    const { discord, d } = await asked();
    const { guild, channel, person } = discord.home;
    expect(d).toMatchObject({
      type: 2,
      version: 1,
      guild_id: guild.id,
      channel_id: channel,
      member: { user: { id: person.id } },
      data: { name: "ask", options: [{ name: "what", type: 3, value: "time" }] },
    });
    expect(d).not.toHaveProperty("user");
  });

  it("comes from a DM with its user, also without any intent for it", async () => {
    const { discord, rest } = await fakeWithRest();
    await rest.put(Routes.applicationCommands(discord.applicationId), { body: [ASK, NEST] });
    const { client } = await connectReady(discord, 0);
    const { person } = discord.home;
    discord.people.command("session list", { channel: discord.people.dm(person), by: person });
    const { d } = await client.event("INTERACTION_CREATE");
    expect(d).toMatchObject({ user: { id: person.id }, context: 1 });
    expect(d["data"]).toMatchObject({ options: [{ name: "list", type: 1 }] });
    expect(d).not.toHaveProperty("member");
  });

  it("is answered once", async () => {
    const { discord, client, answer, original, rest } = await asked();
    expect(state(discord)).toBe("waiting");
    await answer({ type: 4, data: { content: "noon" } });
    expect(state(discord)).toBe("answered");
    expect((await client.event("MESSAGE_CREATE")).d).toMatchObject({
      content: "noon",
      type: 20,
      author: { id: discord.bot.id },
    });
    expect(await refusal(answer({ type: 4, data: { content: "again" } }))).toMatchObject({
      status: 400,
      code: 40060,
    });
    await rest.patch(original, { body: { content: "one" }, auth: false });
    expect(discord.seen(discord.home.channel)).toMatchObject([
      { content: "one", versions: ["noon", "one"] },
    ]);
  });

  it("is unknown after 3 s, and people are told", async () => {
    const clock = createFakeClock();
    const { discord, answer } = await asked({ clock });
    await clock.advance(3_000);
    expect(state(discord)).toBe("failed");
    expect(await refusal(answer({ type: 5 }))).toMatchObject({ status: 404, code: 10062 });
  });

  it("is unknown with another token", async () => {
    const { rest, id } = await asked();
    const call = rest.post(Routes.interactionCallback(id, "other"), { body: { type: 5 } });
    expect(await refusal(call)).toMatchObject({ status: 404, code: 10062 });
  });

  it("deferred, is thinking until its first follow-up or edit", async () => {
    const { discord, client, answer, follow, original, rest } = await asked();
    expect(await refusal(rest.patch(original, { body: { content: "early" } }))).toMatchObject({
      code: 10015,
    });
    await answer({ type: 5 });
    expect(state(discord)).toBe("thinking");
    expect(discord.seen(discord.home.channel)).toMatchObject([{ isThinking: true, content: "" }]);
    expect((await client.event("MESSAGE_CREATE")).d).toMatchObject({ flags: 128 });
    const said = (await rest.post(follow, { body: { content: "noon" } })) as APIMessage;
    expect(state(discord)).toBe("answered");
    expect(said.edited_timestamp).toBeNull();
    await rest.post(follow, { body: { content: "and more" } });
    expect(discord.seen(discord.home.channel).map((one) => one.content)).toEqual([
      "noon",
      "and more",
    ]);
    expect(discord.interactions()[0]?.messages).toHaveLength(2);
    await rest.delete(original);
    expect(discord.seen(discord.home.channel)).toHaveLength(1);
  });

  it("loses its webhook after 15 min", async () => {
    const clock = createFakeClock();
    const { discord, answer, original, rest } = await asked({ clock });
    await answer({ type: 5 });
    await clock.advance(15 * 60_000 - 1);
    await rest.patch(original, { body: { content: "in time" }, auth: false });
    await clock.advance(1);
    const late = rest.patch(original, { body: { content: "late" }, auth: false });
    expect(await refusal(late)).toMatchObject({ status: 401, code: 50027 });
    expect(discord.seen(discord.home.channel)).toMatchObject([{ content: "in time" }]);
  });

  it("may be for one person's eyes", async () => {
    const { discord, client, answer } = await asked();
    const { channel, person } = discord.home;
    await answer({ type: 4, data: { content: "psst", flags: 64 } });
    expect(discord.seen(channel)).toEqual([]);
    expect(discord.interactions()[0]?.messages).toMatchObject([
      { content: "psst", onlyFor: person.id },
    ]);
    discord.people.say(channel, "loud", { author: person });
    expect((await client.event("MESSAGE_CREATE")).d).toMatchObject({ content: "loud" });
  });

  it("is a press of a button that is there", async () => {
    const { discord, rest } = await fakeWithRest();
    const { client } = await connectReady(discord);
    const { channel, person } = discord.home;
    const buttons = [
      { type: 2, style: 3, label: "Yes", custom_id: "y:1" },
      { type: 2, style: 4, label: "No", custom_id: "n:1", disabled: true },
    ];
    const said = (await rest.post(Routes.channelMessages(channel), {
      body: { content: "Sure?", components: [{ type: 1, components: buttons }] },
    })) as APIMessage;
    expect(() => discord.people.press(said.id, "No", person)).toThrow("disabled");
    expect(() => discord.people.press(said.id, "Maybe", person)).toThrow("Maybe");
    const id = discord.people.press(said.id, "Yes", person);
    const { d } = await client.event("INTERACTION_CREATE");
    expect(d).toMatchObject({
      type: 3,
      data: { custom_id: "y:1", component_type: 2 },
      message: { id: said.id, content: "Sure?" },
    });
    const callback = Routes.interactionCallback(id, String(d["token"]));
    const done = { type: 7, data: { content: "Done", components: [] } };
    await rest.post(callback, { body: done, auth: false });
    expect(discord.seen(channel)).toMatchObject([{ content: "Done", buttons: [] }]);
    expect(state(discord)).toBe("answered");
    expect(() => discord.people.press(said.id, "Yes", person)).toThrow("Yes");
  });

  it("is acknowledged silently by a deferred update, for a button only", async () => {
    const { discord, rest, answer } = await asked();
    expect(await refusal(answer({ type: 6 }))).toMatchObject({ code: 50035 });
    const { channel, person } = discord.home;
    const said = (await rest.post(Routes.channelMessages(channel), {
      body: {
        content: "?",
        components: [
          { type: 1, components: [{ type: 2, style: 1, label: "Go", custom_id: "go" }] },
        ],
      },
    })) as APIMessage;
    const { client } = await connectReady(discord);
    const id = discord.people.press(said.id, "go", person);
    const { d } = await client.event("INTERACTION_CREATE");
    const callback = Routes.interactionCallback(id, String(d["token"]));
    expect(await rest.post(`${callback}?with_response=true`, { body: { type: 6 } })).toMatchObject({
      interaction: { id },
    });
    expect(state(discord)).toBe("acknowledged");
  });

  it("needs a command that was registered well", async () => {
    const { discord, rest } = await fakeWithRest();
    const { people, home, applicationId } = discord;
    const by = { channel: home.channel, by: home.person };
    expect(() => people.command("ask", by)).toThrow("/ask");
    const inGuild = Routes.applicationGuildCommands(applicationId, home.guild.id);
    await rest.put(inGuild, { body: [ASK] });
    expect(() => people.command("ask", by)).toThrow("what");
    expect(() => people.command("ask", { ...by, options: { what: "x", size: 3 } })).toThrow("3");
    expect(() => people.command("ask", { ...by, options: { what: "x", no: 1 } })).toThrow("no");
    people.command("ask", { ...by, options: { what: "x", size: 2 } });
    const dm = people.dm(home.person);
    expect(() => people.command("ask", { channel: dm, by: home.person })).toThrow("/ask");
    const [first] = (await rest.get(inGuild)) as { id: string }[];
    await rest.put(inGuild, { body: [NEST, { ...ASK, description: "New" }] });
    const [, again] = (await rest.get(inGuild)) as { id: string }[];
    expect(again?.id).toBe(first?.id);
    const global = Routes.applicationCommands(applicationId);
    const bad = async (command: object) =>
      (await refusal(rest.put(global, { body: [command] }))).code;
    expect(await bad({ ...ASK, name: "Ask It" })).toBe(50035);
    expect(await bad({ ...ASK, description: "" })).toBe(50035);
    expect(await bad({ ...ASK, options: [...ASK.options].toReversed() })).toBe(50035);
    expect(await refusal(rest.put(global, { body: [ASK, ASK] }))).toMatchObject({ code: 50035 });
    const other = Routes.applicationCommands(home.guild.id);
    expect(await refusal(rest.put(other, { body: [] }))).toMatchObject({ code: 20012 });
  });
});
