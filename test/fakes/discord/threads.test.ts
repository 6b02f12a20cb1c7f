import { Routes } from "discord-api-types/v10";
import type { APIMessage, APIThreadChannel } from "discord-api-types/v10";
import { describe, expect, it } from "vitest";

import { fakeWithRest, refusal } from "./fake-world.ts";
import { connectReady } from "./raw-client.ts";

describe("a thread of the fake", () => {
  it("starts from a message, has its id, and is told", async () => {
    const { discord, rest } = await fakeWithRest();
    const { home, people } = discord;
    const { client } = await connectReady(discord);
    const id = people.say(home.channel, "topic", { author: home.person });
    const thread = (await rest.post(Routes.threads(home.channel, id), {
      body: { name: "Topic" },
    })) as APIThreadChannel;
    expect(thread).toMatchObject({ id, parent_id: home.channel, owner_id: discord.bot.id });
    expect((await client.event("THREAD_CREATE")).d).toMatchObject({ id, newly_created: true });
    expect((await client.event("MESSAGE_UPDATE")).d).toMatchObject({ id, thread: { id } });
    expect(discord.seen(home.channel)).toMatchObject([{ thread: id, editedAt: null }]);
    people.say(id, "inside", { author: home.person });
    await rest.post(Routes.channelMessages(id), { body: { content: "answer" } });
    expect(discord.seen(id).map((one) => one.content)).toEqual(["", "inside", "answer"]);
    const again = rest.post(Routes.threads(home.channel, id), { body: { name: "Topic" } });
    expect(await refusal(again)).toMatchObject({ status: 400, code: 160004 });
  });

  it("starts without a message, and shows in the list of the active ones", async () => {
    const { discord, rest } = await fakeWithRest();
    const { home, people } = discord;
    const thread = (await rest.post(Routes.threads(home.channel), {
      body: { name: "Side", type: 11 },
    })) as APIThreadChannel;
    const other = people.thread(home.channel, { name: "Theirs", by: home.person, text: "hi" });
    const active = async () => {
      const all = await rest.get(Routes.guildActiveThreads(home.guild.id));
      return (all as { threads: { id: string; last_message_id: string }[] }).threads;
    };
    expect((await active()).map((one) => one.id)).toEqual([thread.id, other]);
    expect((await active())[1]?.last_message_id).toBe(discord.seen(other)[0]?.id);
    people.archive(other);
    expect((await active()).map((one) => one.id)).toEqual([thread.id]);
    const archived = await rest.get(Routes.channelThreads(home.channel, "public"));
    expect(archived).toMatchObject({ threads: [{ id: other }], has_more: false });
  });

  it("archived, refuses edits and opens with a new message; locked, refuses those too", async () => {
    const { discord, rest } = await fakeWithRest();
    const { home, people } = discord;
    const { client } = await connectReady(discord);
    const id = people.thread(home.channel, { name: "Old", by: home.person, text: "hi" });
    const hello = { body: { content: "hello" } };
    const said = (await rest.post(Routes.channelMessages(id), hello)) as APIMessage;
    people.archive(id);
    const edit = rest.patch(Routes.channelMessage(id, said.id), hello);
    expect(await refusal(edit)).toMatchObject({ status: 400, code: 50083 });
    await rest.post(Routes.channelMessages(id), hello);
    const updates = [await client.event("THREAD_UPDATE"), await client.event("THREAD_UPDATE")];
    expect(updates.map(({ d }) => d["thread_metadata"])).toMatchObject([
      { archived: true },
      { archived: false },
    ]);
    people.lock(id);
    expect(await refusal(rest.post(Routes.channelMessages(id), hello))).toMatchObject({
      code: 160005,
    });
    expect(() => people.say(id, "me too", { author: home.person })).toThrow("locked");
    people.allow(home.channel, "ManageThreads");
    await rest.post(Routes.channelMessages(id), hello);
  });

  it("is changed by its owner or a moderator", async () => {
    const { discord, rest } = await fakeWithRest();
    const { home, people } = discord;
    const id = people.thread(home.channel, { name: "Theirs", by: home.person });
    const rename = { body: { name: "Mine" } };
    expect(await refusal(rest.patch(Routes.channel(id), rename))).toMatchObject({ code: 50013 });
    people.allow(home.channel, "ManageThreads");
    await rest.patch(Routes.channel(id), { body: { name: "Mine", archived: true, locked: true } });
    expect(await rest.get(Routes.channel(id))).toMatchObject({
      name: "Mine",
      thread_metadata: { archived: true, locked: true },
    });
    await rest.patch(Routes.channel(id), { body: { archived: false } });
    await rest.put(Routes.threadMembers(id, "@me"));
    expect(await rest.get(Routes.channel(id))).toMatchObject({ member: { id } });
    expect(await refusal(rest.patch(Routes.channel(home.channel), rename))).toMatchObject({
      code: 50024,
    });
  });

  it("is all there is in a forum: a post's first message has the thread's id", async () => {
    const { discord, rest } = await fakeWithRest();
    const { home, people } = discord;
    const { client } = await connectReady(discord);
    const forum = people.channel(home.guild, { name: "forum", kind: "forum" });
    const theirs = people.thread(forum, { name: "Help", by: home.person, text: "please" });
    expect((await client.event("MESSAGE_CREATE")).d).toMatchObject({
      id: theirs,
      channel_id: theirs,
      content: "please",
    });
    const own = (await rest.post(Routes.threads(forum), {
      body: { name: "News", message: { content: "all good" } },
    })) as APIThreadChannel;
    expect(discord.seen(own.id)).toMatchObject([{ id: own.id, content: "all good" }]);
    expect(await rest.get(Routes.channel(forum))).toMatchObject({ last_message_id: own.id });
    const hello = { body: { content: "hello" } };
    expect(await refusal(rest.post(Routes.channelMessages(forum), hello))).toMatchObject({
      code: 40058,
    });
    const empty = rest.post(Routes.threads(forum), { body: { name: "News" } });
    expect(await refusal(empty)).toMatchObject({ code: 50035 });
  });

  it("goes by the permissions of its channel", async () => {
    const { discord, rest } = await fakeWithRest();
    const { home, people } = discord;
    const id = people.thread(home.channel, { name: "T", by: home.person });
    const hello = { body: { content: "hello" } };
    people.deny(home.channel, "SendMessages");
    await rest.post(Routes.channelMessages(id), hello);
    people.deny(home.channel, "SendMessagesInThreads");
    expect(await refusal(rest.post(Routes.channelMessages(id), hello))).toMatchObject({
      code: 50013,
    });
    people.deny(home.channel, "CreatePublicThreads");
    const open = rest.post(Routes.threads(home.channel), { body: { name: "x", type: 11 } });
    expect(await refusal(open)).toMatchObject({ code: 50013 });
    people.deny(home.channel, "ViewChannel");
    expect(await refusal(rest.get(Routes.channel(id)))).toMatchObject({ code: 50001 });
    people.deleteChannel(home.channel);
    expect(await refusal(rest.get(Routes.channel(id)))).toMatchObject({ code: 10003 });
  });
});
