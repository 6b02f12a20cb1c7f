import { Api, GrammyError, InlineKeyboard } from "grammy";
import { describe, expect, it } from "vitest";

import { createFakeClock } from "../fake-clock.ts";
import { refusal, setUp } from "./stand.ts";
import type { Stand } from "./stand.ts";

function told(bot: Stand["bot"]): (string | undefined)[] {
  return bot.pending.map((update) => update.message?.text);
}

describe("the fake Telegram's groups", () => {
  it("tell a bot in privacy mode only what is meant for it", async () => {
    const { api, fake, ann, bot } = await setUp();
    const other = fake.bot({ username: "other_bot" });
    const group = fake.group("Ops", { people: [ann], bots: [bot, other] });
    group.say("hello everyone");
    group.say("@sluice_bot to you");
    group.say("@other_bot not to you");
    group.say("/go to the last that wrote");
    group.say("/go@sluice_bot by name");
    group.say("/go@other_bot by name");
    const sent = await api.sendMessage(group.id, "here");
    const otherApi = new Api(other.token, { apiRoot: fake.url });
    await otherApi.sendMessage(group.id, "me too");
    group.say("a reply", { replyTo: sent.message_id });
    group.say("/go to the other, which wrote last");
    group.send({ kind: "photo", bytes: 10 }, { caption: "look, @Sluice_Bot" });
    expect(told(bot)).toEqual([
      "@sluice_bot to you",
      "/go to the last that wrote",
      "/go@sluice_bot by name",
      "a reply",
      undefined,
    ]);
    expect(told(other)).toEqual([
      "@other_bot not to you",
      "/go to the last that wrote",
      "/go@other_bot by name",
      "/go to the other, which wrote last",
    ]);
  });

  it("tell everything to administrators and to bots without privacy mode, but not what bots say", async () => {
    const { api, fake, ann, bot } = await setUp();
    const open = fake.bot({ canReadAllGroupMessages: true });
    const admin = fake.bot();
    const group = fake.group("Ops", { people: [ann], bots: [bot, open], admins: [admin] });
    group.say("hello everyone");
    await api.sendMessage(group.id, "hello @everyone");
    expect(told(bot)).toEqual([]);
    expect(told(open)).toEqual(["hello everyone"]);
    expect(told(admin)).toEqual(["hello everyone"]);
    const statuses = [bot, admin].map(async ({ id }) => api.getChatMember(group.id, id));
    expect(await Promise.all(statuses)).toMatchObject([
      { status: "member" },
      { status: "administrator" },
    ]);
  });

  it("throw a bot out, and tell it", async () => {
    const { api, fake, ann, bot } = await setUp();
    const group = fake.group("Ops", { people: [ann], bots: [bot] });
    const basic = fake.group("Old", { people: [ann], bots: [bot], basic: true });
    group.kick(bot);
    basic.kick(bot);
    group.say("@sluice_bot gone?");
    expect(bot.pending).toMatchObject([
      { my_chat_member: { new_chat_member: { status: "kicked", user: { id: bot.id } } } },
      { my_chat_member: { chat: { type: "group" } } },
    ]);
    expect(await refusal(api.sendMessage(group.id, "hi"))).toBe(
      "Forbidden: bot was kicked from the supergroup chat",
    );
    expect(await refusal(api.sendMessage(basic.id, "hi"))).toBe(
      "Forbidden: bot was kicked from the group chat",
    );
    group.invite(bot);
    await api.sendMessage(group.id, "back");
    expect(group.texts()).toEqual(["back"]);
  });

  it("migrate to supergroups, which are other chats", async () => {
    const { api, fake, ann, bot } = await setUp();
    const old = fake.group("Ops", { people: [ann], bots: [bot], basic: true });
    const fresh = old.migrate();
    expect(old.type).toBe("group");
    expect(fresh.type).toBe("supergroup");
    expect(bot.pending).toMatchObject([
      { message: { chat: { id: old.id }, migrate_to_chat_id: fresh.id } },
      { message: { chat: { id: fresh.id }, migrate_from_chat_id: old.id } },
    ]);
    const error: unknown = await api.sendMessage(old.id, "hi").catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(GrammyError);
    expect(error).toMatchObject({
      error_code: 400,
      description: "Bad Request: group chat was upgraded to a supergroup chat",
      parameters: { migrate_to_chat_id: fresh.id },
    });
    await api.sendMessage(fresh.id, "hi");
    expect(fresh.texts()).toEqual(["hi"]);
    expect(() => old.say("anyone?")).toThrow(/no more/);
  });
});

