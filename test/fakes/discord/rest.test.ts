import { Routes } from "discord-api-types/v10";
import type { APIChannel, APIGuild, APIMessage } from "discord-api-types/v10";
import { describe, expect, it } from "vitest";

import { createFakeClock } from "../fake-clock.ts";
import type { FakeDiscord } from "./fake-discord.ts";
import { fakeWithRest, refusal, restOf, until } from "./fake-world.ts";
import { connectReady } from "./raw-client.ts";
import { snowflakeAt, timeOfSnowflake } from "./world/snowflake.ts";

const messages = ({ home }: FakeDiscord): `/${string}` => Routes.channelMessages(home.channel);

describe("the fake REST", () => {
  it("refuses a wrong token, an unknown path and an unknown method", async () => {
    const { discord, rest } = await fakeWithRest();
    const wrong = restOf(discord).setToken("wrong");
    expect(await refusal(wrong.get("/users/@me"))).toMatchObject({ status: 401, code: 0 });
    expect(await refusal(rest.get("/nothing"))).toMatchObject({ status: 404, code: 0 });
    expect(await refusal(rest.put("/users/@me"))).toMatchObject({ status: 405 });
    expect(discord.records.invalidRequests).toBe(1);
    expect(discord.records.misuse).toEqual(["the fake knows no GET /nothing"]);
  });

  it("says who and where the bot is", async () => {
    const { discord, rest } = await fakeWithRest({
      privilegedIntents: { messageContent: true, guildMembers: false, presences: false },
    });
    const { home } = discord;
    expect(await rest.get("/users/@me")).toMatchObject({ id: discord.bot.id, bot: true });
    expect(await rest.get("/applications/@me")).toMatchObject({ flags: 1 << 19 });
    expect(await rest.get("/users/@me/guilds")).toMatchObject([{ id: home.guild.id }]);
    const guild = (await rest.get(Routes.guild(home.guild.id))) as APIGuild;
    expect(guild.owner_id).toBe(home.person.id);
    expect(await rest.get(Routes.guildChannels(home.guild.id))).toMatchObject([
      { id: home.channel, last_message_id: null },
    ]);
  });

  it("places, edits and deletes messages, and tells the gateway of each", async () => {
    const { discord, rest } = await fakeWithRest();
    const { client } = await connectReady(discord);
    const said = (await rest.post(messages(discord), {
      body: { content: " hello ", nonce: "n1" },
    })) as APIMessage;
    expect(said).toMatchObject({ content: "hello", nonce: "n1", edited_timestamp: null });
    expect((await client.event("MESSAGE_CREATE")).d).toMatchObject({
      id: said.id,
      nonce: "n1",
      guild_id: discord.home.guild.id,
      author: { id: discord.bot.id },
    });
    await rest.patch(Routes.channelMessage(discord.home.channel, said.id), {
      body: { content: "hello, world" },
    });
    const update = await client.event("MESSAGE_UPDATE");
    expect(update.d["content"]).toBe("hello, world");
    expect(update.d["edited_timestamp"]).not.toBeNull();
    expect(discord.seen(discord.home.channel)).toMatchObject([
      { content: "hello, world", versions: ["hello", "hello, world"] },
    ]);
    expect(discord.seen(discord.home.channel)[0]?.editedAt).not.toBeNull();
    await rest.delete(Routes.channelMessage(discord.home.channel, said.id));
    expect((await client.event("MESSAGE_DELETE")).d).toMatchObject({ id: said.id });
    expect(discord.seen(discord.home.channel)).toEqual([]);
    expect(await rest.get(Routes.channel(discord.home.channel))).toMatchObject({
      last_message_id: said.id,
    });
  });

  it("makes one message of one nonce, for some minutes and when asked", async () => {
    const clock = createFakeClock();
    const { discord, rest } = await fakeWithRest({ clock });
    const { client } = await connectReady(discord);
    const send = async (content: string, more: object = { enforce_nonce: true }) =>
      (
        (await rest.post(messages(discord), {
          body: { content, nonce: "42", ...more },
        })) as APIMessage
      ).id;
    const first = await send("once");
    expect(await send("twice")).toBe(first);
    expect(discord.seen(discord.home.channel).map((one) => one.content)).toEqual(["once"]);
    expect(client.received.filter((one) => one.t === "MESSAGE_CREATE")).toHaveLength(1);
    await clock.advance(119_000);
    expect(await send("still")).toBe(first);
    expect(await send("not asked for", {})).not.toBe(first);
    await clock.advance(130_000);
    await send("forgotten");
    expect(discord.seen(discord.home.channel).map((one) => one.content)).toEqual([
      "once",
      "not asked for",
      "forgotten",
    ]);
    const dm = discord.people.dm(discord.home.person);
    const there = (await rest.post(Routes.channelMessages(dm), {
      body: { content: "there", nonce: "42", enforce_nonce: true },
    })) as APIMessage;
    expect(there.content).toBe("there");
  });

  it.each([
    ["more than 2,000 characters", { content: "x".repeat(2_001) }, "content", "MAX_LENGTH"],
    ["a nonce of 26 characters", { content: "x", nonce: "n".repeat(26) }, "nonce", "MAX_LENGTH"],
    ["a number for a text", { content: 7 }, "content", "BAD_TYPE"],
  ])("refuses %s with the tree of what is wrong", async (_what, body, field, code) => {
    const { discord, rest } = await fakeWithRest();
    const refused = await refusal(rest.post(messages(discord), { body }));
    expect(refused).toMatchObject({
      status: 400,
      code: 50035,
      rawError: { message: "Invalid Form Body" },
    });
    const { rawError } = refused as { rawError?: { errors?: Record<string, unknown> } };
    expect(JSON.stringify(rawError?.errors?.[field])).toContain(code);
    expect(discord.seen(discord.home.channel)).toEqual([]);
  });

  it("takes 2,000 characters, and words a refusal as the network does", async () => {
    const { discord, rest } = await fakeWithRest();
    await rest.post(messages(discord), { body: { content: "x".repeat(2_000) } });
    await expect(
      rest.post(messages(discord), { body: { content: "x".repeat(2_001) } }),
    ).rejects.toThrow("content[BASE_TYPE_MAX_LENGTH]: Must be 2000 or fewer in length.");
    expect(await refusal(rest.post(messages(discord), { body: { content: " \n" } }))).toMatchObject(
      {
        code: 50006,
      },
    );
  });

  it("checks buttons", async () => {
    const { discord, rest } = await fakeWithRest();
    const send = (...buttons: object[]) =>
      rest.post(messages(discord), {
        body: { content: "?", components: [{ type: 1, components: buttons }] },
      });
    const button = (id: string) => ({ type: 2, style: 1, label: "Yes", custom_id: id });
    await send(button("x".repeat(100)), { type: 2, style: 5, label: "Go", url: "https://e.org" });
    expect(discord.seen(discord.home.channel)[0]?.buttons).toMatchObject([
      { label: "Yes", customId: "x".repeat(100) },
      { label: "Go", customId: null },
    ]);
    await expect(send(button("x".repeat(101)))).rejects.toThrow(
      "components[0].components[0].custom_id[BASE_TYPE_MAX_LENGTH]",
    );
    await expect(send(button("a"), button("a"))).rejects.toThrow("COMPONENT_CUSTOM_ID_DUPLICATED");
    await expect(send({ type: 2, style: 1, label: "Yes" })).rejects.toThrow("custom_id");
    await expect(send({ ...button("a"), label: "x".repeat(81) })).rejects.toThrow("label");
    await expect(send(...["1", "2", "3", "4", "5", "6"].map(button))).rejects.toThrow("components");
  });

  it("refuses what is not there, or not the bot's", async () => {
    const { discord, rest } = await fakeWithRest();
    const { home, people } = discord;
    const id = people.say(home.channel, "mine", { author: home.person });
    const edit = { body: { content: "yours" } };
    const gone = snowflakeAt(Date.now() + 60_000).toString();
    const codes = await Promise.all(
      [
        rest.get(Routes.channel(gone)),
        rest.post(Routes.channelMessages(gone), edit),
        rest.patch(Routes.channelMessage(home.channel, gone), edit),
        rest.patch(Routes.channelMessage(home.channel, id), edit),
        rest.delete(Routes.channelMessage(home.channel, id)),
        rest.get(Routes.guild(gone)),
        rest.get(Routes.user(gone)),
      ].map(async (call) => (await refusal(call)).code),
    );
    expect(codes).toEqual([10003, 10003, 10008, 50005, 50013, 10004, 10013]);
  });

  it("lists newest first, after, before and around, 100 at most", async () => {
    const { discord, rest } = await fakeWithRest();
    const ids = Array.from({ length: 120 }, (_, at) =>
      discord.people.say(discord.home.channel, String(at), { author: discord.home.person }),
    );
    const list = async (query: Record<string, string>) => {
      const found = await rest.get(messages(discord), { query: new URLSearchParams(query) });
      return (found as APIMessage[]).map((one) => Number(one.content));
    };
    expect(await list({})).toEqual(down(119, 70));
    expect(await list({ limit: "100", after: ids[9] ?? "" })).toEqual(down(109, 10));
    expect(await list({ limit: "3", before: ids[9] ?? "" })).toEqual([8, 7, 6]);
    expect(await list({ limit: "5", around: ids[9] ?? "" })).toEqual([11, 10, 9, 8, 7]);
    expect(await list({ after: ids[119] ?? "" })).toEqual([]);
    const bad = rest.get(messages(discord), { query: new URLSearchParams({ limit: "101" }) });
    expect(await refusal(bad)).toMatchObject({ status: 400, code: 50035 });
  });

  it("shows an empty history to who may not read it, and refuses who may not see", async () => {
    const { discord, rest } = await fakeWithRest();
    const { home, people } = discord;
    const id = people.say(home.channel, "old", { author: home.person });
    people.deny(home.channel, "ReadMessageHistory");
    expect(await rest.get(messages(discord))).toEqual([]);
    const reply = { body: { content: "re", message_reference: { message_id: id } } };
    expect(await refusal(rest.post(messages(discord), reply))).toMatchObject({ code: 160002 });
    people.allow(home.channel, "ReadMessageHistory");
    expect(await rest.get(messages(discord))).toHaveLength(1);
    people.deny(home.channel, "SendMessages");
    const hello = { body: { content: "hello" } };
    expect(await refusal(rest.post(messages(discord), hello))).toMatchObject({
      status: 403,
      code: 50013,
    });
    people.deny(home.channel, "ViewChannel");
    expect(await refusal(rest.get(messages(discord)))).toMatchObject({ status: 403, code: 50001 });
    people.deny(home.guild, "ViewChannel");
    people.allow(home.channel, "ViewChannel");
    people.allow(home.channel, "SendMessages");
    await rest.post(messages(discord), hello);
    people.leave(home.guild, discord.bot);
    expect(await refusal(rest.post(messages(discord), hello))).toMatchObject({ code: 50001 });
    expect(await refusal(rest.get(Routes.guild(home.guild.id)))).toMatchObject({ code: 10004 });
  });

  it("hides what people wrote in REST too, when it is not granted", async () => {
    const { discord, rest } = await fakeWithRest({
      privilegedIntents: { messageContent: false, guildMembers: false, presences: false },
    });
    const { home, people } = discord;
    people.say(home.channel, "secret", { author: home.person });
    await rest.post(messages(discord), { body: { content: "own" } });
    const all = (await rest.get(messages(discord))) as APIMessage[];
    expect(all.map((one) => one.content)).toEqual(["own", ""]);
    discord.setPrivilegedIntents({ messageContent: true, guildMembers: false, presences: false });
    expect(((await rest.get(messages(discord))) as APIMessage[])[1]?.content).toBe("secret");
  });

  it("replies, and pings only whom it is allowed to", async () => {
    const { discord, rest } = await fakeWithRest();
    const { home, people } = discord;
    const id = people.say(home.channel, "question", { author: home.person });
    const send = async (body: object) =>
      (await rest.post(messages(discord), { body })) as APIMessage;
    const reference = { message_id: id };
    const first = await send({ content: "answer", message_reference: reference });
    expect(first).toMatchObject({ type: 19, message_reference: reference });
    expect(first.referenced_message?.content).toBe("question");
    await send({
      content: `@everyone <@${home.person.id}>`,
      message_reference: reference,
      allowed_mentions: { parse: [], replied_user: false },
    });
    await send({ content: `@everyone <@${home.person.id}>` });
    expect(discord.seen(home.channel).map((one) => one.pings)).toEqual([
      [],
      [home.person.id],
      [],
      [home.person.id, "everyone"],
    ]);
    const both = { parse: ["users"], users: [home.person.id] };
    await expect(send({ content: "x", allowed_mentions: both })).rejects.toThrow("EXCLUSIVE");
    people.delete(id);
    await expect(send({ content: "late", message_reference: reference })).rejects.toThrow(
      "message_reference[MESSAGE_REFERENCE_UNKNOWN_MESSAGE]",
    );
    const loose = { ...reference, fail_if_not_exists: false };
    expect(await send({ content: "late", message_reference: loose })).toMatchObject({ type: 0 });
  });

  it("opens one DM per person, and refuses to say anything to who does not want it", async () => {
    const { discord, rest } = await fakeWithRest();
    const { home, people } = discord;
    const { client } = await connectReady(discord);
    const open = async (id: string) =>
      (await rest.post(Routes.userChannels(), { body: { recipient_id: id } })) as APIChannel;
    const { id: channel } = await open(home.person.id);
    expect((await open(home.person.id)).id).toBe(channel);
    expect(people.dm(home.person)).toBe(channel);
    const said = people.say(channel, "first ever", { author: home.person });
    expect(await rest.get(Routes.channel(channel))).toMatchObject({
      type: 1,
      last_message_id: said,
      recipients: [{ id: home.person.id }],
    });
    await client.event("MESSAGE_CREATE");
    expect(client.received.some((one) => one.t === "CHANNEL_CREATE")).toBe(false);
    const hello = { body: { content: "hello" } };
    await rest.post(Routes.channelMessages(channel), hello);
    people.block(home.person);
    expect(await refusal(rest.post(Routes.channelMessages(channel), hello))).toMatchObject({
      status: 403,
      code: 50007,
    });
    const stranger = people.person("Stranger");
    const there = await open(stranger.id);
    expect(await refusal(rest.post(Routes.channelMessages(there.id), hello))).toMatchObject({
      code: 50007,
    });
    expect(await refusal(open(discord.bot.id))).toMatchObject({ code: 50033 });
  });

  it("takes files, and serves those of people for a while", async () => {
    const clock = createFakeClock();
    const { discord, rest } = await fakeWithRest({ clock, fileLimit: 1_000 });
    const { home, people } = discord;
    const file = (bytes: number) => ({ name: "out put.bin", data: Buffer.alloc(bytes, 7) });
    await rest.post(messages(discord), {
      body: { content: "here", attachments: [{ id: "0", description: "seven" }] },
      files: [file(1_000), { name: "b.txt", data: "ü", contentType: "text/plain" }],
    });
    const [out] = discord.seen(home.channel);
    expect(out?.attachments).toMatchObject([
      { name: "out put.bin", bytes: Buffer.alloc(1_000, 7) },
      { name: "b.txt", mime: "text/plain", bytes: Buffer.from("ü") },
    ]);
    const tooLarge = rest.post(messages(discord), { body: {}, files: [file(1_001)] });
    expect(await refusal(tooLarge)).toMatchObject({ status: 413, code: 40005 });
    people.deny(home.channel, "AttachFiles");
    const denied = rest.post(messages(discord), { body: {}, files: [file(1)] });
    expect(await refusal(denied)).toMatchObject({ code: 50013 });

    const id = people.say(home.channel, "", {
      author: home.person,
      files: [{ name: "a b.txt", mime: "text/plain", bytes: Buffer.from("hello") }],
    });
    const ask = async () =>
      ((await rest.get(Routes.channelMessage(home.channel, id))) as APIMessage).attachments[0];
    const before = await ask();
    expect(before).toMatchObject({ filename: "a b.txt", size: 5, content_type: "text/plain" });
    const answer = await fetch(before?.url ?? "");
    expect([answer.status, await answer.text()]).toEqual([200, "hello"]);
    await clock.advance(24 * 3_600_000 + 1_000);
    expect((await fetch(before?.url ?? "")).status).toBe(404);
    expect((await fetch((await ask())?.url ?? "")).status).toBe(200);
    expect(discord.records.calls.at(-1)).toMatchObject({
      route: "/attachments/:channel/:file/:name",
      status: 200,
    });
  });

  it("keeps the files that an edit still names", async () => {
    const { discord, rest } = await fakeWithRest();
    const said = (await rest.post(messages(discord), {
      body: {},
      files: [
        { name: "a.txt", data: "a" },
        { name: "b.txt", data: "b" },
      ],
    })) as APIMessage;
    const path = Routes.channelMessage(discord.home.channel, said.id);
    const names = () => discord.seen(discord.home.channel)[0]?.attachments.map((one) => one.name);
    await rest.patch(path, { body: { content: "text" } });
    expect(names()).toEqual(["a.txt", "b.txt"]);
    await rest.patch(path, {
      body: { attachments: [{ id: said.attachments[1]?.id }, { id: 0 }] },
      files: [{ name: "c.txt", data: "c" }],
    });
    expect(names()).toEqual(["b.txt", "c.txt"]);
    const unknown = rest.patch(path, { body: { attachments: [{ id: "1" }] } });
    expect(await refusal(unknown)).toMatchObject({ code: 50035 });
  });

  it("types and reacts", async () => {
    const { discord, rest } = await fakeWithRest();
    const { home, people } = discord;
    const { client } = await connectReady(discord);
    const id = people.say(home.channel, "look", { author: home.person });
    await rest.post(Routes.channelTyping(home.channel));
    const own = Routes.channelMessageOwnReaction(home.channel, id, encodeURIComponent("👀"));
    await rest.put(own);
    await rest.put(own);
    people.react(id, "👀", home.person);
    expect(discord.seen(home.channel)[0]?.reactions.get("👀")).toEqual([
      discord.bot.id,
      home.person.id,
    ]);
    await rest.delete(own);
    const removed = await client.event("MESSAGE_REACTION_REMOVE");
    expect(removed.d).toMatchObject({ user_id: discord.bot.id, emoji: { name: "👀" } });
    expect(client.received.filter((one) => one.t === "MESSAGE_REACTION_ADD")).toHaveLength(2);
    const nonsense = rest.put(Routes.channelMessageOwnReaction(home.channel, id, "eyes"));
    expect(await refusal(nonsense)).toMatchObject({ status: 400, code: 10014 });
  });

  it("limits by route and channel, in headers and with 429", async () => {
    const path = "/channels/:channel/messages";
    const limit = { method: "POST", route: path, limit: 2, perMs: 300 };
    const { discord, rest } = await fakeWithRest({ rateLimits: [limit] });
    const dm = Routes.channelMessages(discord.people.dm(discord.home.person));
    const started = performance.now();
    const hello = { body: { content: "hello" } };
    for (let at = 0; at < 3; at += 1) await rest.post(messages(discord), hello);
    expect(performance.now() - started).toBeGreaterThan(200);
    expect(discord.records.calls.filter((one) => one.status === 429)).toEqual([]);
    const post = (to: string) =>
      fetch(`${discord.api}/v10${to}`, {
        method: "POST",
        headers: {
          authorization: `Bot ${discord.token}`,
          "content-type": "application/json",
        },
        body: JSON.stringify({ content: "hello" }),
      });
    const second = await post(messages(discord));
    expect(second.headers.get("x-ratelimit-limit")).toBe("2");
    expect(second.headers.get("x-ratelimit-remaining")).toBe("0");
    const third = await post(messages(discord));
    expect(third.status).toBe(429);
    expect(third.headers.get("x-ratelimit-scope")).toBe("user");
    const body = (await third.json()) as { retry_after: number };
    expect(body).toMatchObject({ message: "You are being rate limited.", global: false });
    expect(body.retry_after).toBeLessThanOrEqual(0.3);
    expect((await post(dm)).status).toBe(200);
  });

  it("limits all calls together to 50 a second", async () => {
    const { discord, rest } = await fakeWithRest({ rateLimits: "real" });
    const answers = await Promise.all(
      Array.from({ length: 60 }, async () => {
        const answer = await fetch(`${discord.api}/v10/users/@me`, {
          headers: { authorization: `Bot ${discord.token}` },
        });
        return [answer.status, answer.headers.get("x-ratelimit-global")];
      }),
    );
    expect(answers.filter(([status]) => status === 200)).toHaveLength(50);
    expect(answers.filter(([, isGlobal]) => isGlobal === "true")).toHaveLength(10);
    await rest.get("/users/@me");
    expect(discord.records.invalidRequests).toBeGreaterThanOrEqual(10);
  });

  it("makes ids that grow with the time in them", async () => {
    const clock = createFakeClock();
    const { discord } = await fakeWithRest({ clock });
    const say = () =>
      discord.people.say(discord.home.channel, "x", { author: discord.home.person });
    const ids = [say(), say()];
    await clock.advance(5);
    ids.push(say());
    clock.jump(-60_000);
    ids.push(say());
    expect(ids.toSorted((one, other) => Number(BigInt(one) - BigInt(other)))).toEqual(ids);
    expect(timeOfSnowflake(ids[2] ?? "")).toBe(clock.now() + 60_000);
    expect(ids[0]).toMatch(/^\d{17,19}$/);
  });

  it("tells of people who come, go, edit and type, to who asked for it", async () => {
    const { discord } = await fakeWithRest();
    const { home, people } = discord;
    const { client } = await connectReady(discord, 1 | 2 | 512 | 2048 | 32768);
    const bob = people.person("Bob");
    people.join(home.guild, bob);
    expect((await client.event("GUILD_MEMBER_ADD")).d).toMatchObject({ user: { id: bob.id } });
    people.type(home.channel, bob);
    await client.event("TYPING_START");
    const id = people.say(home.channel, "helo", { author: bob });
    people.edit(id, "hello");
    expect((await client.event("MESSAGE_UPDATE")).d).toMatchObject({ id, content: "hello" });
    people.leave(home.guild, bob);
    await client.event("GUILD_MEMBER_REMOVE");
    expect(() => people.say(home.channel, "still here", { author: bob })).toThrow("Bob");
    const place = people.channel(home.guild, { name: "den", isPrivate: true, members: [bob] });
    await client.event("CHANNEL_CREATE");
    people.deleteChannel(place);
    await client.event("CHANNEL_DELETE");
    people.leave(home.guild, discord.bot);
    const gone = await client.event("GUILD_DELETE");
    expect(gone.d).toEqual({ id: home.guild.id });
    people.join(home.guild, discord.bot);
    await until(() => client.received.filter((one) => one.t === "GUILD_CREATE").length === 2);
  });
});

function down(from: number, to: number): readonly number[] {
  return Array.from({ length: from - to + 1 }, (_, at) => from - at);
}
