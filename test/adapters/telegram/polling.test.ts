import { Api } from "grammy";
import { describe, expect, it } from "vitest";

import { SluiceError } from "../../../sessions/errors.ts";
import { setUp, until } from "./rig.ts";

const full = (): SluiceError => new SluiceError("store_full", "no space", { advice: "make some" });

describe("the Telegram poll loop", () => {
  it("[T01] asks first without an offset, for the kinds it reads, 100 at most and 30 s long", async () => {
    const { fake, chat, connected, texts } = await setUp();
    chat.say("while you were away");
    await connected();
    await until(() => expect(texts()).toEqual(["while you were away"]));
    const [first] = fake.callsOf("getUpdates");
    expect(first?.payload).toEqual({
      timeout: 30,
      limit: 100,
      allowed_updates: ["message", "edited_message", "callback_query", "my_chat_member"],
    });
  });

  it("[T01] confirms a batch only after it was stored, all of it in one go", async () => {
    const { fake, bot, chat, host, connected } = await setUp();
    for (let number = 0; number < 5; number += 1) chat.say(`n${number}`);
    const release = host.hold();
    await connected();
    await until(() => expect(host.offered).toHaveLength(5));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(bot.pending).toHaveLength(5);
    expect(fake.callsOf("getUpdates")).toHaveLength(1);
    release();
    await until(() => expect(bot.pending).toHaveLength(0));
    const [, second] = fake.callsOf("getUpdates");
    expect(second?.payload["offset"]).toBeGreaterThan(0);
    expect(host.stored).toHaveLength(5);
  });

  it("[T01] a batch that could not be stored is not confirmed, and asked for again", async () => {
    const { fake, bot, chat, host, connected, texts } = await setUp();
    host.failures.push(full(), full());
    chat.say("hello");
    await connected();
    await until(() => expect(host.failures).toHaveLength(1));
    expect(bot.pending).toHaveLength(1);
    expect(texts()).toEqual([]);
    await until(() => expect(texts()).toEqual(["hello"]));
    await until(() => expect(bot.pending).toHaveLength(0));
    const offsets = fake.callsOf("getUpdates").map(({ payload }) => payload["offset"]);
    expect(offsets.slice(0, 3)).toEqual([undefined, undefined, undefined]);
    expect(offsets[3]).toBeDefined();
  });

  it("[T02] the same update twice is one message, also in another life", async () => {
    const { bot, chat, host, connected, texts } = await setUp();
    const adapter = await connected();
    chat.say("once");
    await until(() => expect(texts()).toEqual(["once"]));
    const [id] = idsOf(host.offered);
    await adapter.disconnect();
    chat.say("twice");
    const next = bot.pending[0]?.update_id ?? 0;
    bot.repeat(next - 1);
    await connected();
    await until(() => expect(texts()).toEqual(["once", "twice"]));
    expect(idsOf(host.offered).filter((one) => one === id)).toHaveLength(2);
  });

  it("[T02] another message under a number that was used before is another message", async () => {
    const { bot, chat, connected, texts } = await setUp();
    await connected();
    chat.say("first");
    await until(() => expect(texts()).toEqual(["first"]));
    await until(() => expect(bot.pending).toHaveLength(0));
    chat.say("second");
    await until(() => expect(texts()).toHaveLength(2));
    await until(() => expect(bot.pending).toHaveLength(0));
    bot.jumpIds(1);
    chat.say("third");
    bot.raw({
      message: { message_id: 900, date: 1, chat: privateChat(chat.id), from: from(), text: "4" },
    });
    await until(() => expect(texts()).toEqual(["first", "second", "third", "4"]));
  });

  it("[T03] never drops, never asks with a negative offset, and takes what is older than its start", async () => {
    const { fake, bot, chat, connected, texts } = await setUp();
    bot.raw({
      message: { message_id: 5, date: 1, chat: privateChat(chat.id), from: from(), text: "old" },
    });
    const first = await connected();
    await until(() => expect(texts()).toEqual(["old"]));
    await first.disconnect();
    chat.say("between");
    await connected();
    await until(() => expect(texts()).toEqual(["old", "between"]));
    for (const { payload } of fake.calls) {
      expect(payload["drop_pending_updates"] ?? false).toBe(false);
      expect(Number(payload["offset"] ?? 0)).toBeGreaterThanOrEqual(0);
    }
    expect(bot.dropped).toBe(0);
    // The second life began without the offset of the first.
    const lives = fake.callsOf("getMe").map(({ at }) => at);
    const begun = fake.callsOf("getUpdates").find(({ at }) => at >= (lives[1] ?? 0));
    expect(begun?.payload["offset"]).toBeUndefined();
  });

  it("[T04] a stop stores what had come back, and confirms just that", async () => {
    const { bot, chat, host, connected } = await setUp();
    const adapter = await connected();
    const release = host.hold();
    chat.say("one");
    await until(() => expect(host.offered).toHaveLength(1));
    chat.say("two");
    const gone = adapter.disconnect();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(bot.pending).toHaveLength(2);
    release();
    await gone;
    expect(host.stored.map(({ text }) => text)).toEqual(["one"]);
    expect(bot.pending.map(({ message }) => message?.text)).toEqual(["two"]);
  });

  it("[T04] a stop while nothing comes is quick, and leaves no poll behind", async () => {
    const { bot, chat, connected, texts } = await setUp({ pollBrakes: true });
    const adapter = await connected();
    chat.say("one");
    await until(() => expect(texts()).toHaveLength(1));
    await until(() => expect(bot.pending).toHaveLength(0));
    const at = Date.now();
    await adapter.disconnect();
    expect(Date.now() - at).toBeLessThan(1000);
    await until(() => expect(bot.polling).toBe(0));
  });

  it("[T04] a store that fails at the stop confirms nothing", async () => {
    const { bot, chat, host, connected } = await setUp();
    const adapter = await connected();
    const release = host.hold();
    host.failures.push(full());
    chat.say("one");
    await until(() => expect(host.offered).toHaveLength(1));
    const gone = adapter.disconnect();
    release();
    await gone;
    expect(host.stored).toEqual([]);
    expect(bot.pending).toHaveLength(1);
  });

  it("[T18] polls and sends use a connection each", async () => {
    const { bot, chat, connected } = await setUp();
    const adapter = await connected();
    await until(() => expect(bot.polling).toBe(1));
    const address = { network: "telegram", account: "main", chat: String(chat.id), thread: null };
    const at = Date.now();
    for (const text of ["a", "b", "c"]) {
      const message = { text, buttons: [], file: null, replyTo: null };
      const options = { id: text as never, uncertain: false, signal: new AbortController().signal };
      expect(await adapter.send(address, message, options)).toMatchObject({ outcome: "sent" });
    }
    expect(Date.now() - at).toBeLessThan(2000);
    expect(bot.polling).toBe(1);
    expect(chat.texts()).toEqual(["a", "b", "c"]);
  });

  it("what people write while a long poll waits arrives at once, in their order", async () => {
    const { bot, chat, connected, texts } = await setUp();
    await connected();
    for (let number = 0; number < 20; number += 1) {
      if (number % 5 === 0) await until(() => expect(bot.polling).toBe(1));
      chat.say(`n${number}`);
    }
    await until(() => expect(texts()).toEqual(Array.from({ length: 20 }, (_, at) => `n${at}`)));
  });

  it("[T05] another poller is told of and waited for, and nothing is lost to it for good", async () => {
    const { fake, bot, chat, host, connected, texts } = await setUp();
    await connected();
    await until(() => expect(bot.polling).toBe(1));
    const other = new Api(bot.token, { apiRoot: fake.url });
    const stolen = other.getUpdates({ timeout: 1 });
    await until(() => {
      expect(host.states.at(-1)).toMatchObject({
        at: "retrying",
        reason: expect.stringMatching(/another process polls this bot.*test run/) as string,
        canSend: true,
      });
    });
    expect(await stolen).toEqual([]);
    chat.say("hello");
    await until(() => expect(texts()).toEqual(["hello"]), 8000);
    await until(() => expect(host.states.at(-1)).toEqual({ at: "connected" }));
  }, 12_000);

  it("[T05] a webhook that is still set is removed without dropping anything", async () => {
    const { fake, bot, chat, host, connected, texts } = await setUp();
    await new Api(bot.token, { apiRoot: fake.url }).setWebhook("https://example.org/nobody");
    chat.say("hello");
    await connected();
    await until(() => expect(texts()).toEqual(["hello"]));
    expect(bot.webhookUrl).toBe("");
    expect(bot.dropped).toBe(0);
    expect(host.states).toContainEqual(
      expect.objectContaining({ reason: expect.stringMatching(/webhook is set/) as string }),
    );
  });

  it("[T05] 429 is waited out as long as Telegram says", async () => {
    const { fake, chat, host, connected, texts } = await setUp();
    fake.faults.tooMany("getUpdates", 1, 1);
    chat.say("hello");
    const at = Date.now();
    await connected();
    await until(() => expect(texts()).toEqual(["hello"]));
    expect(Date.now() - at).toBeGreaterThan(950);
    expect(host.states).toContainEqual(expect.objectContaining({ at: "retrying", inMs: 1000 }));
  });

  it.each(["refuse", "reset"] as const)(
    "[T05] an outage (%s) is ridden out, and told by the state",
    async (kind) => {
      const { fake, bot, chat, host, connected, texts } = await setUp();
      await connected();
      await until(() => expect(bot.polling).toBe(1));
      await fake.faults.outage(kind);
      await until(() => expect(host.states.at(-1)).toMatchObject({ at: "retrying" }));
      chat.say("meanwhile");
      await fake.faults.restore();
      await until(() => expect(texts()).toEqual(["meanwhile"]));
      await until(() => expect(host.states.at(-1)).toEqual({ at: "connected" }));
    },
  );

  it("[T05] answers that are no answers are ridden out", async () => {
    const { fake, chat, connected, texts } = await setUp();
    fake.faults.fail("getUpdates", { status: 502, body: "<html>bad gateway</html>" }, 1);
    chat.say("hello");
    await connected();
    await until(() => expect(texts()).toEqual(["hello"]));
  });
});

function idsOf(messages: readonly { readonly externalId: string }[]): string[] {
  return messages.map(({ externalId }) => externalId);
}

function privateChat(id: number) {
  return { id, type: "private", first_name: "Ann" };
}

function from() {
  return { id: 77, is_bot: false, first_name: "Ann" };
}
