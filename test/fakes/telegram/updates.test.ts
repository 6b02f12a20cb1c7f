import { Api } from "grammy";
import { describe, expect, it } from "vitest";

import { createFakeClock } from "../fake-clock.ts";
import { rawCall, refusal, setUp, signalOf, until } from "./stand.ts";

const HOUR = 3_600_000;
const BY_OTHER =
  "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";

function textsOf(updates: readonly { message?: { text?: string } }[]): (string | undefined)[] {
  return updates.map(({ message }) => message?.text);
}

describe("the fake Bot API", () => {
  it("gives an update again until an offset above it confirms it", async () => {
    const { api, bot, chat } = await setUp();
    chat.say("one");
    chat.say("two");
    const [one] = await api.getUpdates();
    expect(textsOf(await api.getUpdates())).toEqual(["one", "two"]);
    const after = await api.getUpdates({ offset: (one?.update_id ?? 0) + 1 });
    expect(textsOf(after)).toEqual(["two"]);
    expect(textsOf(await api.getUpdates())).toEqual(["two"]);
    expect(bot.pending).toHaveLength(1);
  });

  it("numbers updates one by one, and jumps only when none is pending", async () => {
    const { api, bot, chat } = await setUp();
    chat.say("one");
    chat.say("two");
    const [one, two] = await api.getUpdates();
    expect(two?.update_id).toBe((one?.update_id ?? 0) + 1);
    expect(() => bot.jumpIds()).toThrow(/pending/);
    await api.getUpdates({ offset: (two?.update_id ?? 0) + 1 });
    bot.jumpIds(5);
    chat.say("three");
    expect(bot.pending.map(({ update_id: id }) => id)).toEqual([5]);
  });

  it("believes no offset far above the last update", async () => {
    const { api, bot, chat } = await setUp();
    chat.say("one");
    const id = bot.pending[0]?.update_id ?? 0;
    expect(textsOf(await api.getUpdates({ offset: id + 1000 }))).toEqual(["one"]);
    expect(await api.getUpdates({ offset: id + 5 })).toEqual([]);
  });

  it("forgets all but the last at a negative offset", async () => {
    const { api, bot, chat } = await setUp();
    for (const text of ["one", "two", "three"]) chat.say(text);
    expect(textsOf(await api.getUpdates({ offset: -1 }))).toEqual(["three"]);
    expect(textsOf(await api.getUpdates())).toEqual(["three"]);
    expect(bot.dropped).toBe(2);
  });

  it("gives at most the limit, and 100 by itself", async () => {
    const { api, chat } = await setUp();
    for (let number = 0; number < 120; number += 1) chat.say(`${number}`);
    expect(await api.getUpdates()).toHaveLength(100);
    expect(await api.getUpdates({ limit: 3 })).toHaveLength(3);
    expect(await api.getUpdates({ limit: 1000 })).toHaveLength(100);
  });

  it("holds a long poll until something comes, with all that comes together", async () => {
    const { api, bot, chat } = await setUp();
    const poll = api.getUpdates({ timeout: 30 });
    await until(() => expect(bot.polling).toBe(1));
    chat.say("one");
    chat.say("two");
    expect(textsOf(await poll)).toEqual(["one", "two"]);
  });

  it("holds a poll with a negative offset for all that comes", async () => {
    const { api, bot, chat } = await setUp();
    const poll = api.getUpdates({ offset: -1, timeout: 30 });
    await until(() => expect(bot.polling).toBe(1));
    chat.say("one");
    chat.say("two");
    expect(textsOf(await poll)).toEqual(["one", "two"]);
  });

  it("ends a long poll with nothing at its time-out, 50 s at most", async () => {
    const clock = createFakeClock();
    const { api, bot } = await setUp({ clock });
    const poll = api.getUpdates({ timeout: 500 });
    await until(() => expect(bot.polling).toBe(1));
    await clock.advance(49_000);
    expect(bot.polling).toBe(1);
    await clock.advance(1000);
    expect(await poll).toEqual([]);
  });

  it("answers 409 to the first of two pollers", async () => {
    const { api, bot, chat } = await setUp();
    const first = refusal(api.getUpdates({ timeout: 30 }));
    await until(() => expect(bot.polling).toBe(1));
    const second = api.getUpdates({ timeout: 30 });
    expect(await first).toBe(BY_OTHER);
    chat.say("one");
    expect(textsOf(await second)).toEqual(["one"]);
  });

  it("lets go of a poller that has left", async () => {
    const { fake, bot, chat, call } = await setUp();
    const leaving = new AbortController();
    const poll = new Api(bot.token, { apiRoot: fake.url }).getUpdates(
      { timeout: 30 },
      signalOf(leaving),
    );
    await until(() => expect(bot.polling).toBe(1));
    leaving.abort();
    await expect(poll).rejects.toThrow("Network request for 'getUpdates' failed");
    await until(() => expect(bot.polling).toBe(0));
    expect(fake.calls.at(-1)?.outcome).toBe("gone");
    chat.say("one");
    expect(await call("getUpdates")).toMatchObject({ result: [{ message: { text: "one" } }] });
  });

  it("keeps updates for 24 h, and counts those that are gone", async () => {
    const clock = createFakeClock();
    const { api, bot, chat } = await setUp({ clock });
    chat.say("old");
    clock.jump(23 * HOUR);
    chat.say("new");
    expect(await api.getUpdates()).toHaveLength(2);
    clock.jump(HOUR);
    expect(textsOf(await api.getUpdates())).toEqual(["new"]);
    expect(bot.expired).toBe(1);
  });

  it("remembers the kinds that a bot wants", async () => {
    const { api, bot, chat } = await setUp();
    await api.getUpdates({ allowed_updates: ["message"] });
    const id = chat.say("one");
    chat.edit(id, "changed");
    expect(bot.pending).toHaveLength(1);
    await api.getUpdates();
    chat.edit(id, "changed again");
    expect(bot.pending).toHaveLength(1);
    await api.getUpdates({ allowed_updates: [] });
    chat.edit(id, "and again");
    expect(bot.pending.at(-1)).toHaveProperty("edited_message.text", "and again");
  });

  it("gives kinds of updates that nobody knows", async () => {
    const { api, bot } = await setUp();
    const id = bot.raw({ rich_cake: { size: 3 } });
    expect(await api.getUpdates()).toEqual([{ update_id: id, rich_cake: { size: 3 } }]);
  });

  it("repeats an update, under its id", async () => {
    const { api, bot, chat } = await setUp();
    chat.say("one");
    const id = bot.pending[0]?.update_id ?? 0;
    await api.getUpdates({ offset: id + 1 });
    bot.repeat(id);
    expect(await api.getUpdates()).toMatchObject([{ update_id: id, message: { text: "one" } }]);
  });

  it("brakes a poller that asks for the same again at once", async () => {
    const clock = createFakeClock();
    const { api, bot, chat } = await setUp({ clock, pollBrakes: true });
    expect(await api.getUpdates()).toEqual([]);
    const second = api.getUpdates();
    await until(() => expect(bot.polling).toBe(1));
    await clock.advance(3000);
    expect(await second).toEqual([]);
    await clock.advance(3000);
    chat.say("one");
    chat.say("two");
    expect(await api.getUpdates()).toHaveLength(2);
    expect(await api.getUpdates()).toHaveLength(1);
    await clock.advance(500);
    expect(await api.getUpdates()).toHaveLength(2);
  });

  it("delays the second of two conflicts", async () => {
    const clock = createFakeClock();
    const { api, bot, fake } = await setUp({ clock, pollBrakes: true });
    const asked = async (offset: number): Promise<void> => {
      await until(() => {
        expect(fake.callsOf("getUpdates")).toHaveLength(offset);
        expect(bot.polling).toBe(1);
      });
    };
    const first = refusal(api.getUpdates({ offset: 1, timeout: 30 }));
    await asked(1);
    const second = refusal(api.getUpdates({ offset: 2, timeout: 30 }));
    await asked(2);
    expect(await first).toBe(BY_OTHER);
    const third = api.getUpdates({ offset: 3, timeout: 30 });
    await asked(3);
    await clock.advance(2900);
    expect(fake.callsOf("getUpdates").map(({ outcome }) => outcome)).toEqual([409, "held", "held"]);
    await clock.advance(100);
    expect(await second).toBe(BY_OTHER);
    await clock.advance(27_000);
    expect(await third).toEqual([]);
  });
});

