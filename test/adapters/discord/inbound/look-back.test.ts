import { afterEach, describe, expect, it } from "vitest";

import type { Adapter } from "../../../../adapters/adapter.ts";
import type { DiscordOptions } from "../../../../adapters/discord/discord-adapter.ts";
import { fasterClock, startWorld, until } from "../world.ts";
import type { DiscordWorld, WorldOptions } from "../world.ts";

const HOUR = 60 * 60_000;
/** What is said now is held for 30 s: on a busy machine, a faster clock would be over before the answer is there. */
const PATIENT = { speed: 4 };

describe("an absence from Discord", () => {
  let world: DiscordWorld;
  afterEach(() => world.close());

  async function start(options: WorldOptions = {}): Promise<Adapter> {
    world = await startWorld({ speed: 40, ...options });
    return world.boot();
  }
  /** Down, and the session is lost. */
  async function leave(adapter: Adapter): Promise<void> {
    await adapter.disconnect();
    world.discord.faults.gateway.forgetSessions();
  }
  function say(text: string, channel = world.discord.home.channel): string {
    const { bot, home, people } = world.discord;
    return people.say(channel, `<@${bot.id}> ${text}`, { author: home.person });
  }
  const listsRead = (): readonly string[] =>
    world.discord.records.calls
      .filter(({ method, route }) => method === "GET" && route === "/channels/:channel/messages")
      .map(({ path }) => path.split("/")[2] ?? "");
  const numbers = (from: number, to: number): string[] =>
    Array.from({ length: to - from + 1 }, (_, at) => `n${from + at}`);

  it("[E05] is read from the last message that was stored, the oldest first, over several pages", async () => {
    const first = await start({});
    say("before");
    await until(() => expect(world.texts()).toEqual(["before"]));
    await leave(first);
    for (const text of numbers(1, 150)) say(text);
    await world.boot();
    await until(() => expect(world.texts()).toEqual(["before", ...numbers(1, 150)]));
    expect(world.host.stored.slice(1).every(({ isLate }) => isLate)).toBe(true);
    expect(world.host.gaps).toEqual([]);
    expect(listsRead()).toHaveLength(2);
  });

  it("[E05] a session that was resumed is followed by no reading", async () => {
    const first = await start();
    await first.disconnect();
    say("one");
    await world.boot();
    await until(() => expect(world.texts()).toEqual(["one"]));
    expect(listsRead()).toEqual([]);
  });

  it("[E05] a channel where nothing was said costs nothing", async () => {
    const first = await start();
    const quiet = world.discord.people.channel(world.discord.home.guild, { name: "quiet" });
    say("one", quiet);
    say("two");
    await until(() => expect(world.texts()).toEqual(["one", "two"]));
    await leave(first);
    say("three");
    await world.boot();
    await until(() => expect(world.texts()).toHaveLength(3));
    expect(listsRead()).toEqual([world.discord.home.channel]);
  });

  it("[E05] a server that is joined brings no history", async () => {
    world = await startWorld({ speed: 40 });
    say("long ago");
    await world.boot();
    say("now");
    await until(() => expect(world.texts()).toEqual(["now"]));
    expect(listsRead()).toEqual([]);
  });

  it("[E05] a channel and a forum post that are new are read from their first message", async () => {
    const first = await start();
    await leave(first);
    const { people, home, bot } = world.discord;
    const fresh = people.channel(home.guild, { name: "fresh" });
    say("in a new channel", fresh);
    const forum = people.channel(home.guild, { name: "forum", kind: "forum" });
    const post = people.thread(forum, {
      name: "a post",
      by: home.person,
      text: `<@${bot.id}> in a new post`,
    });
    await world.boot();
    await until(() => expect(world.texts()).toHaveLength(2));
    expect(world.texts().toSorted()).toEqual(["in a new channel", "in a new post"]);
    expect(world.host.stored.map(({ address }) => address)).toContainEqual({
      network: "discord",
      account: "main",
      chat: forum,
      thread: post,
    });
  });

  it("[E05] a crash while looking back loses nothing", async () => {
    const first = await start();
    await leave(first);
    for (const text of numbers(1, 250)) say(text);
    await world.boot({
      killAt: { text: "n120", when: "before" },
      backfill: { maxAgeMs: HOUR, maxMessages: 1_000 },
    });
    await until(() => expect(world.texts()).toHaveLength(100));
    await world.boot({ backfill: { maxAgeMs: HOUR, maxMessages: 1_000 } });
    await until(() => expect(world.texts()).toEqual(numbers(1, 250)));
  });

  it("[E05] a fault of Discord's while looking back is waited out", async () => {
    const first = await start();
    await leave(first);
    say("one");
    const route = "/channels/:channel/messages";
    world.discord.faults.rest.next({ route, times: 2 }, { kind: "status", status: 503 });
    world.discord.faults.rest.next({ route }, { kind: "drop" });
    await world.boot();
    await until(() => expect(world.texts()).toEqual(["one"]));
    expect(world.host.gaps).toEqual([]);
  });

  it("[E06] a first direct message ever is found", async () => {
    const first = await start();
    await leave(first);
    const { people } = world.discord;
    const stranger = people.person("Bo");
    world.host.people.allowed.push(stranger.id);
    people.join(world.discord.home.guild, stranger);
    people.say(people.dm(stranger), "are you there?", { author: stranger });
    await world.boot();
    await until(() => expect(world.texts()).toEqual(["are you there?"]));
    expect(world.host.stored[0]).toMatchObject({ scope: "private", isLate: true });
  });

  it("[E06] a direct message of someone who wrote before is found, though named nowhere", async () => {
    const first = await start();
    const { people } = world.discord;
    const guest = people.person("Guest");
    people.join(world.discord.home.guild, guest);
    const channel = people.dm(guest);
    people.say(channel, "one", { author: guest });
    await until(() => expect(world.texts()).toEqual(["one"]));
    await leave(first);
    people.say(channel, "two", { author: guest });
    await world.boot();
    await until(() => expect(world.texts()).toEqual(["one", "two"]));
    expect(
      world.discord.records.calls.filter(
        ({ path, body }) =>
          path === "/users/@me/channels" && JSON.stringify(body).includes(guest.id),
      ),
    ).toEqual([]);
  });

  it("[E06] someone who takes no messages, or is gone, keeps nobody else from being found", async () => {
    const first = await start();
    await leave(first);
    world.host.people.allowed.unshift("123");
    const { people, home } = world.discord;
    people.say(people.dm(home.person), "hello?", { author: home.person });
    await world.boot();
    await until(() => expect(world.texts()).toEqual(["hello?"]));
  });

  it("[E07] more messages than are taken up are told in the channel", async () => {
    const first = await start();
    await leave(first);
    const { channel } = world.discord.home;
    for (const text of numbers(1, 12)) say(text);
    await world.boot({ backfill: { maxAgeMs: HOUR, maxMessages: 5 } });
    await until(() => expect(world.host.gaps).toHaveLength(1));
    expect(world.texts()).toEqual(numbers(1, 5));
    expect(world.host.gaps[0]).toMatchObject({ address: { chat: channel, thread: null } });
    say("n13");
    await until(() => expect(world.texts()).toEqual([...numbers(1, 5), "n13"]));
  });

  it("[E07] what is older than is looked back is told, if it was for us", async () => {
    const old = await start();
    const { people, home } = world.discord;
    const chatty = people.channel(home.guild, { name: "chatty" });
    people.say(chatty, "first", { author: home.person });
    say("first");
    await until(() => expect(world.texts()).toEqual(["first"]));
    await leave(old);
    say("too old");
    people.say(chatty, "not for the bot", { author: home.person });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    say("young");
    // As long as it takes to start, it does not become old.
    const at = Date.now();
    const clock = { ...fasterClock(40), now: () => at };
    await world.boot({ clock, backfill: { maxAgeMs: 900, maxMessages: 100 } });
    await until(() => expect(world.texts()).toEqual(["first", "young"]));
    expect(world.host.gaps).toMatchObject([{ address: { chat: home.channel }, about: 1 }]);
  });

  it("[E07] a missing permission to read history is told, and is no reason to think that nothing was said", async () => {
    const first = await start();
    const { people, home } = world.discord;
    people.deny(home.channel, "ReadMessageHistory");
    await leave(first);
    say("one");
    await world.boot();
    await until(() => expect(world.host.gaps).toHaveLength(1));
    expect(world.host.gaps[0]).toMatchObject({ address: { chat: home.channel }, about: null });
    expect(world.logged.join("\n")).toContain("Read Message History");
    say("two");
    await until(() => expect(world.texts()).toEqual(["two"]));
  });

  it("[E07] a channel that the bot may not see is left alone", async () => {
    const first = await start();
    const { people, home } = world.discord;
    people.deny(home.channel, "ViewChannel");
    await leave(first);
    say("one");
    await world.boot();
    await until(async () =>
      expect(await world.host.cursor("session:0")).toMatchObject({ sequence: 2 }),
    );
    expect(world.host.gaps).toEqual([]);
    expect(listsRead()).toEqual([]);
  });

  it("[E08] what comes live and by looking back is one message, under the same rules", async () => {
    const first = await start(PATIENT);
    await leave(first);
    const { people, home } = world.discord;
    people.say(home.channel, "not for the bot", { author: home.person });
    say("one");
    const robot = people.person("Robot", { isBot: true });
    people.join(home.guild, robot);
    people.say(home.channel, `<@${world.discord.bot.id}> beep`, { author: robot });
    world.discord.faults.rest.next(
      { route: "/channels/:channel/messages" },
      { kind: "delay", ms: 150 },
    );
    await world.boot();
    say("two");
    await until(() => expect(world.texts()).toEqual(["one", "two"]), 12_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(world.texts()).toEqual(["one", "two"]);
    expect(new Set(world.host.offered.map(({ externalId }) => externalId)).size).toBe(2);
  });

  it("[E08] what is said while looking back waits for what was said before", async () => {
    const first = await start(PATIENT);
    await leave(first);
    for (const text of numbers(1, 3)) say(text);
    world.discord.faults.rest.next(
      { route: "/channels/:channel/messages" },
      { kind: "late_answer", ms: 150 },
    );
    await world.boot();
    for (const text of numbers(4, 6)) say(text);
    await until(() => expect(world.texts()).toEqual(numbers(1, 6)), 12_000);
    // What is said meanwhile may be in the answer, too, if that is slow.
    expect(world.host.stored.slice(0, 3).every(({ isLate }) => isLate)).toBe(true);
  });

  it("[E08] what is said while looking back takes too long is stored, and what was said before is still found", async () => {
    const first = await start();
    await leave(first);
    say("before");
    const route = "/channels/:channel/messages";
    world.discord.faults.rest.next({ route, method: "GET", times: 9 }, { kind: "black_hole" });
    const second = await world.boot();
    say("live");
    await until(() => expect(world.texts()).toEqual(["live"]));
    await world.kill(second);
    world.discord.faults.rest.clear();
    await world.boot();
    await until(() => expect(world.texts()).toEqual(["live", "before"]));
  });

  it("with nothing to be taken up, it is passed over", async () => {
    const options: Partial<DiscordOptions> = { backfill: { maxAgeMs: HOUR, maxMessages: 0 } };
    const first = await start();
    await leave(first);
    say("one");
    await world.boot(options);
    say("two");
    await until(() => expect(world.texts()).toEqual(["two"]));
    expect(listsRead()).toEqual([]);
  });
});
