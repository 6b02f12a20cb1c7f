import { createInflate, constants } from "node:zlib";

import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";

import { createFakeClock } from "../fake-clock.ts";
import { fakeWithRest, until } from "./fake-world.ts";
import { connectRaw, connectReady, identify, resume, USUAL_INTENTS } from "./raw-client.ts";

const isAck = (one: { readonly op: number }): boolean => one.op === 11;

describe("the fake gateway", () => {
  it("greets with HELLO, READY and a GUILD_CREATE for each guild", async () => {
    const { discord } = await fakeWithRest({ heartbeatIntervalMs: 30_000 });
    const client = await connectRaw(discord.gatewayUrl);
    const hello = await client.next((one) => one.op === 10);
    expect(hello.d["heartbeat_interval"]).toBe(30_000);
    client.send(identify(discord.token, USUAL_INTENTS));
    const ready = await client.event("READY");
    expect(ready.s).toBe(1);
    expect(ready.d["guilds"]).toEqual([{ id: discord.home.guild.id, unavailable: true }]);
    expect(ready.d["resume_gateway_url"]).toBe(discord.resumeGatewayUrl);
    const guild = await client.event("GUILD_CREATE");
    expect(guild).toMatchObject({ s: 2, d: { id: discord.home.guild.id, unavailable: false } });
    expect(discord.records.identifies).toMatchObject([{ shard: [0, 1], intents: USUAL_INTENTS }]);
  });

  it("tells nothing of guilds without their intent", async () => {
    const { discord } = await fakeWithRest();
    const { client } = await connectReady(discord, 4096);
    discord.people.say(discord.home.channel, "in the guild", { author: discord.home.person });
    discord.people.say(discord.people.dm(discord.home.person), "in the DM", {
      author: discord.home.person,
    });
    const message = await client.event("MESSAGE_CREATE");
    expect(message).toMatchObject({ s: 2, d: { content: "in the DM" } });
    expect(message.d).not.toHaveProperty("guild_id");
  });

  it("answers heartbeats, and not when told so", async () => {
    const { discord } = await fakeWithRest();
    const { client } = await connectReady(discord);
    client.send({ op: 1, d: 2 });
    await client.next(isAck);
    discord.faults.gateway.acksHeartbeats = false;
    client.send({ op: 1, d: null });
    await until(() => discord.records.heartbeats.length === 2);
    expect(discord.records.heartbeats.map((one) => one.sequence)).toEqual([2, null]);
    expect(client.received.filter(isAck)).toHaveLength(1);
    discord.faults.gateway.requestHeartbeat();
    await client.next((one) => one.op === 1);
  });

  it("closes a client that does not beat, and lets it resume", async () => {
    const clock = createFakeClock();
    const { discord } = await fakeWithRest({ clock, heartbeatIntervalMs: 1_000 });
    const { client, session, resumeUrl } = await connectReady(discord);
    await clock.advance(1_400);
    client.send({ op: 1, d: 1 });
    await client.next(isAck);
    await clock.advance(1_400);
    expect(discord.records.closes).toEqual([]);
    await clock.advance(101);
    expect(await client.closed).toBe(4000);
    const again = await connectRaw(resumeUrl);
    again.send(resume(discord.token, session, 2));
    await again.event("RESUMED");
  });

  it.each([
    ["what is no JSON", "{", 4002],
    ["what has no op", "{}", 4002],
    ["more than 4,096 bytes", JSON.stringify({ op: 1, d: null, more: "x".repeat(4_096) }), 4002],
    ["an unknown op", JSON.stringify({ op: 99, d: null }), 4001],
    ["a presence before IDENTIFY", JSON.stringify({ op: 3, d: {} }), 4003],
    ["an IDENTIFY without properties", JSON.stringify({ op: 2, d: { token: "x" } }), 4002],
  ])("closes on %s", async (_what, text, code) => {
    const { discord } = await fakeWithRest();
    const client = await connectRaw(discord.gatewayUrl);
    client.sendText(text);
    expect(await client.closed).toBe(code);
    expect(discord.records.closes).toMatchObject([{ by: "server", code }]);
  });

  it("closes on another version or encoding", async () => {
    const { discord } = await fakeWithRest();
    expect(await (await connectRaw(discord.gatewayUrl, "v=9")).closed).toBe(4012);
    expect(await (await connectRaw(discord.gatewayUrl, "v=10&encoding=etf")).closed).toBe(4002);
  });

  it.each([
    ["a wrong token", { token: "wrong" }, 4004],
    ["a shard that is not among its count", { shard: [1, 1] }, 4010],
    ["fewer shards than it must have", { shard: [0, 1] }, 4011],
    ["intents that do not exist", { intents: 1 << 30, shard: [0, 2] }, 4013],
    ["intents that are no number", { intents: "all", shard: [0, 2] }, 4013],
    ["intents that were not granted", { intents: 1 | 32768, shard: [0, 2] }, 4014],
  ])("closes an IDENTIFY with %s", async (_what, more, code) => {
    const { discord } = await fakeWithRest({
      requiredShards: 2,
      privilegedIntents: { messageContent: false, guildMembers: false, presences: false },
    });
    const client = await connectRaw(discord.gatewayUrl);
    client.send(identify(discord.token, 1, more));
    expect(await client.closed).toBe(code);
    expect(discord.records.identifies).toMatchObject([{ session: null }]);
  });

  it("closes a second IDENTIFY", async () => {
    const { discord } = await fakeWithRest();
    const { client } = await connectReady(discord);
    client.send(identify(discord.token, 1));
    expect(await client.closed).toBe(4005);
  });

  it("closes on the 121st send in a minute", async () => {
    const { discord } = await fakeWithRest();
    const { client } = await connectReady(discord);
    for (let beat = 0; beat < 119; beat += 1) client.send({ op: 1, d: 2 });
    await until(() => client.received.filter(isAck).length === 119);
    client.send({ op: 1, d: 2 });
    expect(await client.closed).toBe(4008);
  });

  it("refuses an IDENTIFY that comes too soon", async () => {
    const clock = createFakeClock();
    const { discord } = await fakeWithRest({ clock, identifyEveryMs: 5_000 });
    await connectReady(discord);
    const early = await connectRaw(discord.gatewayUrl);
    early.send(identify(discord.token, 1));
    expect(await early.next((one) => one.op === 9)).toMatchObject({ d: false });
    await clock.advance(5_000);
    early.send(identify(discord.token, 1));
    await early.event("READY");
  });

  it("resets the token after one IDENTIFY too many", async () => {
    const { discord, rest } = await fakeWithRest({ identifyBudget: { total: 3, used: 0 } });
    const { token } = discord;
    const { client } = await connectReady(discord);
    discord.faults.gateway.spendIdentifies(1);
    expect(await rest.get("/gateway/bot")).toMatchObject({
      url: discord.gatewayUrl,
      shards: 1,
      session_start_limit: { total: 3, remaining: 1, max_concurrency: 1 },
    });
    await connectReady(discord);
    const last = await connectRaw(discord.gatewayUrl);
    last.send(identify(token, 1));
    expect(await last.closed).toBe(4004);
    expect(await client.closed).toBe(4004);
    expect(discord.token).not.toBe(token);
    await expect(rest.get("/users/@me")).rejects.toMatchObject({ status: 401 });
  });

  it("renews the IDENTIFY budget after a day", async () => {
    const clock = createFakeClock();
    const { discord, rest } = await fakeWithRest({ clock, identifyBudget: { total: 5, used: 5 } });
    const limit = async () =>
      ((await rest.get("/gateway/bot")) as { session_start_limit: object }).session_start_limit;
    await clock.advance(1_000);
    expect(await limit()).toMatchObject({ remaining: 0, reset_after: 86_399_000 });
    await clock.advance(86_399_000);
    expect(await limit()).toMatchObject({ remaining: 5 });
    await connectReady(discord);
  });

  it("gives each shard its guilds, and DMs to the first", async () => {
    const { discord } = await fakeWithRest({ recommendedShards: 2 });
    const { person } = discord.home;
    const shards = await Promise.all(
      [0, 1].map(async (id) => {
        const client = await connectRaw(discord.gatewayUrl);
        client.send(identify(discord.token, USUAL_INTENTS, { shard: [id, 2] }));
        await client.event("READY");
        return client;
      }),
    );
    const at = Number((BigInt(discord.home.guild.id) >> 22n) % 2n);
    discord.people.say(discord.home.channel, "guild", { author: person });
    discord.people.say(discord.people.dm(person), "dm", { author: person });
    await until(() => shards.flatMap((one) => one.received).filter(isMessage).length === 2);
    const heard = shards.map((one) => one.received.filter(isMessage).map(({ d }) => d["content"]));
    expect(heard[at]).toContain("guild");
    expect(heard[0]).toContain("dm");
  });

  it("hides what people wrote from who has no right to it", async () => {
    const { discord } = await fakeWithRest();
    const { people, home } = discord;
    const { client } = await connectReady(discord, 1 | 512 | 4096);
    const author = home.person;
    const files = [{ name: "a.txt", bytes: Buffer.from("a") }];
    people.say(home.channel, "a secret", { author, files });
    const hidden = await client.event("MESSAGE_CREATE");
    expect(hidden.d).toMatchObject({ content: "", attachments: [], embeds: [], components: [] });
    people.say(home.channel, `<@${discord.bot.id}> look`, { author, files });
    const shown = await client.event("MESSAGE_CREATE");
    expect(shown.d["content"]).toBe(`<@${discord.bot.id}> look`);
    expect(shown.d["attachments"]).toHaveLength(1);
    people.say(people.dm(author), "between us", { author });
    expect((await client.event("MESSAGE_CREATE")).d["content"]).toBe("between us");
  });

  it("tells nothing of what happens in a channel that the bot does not see", async () => {
    const { discord } = await fakeWithRest();
    const { people, home } = discord;
    const author = home.person;
    const { client } = await connectReady(discord);
    const den = people.channel(home.guild, { name: "den", isPrivate: true, members: [author] });
    people.say(den, "among us", { author });
    people.thread(den, { name: "deeper", by: author, text: "still among us" });
    people.say(home.channel, "to all", { author });
    expect((await client.event("MESSAGE_CREATE")).d["content"]).toBe("to all");
    expect(client.received.some((one) => one.t === "THREAD_CREATE")).toBe(false);
  });

  it("packs as a zlib stream when asked", async () => {
    const { discord } = await fakeWithRest();
    const socket = new WebSocket(`${discord.gatewayUrl}/?v=10&encoding=json&compress=zlib-stream`);
    const inflate = createInflate({ finishFlush: constants.Z_SYNC_FLUSH });
    let text = "";
    inflate.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
    });
    socket.on("message", (data: Buffer) => inflate.write(data));
    await until(() => text.includes('"op":10'));
    socket.send(JSON.stringify(identify(discord.token, USUAL_INTENTS)));
    await until(() => text.includes("READY") && text.includes("GUILD_CREATE"));
    socket.close();
  });
});

function isMessage(one: { readonly t: string | null }): boolean {
  return one.t === "MESSAGE_CREATE";
}