describe("the fake Bot API's door", () => {
  it("answers 401 to a token that it does not know", async () => {
    const { fake } = await setUp();
    const stranger = new Api("123456:wrong", { apiRoot: fake.url });
    expect(await refusal(stranger.getMe())).toBe("Unauthorized");
  });

  it("answers 401 to a token that was revoked, also to who waits", async () => {
    const { api, bot } = await setUp();
    const poll = refusal(api.getUpdates({ timeout: 30 }));
    await until(() => expect(bot.polling).toBe(1));
    bot.revoke();
    expect(await poll).toBe("Unauthorized");
    expect(await refusal(api.getMe())).toBe("Unauthorized");
  });

  it("answers 404 to paths and methods that there are not", async () => {
    const { fake, call } = await setUp();
    const notFound = { ok: false, error_code: 404, description: "Not Found" };
    expect(await rawCall(`${fake.url}/botnonsense/getMe`)).toEqual(notFound);
    expect(await rawCall(`${fake.url}/elsewhere`)).toEqual(notFound);
    expect(await call("getCake")).toEqual({
      ok: false,
      error_code: 404,
      description: "Not Found: method not found",
    });
  });

  it("takes methods in any case, and parameters as JSON, form or query", async () => {
    const { fake, bot, chat } = await setUp();
    const root = `${fake.url}/bot${bot.token}`;
    await rawCall(`${root}/SENDMESSAGE`, { chat_id: String(chat.id), text: "json" });
    await rawCall(`${root}/sendmessage?chat_id=${chat.id}&text=query`);
    await fetch(`${root}/sendMessage`, {
      method: "POST",
      body: new URLSearchParams({ chat_id: String(chat.id), text: "form" }),
    });
    const multipart = new FormData();
    multipart.set("chat_id", String(chat.id));
    multipart.set("text", "multipart");
    await fetch(`${root}/sendMessage`, { method: "POST", body: multipart });
    expect(chat.texts()).toEqual(["json", "query", "form", "multipart"]);
  });

  it("tells a bot who it is", async () => {
    const { api, bot } = await setUp();
    expect(await api.getMe()).toMatchObject({
      id: bot.id,
      is_bot: true,
      username: "sluice_bot",
      can_join_groups: true,
      can_read_all_group_messages: false,
    });
  });

  it("logs calls without their token", async () => {
    const { api, bot, chat, fake } = await setUp();
    await api.sendMessage(chat.id, "hi");
    expect(fake.callsOf("SendMessage")).toMatchObject([
      { method: "sendmessage", bot: bot.id, payload: { text: "hi" }, outcome: 200 },
    ]);
    expect(JSON.stringify(fake.calls)).not.toContain(bot.token);
  });

  it("keeps two bots apart", async () => {
    const { api, fake, ann, chat } = await setUp();
    const other = fake.bot();
    const otherApi = new Api(other.token, { apiRoot: fake.url });
    const otherChat = fake.privateChat(ann, other);
    otherChat.say("to the other");
    await otherApi.sendMessage(ann.id, "from the other");
    expect(await api.getUpdates()).toEqual([]);
    expect(chat.seen()).toEqual([]);
    expect(otherChat.seen().map(({ id }) => id)).toEqual([1, 2]);
  });
});
