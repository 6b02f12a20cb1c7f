import { describe, expect, it } from "vitest";

import { SluiceError } from "../../../sessions/errors.ts";
import { setUp, until } from "./rig.ts";

const signal = new AbortController().signal;

describe("a Telegram bot that meets what it should not", () => {
  it("a wrong token rejects the connect with advice, and is told nowhere", async () => {
    const { host, lines, adapter } = await setUp();
    const token = "12345:planted-secret";
    const thrown: unknown = await adapter({ token })
      .connect(host, signal)
      .catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(SluiceError);
    expect(thrown).toMatchObject({ code: "adapter_refused" });
    expect(String(thrown)).toMatch(/Cannot start telegram \(main\): token refused.*401.*BotFather/);
    expect(host.states.at(-1)).toMatchObject({ at: "failed" });
    expect(JSON.stringify([lines, host.states, String(thrown)])).not.toContain("planted-secret");
  });

  it("a token without a colon rejects, too", async () => {
    const { host, adapter } = await setUp();
    const connecting = adapter({ token: "nonsense" }).connect(host, signal);
    await expect(connecting).rejects.toMatchObject({ code: "adapter_refused" });
  });

  it("a connect that was refused can be tried again", async () => {
    const { fake, host, adapter, chat, texts } = await setUp();
    fake.faults.fail(
      "getMe",
      { status: 401, body: { ok: false, error_code: 401, description: "Unauthorized" } },
      1,
    );
    const made = adapter();
    await expect(made.connect(host, signal)).rejects.toThrow(/token refused/);
    await made.connect(host, signal);
    chat.say("hello");
    await until(() => expect(texts()).toEqual(["hello"]));
  });

  it("a token that is revoked while it runs ends the asking with advice, and no crash", async () => {
    const { fake, bot, host, connected } = await setUp();
    const made = await connected();
    await until(() => expect(bot.polling).toBe(1));
    bot.revoke();
    await fake.faults.outage("reset");
    await fake.faults.restore();
    await until(() => {
      expect(host.states.at(-1)).toMatchObject({
        at: "failed",
        advice: expect.stringMatching(/token/) as string,
      });
    });
    const asked = fake.calls.length;
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(fake.calls).toHaveLength(asked);
    await made.disconnect();
    expect(host.states.at(-1)).toEqual({ at: "disconnected" });
  });

  it("a send that meets a revoked token ends the asking, too", async () => {
    const { bot, chat, host, connected } = await setUp();
    const made = await connected();
    await until(() => expect(bot.polling).toBe(1));
    bot.revoke();
    const address = { network: "telegram", account: "main", chat: String(chat.id), thread: null };
    const message = { text: "hi", buttons: [], file: null, replyTo: null };
    const result = await made.send(address, message, {
      id: "1" as never,
      uncertain: false,
      signal,
    });
    expect(result).toMatchObject({ outcome: "not_sent" });
    expect(host.states.at(-1)).toMatchObject({ at: "failed" });
    await until(() => expect(bot.polling).toBe(0));
  });

  it("without a network it starts, says so, and is there when the network is", async () => {
    const { fake, chat, host, lines, bot, connected, texts } = await setUp();
    await fake.faults.outage("refuse");
    const made = await connected();
    expect(host.states.map(({ at }) => at)).toEqual(["connecting", "retrying"]);
    expect(host.states.at(-1)).toMatchObject({
      reason: expect.stringMatching(/ECONNREFUSED/) as string,
    });
    const address = { network: "telegram", account: "main", chat: String(chat.id), thread: null };
    const message = { text: "hi", buttons: [], file: null, replyTo: null };
    const sending = { id: "1" as never, uncertain: false, signal };
    expect(await made.send(address, message, sending)).toMatchObject({ outcome: "not_sent" });
    chat.say("early");
    await fake.faults.restore();
    await until(() => expect(texts()).toEqual(["early"]));
    expect(host.states.at(-1)).toEqual({ at: "connected" });
    expect(JSON.stringify([lines, host.states])).not.toContain(bot.token);
  });

  it("without a network it can be disconnected at once", async () => {
    const { fake, host, connected } = await setUp();
    await fake.faults.outage("refuse");
    const made = await connected();
    await made.disconnect();
    expect(host.states.at(-1)).toEqual({ at: "disconnected" });
  });

  it("a connect that is called off while Telegram is silent comes back", async () => {
    const { fake, host, adapter } = await setUp();
    fake.faults.blackHole("getMe");
    const off = new AbortController();
    const made = adapter();
    const connecting = made.connect(host, off.signal);
    await until(() => expect(fake.callsOf("getMe")).toHaveLength(1));
    off.abort();
    await connecting;
    await made.disconnect();
    expect(host.states.at(-1)).toEqual({ at: "disconnected" });
  });

  it("updates of unknown kinds and with garbage in them are passed over, and block nothing", async () => {
    const { bot, chat, host, lines, connected, texts } = await setUp();
    const person = { id: 7, is_bot: false, first_name: "Ann" };
    const here = { id: chat.id, type: "private", first_name: "Ann" };
    bot.raw({ message: { message_id: "seven", chat: here, date: 1, from: person, text: "x" } });
    bot.raw({ message: 17 });
    bot.raw({ callback_query: { id: "1", from: person } });
    bot.raw({});
    bot.raw({ message: { message_id: 8, chat: here, date: 1 } });
    bot.raw({ message: { message_id: 9, chat: here, date: 1, from: person } });
    bot.raw({
      message: {
        message_id: 10,
        chat: here,
        date: 1,
        from: { ...person, last_name: 5 },
        text: "still read",
        entities: "garbage",
        photo: [{ nothing: true }],
        reply_to_message: { what: 1 },
        media_group_id: {},
      },
    });
    await connected();
    await until(() => expect(bot.pending).toHaveLength(0));
    expect(texts()).toEqual(["still read"]);
    expect(lines.filter((line) => line.startsWith("update passed over"))).toHaveLength(2);
    expect(host.unread).toBe(2);
    chat.say("next");
    await until(() => expect(texts()).toEqual(["still read", "next"]));
  });

  it("an answer without a single number in it is not asked for in a hot loop", async () => {
    const { fake, chat, connected, texts } = await setUp();
    const body = { ok: true, result: [{ no: "number" }] };
    fake.faults.fail("getUpdates", { status: 200, body }, 2);
    chat.say("hello");
    await connected();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(fake.callsOf("getUpdates").length).toBeLessThan(3);
    await until(() => expect(texts()).toEqual(["hello"]));
  });

  it("privacy mode is warned of where a group is to be heard whole", async () => {
    const { lines, connected } = await setUp();
    await connected({ groups: { "*": "all" } });
    expect(lines.some((line) => line.startsWith("privacy mode"))).toBe(true);
  });
});
