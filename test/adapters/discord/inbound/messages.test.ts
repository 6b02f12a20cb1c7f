import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { InboundMessage } from "../../../../sessions/message.ts";
import { startWorld, until } from "../world.ts";
import type { BootOptions, DiscordWorld } from "../world.ts";

describe("a message on Discord", () => {
  let world: DiscordWorld;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world.close());

  const people = (): DiscordWorld["discord"]["people"] => world.discord.people;
  const person = (): DiscordWorld["discord"]["home"]["person"] => world.discord.home.person;
  const me = (): string => `<@${world.discord.bot.id}>`;
  function say(text: string, channel = world.discord.home.channel): string {
    return people().say(channel, text, { author: person() });
  }
  /** All that was said before has arrived when this has. */
  async function arrived(): Promise<readonly InboundMessage[]> {
    const channel = people().dm(person());
    people().say(channel, "the end", { author: person() });
    await until(() => expect(world.texts()).toContain("the end"));
    return world.host.stored.filter(({ text }) => text !== "the end");
  }
  async function heard(options: BootOptions = {}): Promise<void> {
    await world.boot(options);
  }

  it("[E12] in a server is for us when it names us, and the name is no part of it", async () => {
    await heard();
    say("among ourselves");
    say(`${me()}, what time is it?`);
    say(`please ${me()} answer`);
    say(`<@!${world.discord.bot.id}> old style`);
    const stored = await arrived();
    expect(stored.map(({ text, scope }) => ({ text, scope }))).toEqual([
      { text: "what time is it?", scope: "group" },
      { text: `please ${me()} answer`, scope: "group" },
      { text: "old style", scope: "group" },
    ]);
  });

  it("[E12] in a server is for us when it answers us, also without a ping", async () => {
    const adapter = await world.boot();
    const { channel } = world.discord.home;
    const sent = await adapter.send(
      { network: "discord", account: "main", chat: channel, thread: null },
      { text: "which?", buttons: [], file: null, replyTo: null },
      { id: "out_1" as never, uncertain: false, signal: new AbortController().signal },
    );
    if (sent.outcome !== "sent") throw new Error(sent.outcome);
    const replyTo = sent.externalId.split(":").at(-1) ?? "";
    people().say(channel, "this", { author: person(), replyTo, isPinging: false });
    const other = say("hm");
    people().say(channel, "not that", { author: person(), replyTo: other });
    expect(await arrived()).toMatchObject([{ text: "this", replyTo: sent.externalId }]);
  });

  it("[E12] is heard as the configuration of its channel, its server, or all the others says", async () => {
    const { guild, channel } = world.discord.home;
    const off = people().channel(guild, { name: "off" });
    const other = people().guild({ name: "other", owner: person() });
    const there = people().channel(other, { name: "there" });
    await heard({ channels: { [channel]: "all", [off]: "off", [other.id]: "all" } });
    say("one");
    say(`${me()} nothing`, off);
    say("two", there);
    const third = people().channel(guild, { name: "third" });
    say(`${me()} nothing`, third);
    expect((await arrived()).map(({ text }) => text)).toEqual(["one", "two"]);
  });

  it("[E12] in a thread is addressed to the thread in its channel; one of our own needs no name", async () => {
    await heard({ channels: { "*": "mention" } });
    const { channel } = world.discord.home;
    const theirs = people().thread(channel, { name: "theirs", by: person() });
    say("among ourselves", theirs);
    say(`${me()} in theirs`, theirs);
    const ours = people().thread(channel, { name: "ours", by: world.discord.bot });
    say("in ours", ours);
    const at = (thread: string) => ({ network: "discord", account: "main", chat: channel, thread });
    expect((await arrived()).map(({ text, address }) => ({ text, address }))).toEqual([
      { text: "in theirs", address: at(theirs) },
      { text: "in ours", address: at(ours) },
    ]);
  });

  it("[E12] in a thread keeps its address in the next process, which is told of no thread", async () => {
    const first = await world.boot();
    const { channel } = world.discord.home;
    const ours = people().thread(channel, { name: "ours", by: world.discord.bot });
    say("one", ours);
    await arrived();
    await first.disconnect();
    const unseen = people().thread(channel, { name: "new", by: person() });
    await world.boot();
    say("two", ours);
    say(`${me()} three`, unseen);
    await until(() => expect(world.texts()).toContain("three"));
    const stored = world.host.stored.filter(({ text }) => text !== "the end");
    expect(stored.map(({ address }) => [address.chat, address.thread])).toEqual([
      [channel, ours],
      [channel, ours],
      [channel, unseen],
    ]);
    expect(world.discord.records.identifies).toHaveLength(1);
    const { calls } = world.discord.records;
    expect(calls.filter(({ route }) => route === "/channels/:channel")).toEqual([]);
  });

  it("[E12] that begins a conversation is in the thread that is going to be opened from it", async () => {
    await heard({ openThreads: true });
    const id = say(`${me()} hello`);
    const direct = people().dm(person());
    say("hello", direct);
    await until(() => expect(world.host.stored).toHaveLength(2));
    expect(world.host.stored.map(({ address }) => address.thread)).toEqual([id, null]);
  });

  it("[E12] of a bot, of ourselves, or of Discord is for nobody", async () => {
    const adapter = await world.boot({ channels: { "*": "all" } });
    const { channel, guild } = world.discord.home;
    const robot = people().person("Robot", { isBot: true });
    people().join(guild, robot);
    people().say(channel, `${me()} beep`, { author: robot });
    await adapter.send(
      { network: "discord", account: "main", chat: channel, thread: null },
      { text: "my own", buttons: [], file: null, replyTo: null },
      { id: "out_1" as never, uncertain: false, signal: new AbortController().signal },
    );
    people().thread(channel, { name: "opened", by: person() });
    expect(await arrived()).toEqual([]);
    expect(world.host.offered.map(({ text }) => text)).toEqual(["the end"]);
  });

  it("[E14] brings its files, by ids that outlive their addresses", async () => {
    await heard();
    const channel = people().dm(person());
    const id = people().say(channel, "look", {
      author: person(),
      files: [
        { name: "cat.png", mime: "image/png", bytes: Buffer.from("png") },
        { name: "notes.txt", mime: "text/plain", bytes: Buffer.from("words") },
      ],
    });
    await until(() => expect(world.host.stored).toHaveLength(1));
    const ref: unknown = expect.stringMatching(new RegExp(`^${channel}/${id}/\\d+$`));
    expect(world.host.stored[0]?.attachments).toEqual([
      { kind: "photo", ref, name: "cat.png", mime: "image/png", size: 3 },
      { kind: "document", ref, name: "notes.txt", mime: "text/plain", size: 5 },
    ]);
  });

  it("that is changed brings its new words, and names the one it was; what is no change of words does not", async () => {
    await heard();
    const id = say(`${me()} hwo are you`);
    await until(() => expect(world.host.stored).toHaveLength(1));
    people().thread(world.discord.home.channel, { name: "about it", by: person(), from: id });
    people().edit(id, `${me()} how are you`);
    const [first, second, ...more] = await arrived();
    expect(more).toEqual([]);
    expect(second).toMatchObject({ text: "how are you", edits: first?.externalId });
    expect(second?.externalId).toMatch(new RegExp(`^${first?.externalId}:e\\d+$`));
  });

  it("is stored in the order of its channel when 100 come over 5 channels", async () => {
    await heard({ channels: { "*": "all" } });
    const { guild } = world.discord.home;
    const channels = Array.from({ length: 5 }, (_, at) =>
      people().channel(guild, { name: `c${at}` }),
    );
    let seed = 7;
    const said = new Map<string, string[]>(channels.map((channel) => [channel, []]));
    for (let count = 0; count < 100; count += 1) {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      const channel = channels[seed % 5] ?? "";
      said.get(channel)?.push(`m${count}`);
      say(`m${count}`, channel);
      if (count % 17 === 0) await new Promise((resolve) => setTimeout(resolve, 3));
      if (count === 40) world.discord.faults.gateway.drop();
    }
    const stored = await arrived();
    expect(stored).toHaveLength(100);
    for (const [channel, texts] of said) {
      const mine = stored.filter(({ address }) => address.chat === channel);
      expect(mine.map(({ text }) => text)).toEqual(texts);
    }
  });

  it("that cannot be read is passed over with a line of log, and keeps the others from nothing", async () => {
    await heard();
    world.host.receipts.push({ outcome: "rejected", reason: "too long" });
    say(`${me()} one`);
    say(`${me()} two`);
    expect((await arrived()).map(({ text }) => text)).toEqual(["two"]);
  });

  it("that the store cannot take is stored when it can, in order", async () => {
    await heard();
    world.host.failures.push(new Error("the disk is full"), new Error("the disk is full"));
    say(`${me()} one`);
    await until(() => expect(world.logged.join("\n")).toContain("cannot store"));
    say(`${me()} two`);
    expect((await arrived()).map(({ text }) => text)).toEqual(["one", "two"]);
  });
});