describe("the fake Telegram's topics", () => {
  it("carry their thread both ways", async () => {
    const { api, fake, ann, bot } = await setUp();
    const group = fake.group("Ops", { people: [ann], bots: [bot], forum: true });
    const topic = group.openTopic("Deploys");
    group.say("@sluice_bot hi", { thread: topic });
    expect(bot.pending).toMatchObject([
      { message: { message_id: topic, forum_topic_created: { name: "Deploys" } } },
      {
        message: {
          chat: { is_forum: true },
          message_thread_id: topic,
          is_topic_message: true,
          // So it is at Telegram: what answers nothing answers the message that opened the topic.
          reply_to_message: { message_id: topic },
        },
      },
    ]);
    const sent = await api.sendMessage(group.id, "hi", { message_thread_id: topic });
    expect(sent).toMatchObject({ message_thread_id: topic, is_topic_message: true });
    expect(group.message(sent.message_id)?.thread).toBe(topic);
  });

  it("refuse what is sent to none, to General by its number, to a closed or deleted one", async () => {
    const { api, fake, ann, bot } = await setUp();
    const group = fake.group("Ops", { people: [ann], bots: [bot], forum: true });
    const topic = group.openTopic("Deploys");
    const send = async (thread: number): Promise<string> =>
      refusal(api.sendMessage(group.id, "hi", { message_thread_id: thread }));
    expect(await send(99)).toBe("Bad Request: message thread not found");
    expect(await send(1)).toBe("Bad Request: message thread not found");
    group.closeTopic(topic);
    expect(await send(topic)).toBe("Bad Request: TOPIC_CLOSED");
    group.reopenTopic(topic);
    await api.sendMessage(group.id, "hi", { message_thread_id: topic });
    group.deleteTopic(topic);
    expect(await send(topic)).toBe("Bad Request: message thread not found");
    expect(group.seen()).toEqual([]);
    expect(bot.pending.map(({ message }) => Object.keys(message ?? {}).at(-1))).toEqual([
      "forum_topic_created",
      "forum_topic_closed",
      "forum_topic_reopened",
    ]);
  });

  it("are ignored where there are none", async () => {
    const { api, fake, ann, bot } = await setUp();
    const group = fake.group("Ops", { people: [ann], bots: [bot] });
    const sent = await api.sendMessage(group.id, "hi", { message_thread_id: 99 });
    expect(sent.message_thread_id).toBeUndefined();
  });
});

describe("the fake Telegram's private chats", () => {
  it("can be blocked and unblocked, and tell the bot", async () => {
    const { api, bot, chat } = await setUp();
    const { message_id: id } = await api.sendMessage(chat.id, "hi");
    chat.block();
    expect(bot.pending).toMatchObject([
      { my_chat_member: { new_chat_member: { status: "kicked" } } },
    ]);
    const blocked = "Forbidden: bot was blocked by the user";
    expect(await refusal(api.sendMessage(chat.id, "hi"))).toBe(blocked);
    expect(await refusal(api.editMessageText(chat.id, id, "ho"))).toBe(blocked);
    expect(await refusal(api.sendChatAction(chat.id, "typing"))).toBe(blocked);
    chat.unblock();
    await api.sendMessage(chat.id, "again");
    expect(bot.pending).toHaveLength(2);
  });

  it("can be gone", async () => {
    const { api, chat } = await setUp();
    chat.destroy();
    expect(await refusal(api.sendMessage(chat.id, "hi"))).toBe("Bad Request: chat not found");
  });

  it("bring edits, albums and files", async () => {
    const { bot, chat } = await setUp();
    const id = chat.say("frist");
    chat.edit(id, "first");
    const [one] = chat.album(
      [
        { kind: "photo", bytes: 100 },
        { kind: "photo", bytes: 100 },
      ],
      { caption: "two of them" },
    );
    chat.send({ kind: "document", bytes: 5, name: "a.txt" }, { replyTo: one ?? 0 });
    chat.send({ kind: "voice", bytes: 5, bare: true });
    const [, edited, ...rest] = bot.pending;
    expect(edited).toMatchObject({ edited_message: { message_id: id, text: "first" } });
    expect(edited?.edited_message?.edit_date).toBeGreaterThan(0);
    const [photo, second, document, voice] = rest.map(({ message }) => message);
    expect(photo).toMatchObject({ caption: "two of them" });
    expect(photo?.photo).toMatchObject([{ width: 90 }, { file_size: 100, width: 1280 }]);
    expect(second?.media_group_id).toBe(photo?.media_group_id);
    expect(second?.caption).toBeUndefined();
    expect(document).toMatchObject({
      document: { file_name: "a.txt", mime_type: "text/plain", file_size: 5 },
      reply_to_message: { message_id: one },
    });
    expect(Object.keys(voice?.voice ?? {}).toSorted()).toEqual([
      "duration",
      "file_id",
      "file_unique_id",
    ]);
  });

  it("bring presses of buttons, which can be answered for a while", async () => {
    const clock = createFakeClock();
    const { api, ann, bot, chat } = await setUp({ clock });
    const keyboard = new InlineKeyboard()
      .text("Approve", "yes:1")
      .text("Deny", "no:1")
      .url("See", "https://a.b");
    const { message_id: id } = await api.sendMessage(chat.id, "?", { reply_markup: keyboard });
    const press = chat.press(id, /app/i);
    expect(bot.pending).toMatchObject([
      {
        callback_query: { id: press.id, from: ann, data: "yes:1", message: { message_id: id } },
      },
    ]);
    expect(press.answer).toBeNull();
    expect(() => chat.press(id, "See")).toThrow(/is a link/);
    await api.answerCallbackQuery(press.id, { text: "done", show_alert: true });
    expect(press.answer).toEqual({ text: "done", showAlert: true });
    const late = chat.press(id, "Deny");
    clock.jump(15_000);
    const tooOld =
      "Bad Request: query is too old and response timeout expired or query ID is invalid";
    expect(await refusal(api.answerCallbackQuery(late.id))).toBe(tooOld);
    expect(await refusal(api.answerCallbackQuery("12345"))).toBe(tooOld);
    await api.editMessageText(chat.id, id, "decided");
    expect(() => chat.press(id, "Deny")).toThrow(/no button Deny/);
    chat.press(id, { data: "no:1" });
    expect(bot.pending).toHaveLength(3);
  });

  it("have threads only if topics were opened", async () => {
    const { api, bot, chat } = await setUp();
    expect(await refusal(api.sendMessage(chat.id, "hi", { message_thread_id: 7 }))).toBe(
      "Bad Request: message thread not found",
    );
    const topic = chat.openTopic("Trip");
    chat.say("in it", { thread: topic });
    expect(bot.pending.at(-1)).toHaveProperty("message.message_thread_id", topic);
    await api.sendMessage(chat.id, "hi", { message_thread_id: topic });
  });
});

describe("the fake Telegram's channels", () => {
  it("bring posts, and show the bot's without its name", async () => {
    const { api, fake, bot } = await setUp();
    const channel = fake.channel("News", { bots: [bot] });
    const id = channel.say("extra!");
    channel.edit(id, "extra, extra!");
    await api.sendMessage(channel.id, "more");
    expect(bot.pending).toMatchObject([
      { channel_post: { text: "extra!", sender_chat: { id: channel.id } } },
      { edited_channel_post: { text: "extra, extra!" } },
    ]);
    expect(channel.seen()).toMatchObject([{ from: null }, { from: null, byBot: true }]);
  });
});

describe("the fake Telegram's menus", () => {
  const commands = [{ command: "stop", description: "Stop the turn" }];

  it("are kept by scope and language", async () => {
    const { api, bot } = await setUp();
    const scope = { type: "all_private_chats" } as const;
    await api.setMyCommands(commands);
    await api.setMyCommands([], { scope, language_code: "de" });
    expect(await api.getMyCommands()).toEqual(commands);
    expect(await api.getMyCommands({ scope })).toEqual([]);
    expect(bot.commands()).toEqual(commands);
    await api.setMyCommands(commands, { scope, language_code: "de" });
    expect(bot.commands(scope, "de")).toEqual(commands);
    await api.deleteMyCommands({ scope, language_code: "de" });
    expect(bot.commands(scope, "de")).toEqual([]);
  });

  it.each([
    [{ command: "Stop", description: "x" }, "BOT_COMMAND_INVALID"],
    [{ command: "a-b", description: "x" }, "BOT_COMMAND_INVALID"],
    [{ command: "a".repeat(33), description: "x" }, "BOT_COMMAND_INVALID"],
    [{ command: "a", description: "" }, "command description must be non-empty"],
    [{ command: "a", description: "x".repeat(257) }, "BOT_COMMAND_DESCRIPTION_INVALID"],
    [{ command: "a" }, "can't parse BotCommand: Can't find field \"description\""],
  ])("refuse %o", async (command, reason) => {
    const { call } = await setUp();
    expect(await call("setMyCommands", { commands: [command] })).toMatchObject({
      description: `Bad Request: ${reason}`,
    });
  });
});
