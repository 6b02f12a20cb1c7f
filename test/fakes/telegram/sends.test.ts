import { InlineKeyboard } from "grammy";
import { describe, expect, it } from "vitest";

import { createFakeClock } from "../fake-clock.ts";
import { refusal, setUp } from "./stand.ts";

const NOT_MODIFIED =
  "Bad Request: message is not modified: specified new message content and reply markup are " +
  "exactly the same as a current content and reply markup of the message";

describe("the fake Bot API, for a bot that sends,", () => {
  it("shows the message, and answers with it", async () => {
    const { api, ann, bot, chat } = await setUp();
    const asked = chat.say("how?");
    const sent = await api.sendMessage(chat.id, "so", {
      reply_parameters: { message_id: asked },
      reply_markup: new InlineKeyboard().text("Yes", "y").row().url("See", "https://a.b"),
    });
    expect(sent).toMatchObject({
      message_id: 2,
      from: { id: bot.id, is_bot: true },
      chat: { id: ann.id, type: "private", first_name: "Ann", username: "ann" },
      text: "so",
      reply_to_message: { message_id: asked, text: "how?" },
    });
    expect(chat.seen()).toMatchObject([
      { id: asked, byBot: false, from: ann },
      {
        id: 2,
        byBot: true,
        text: "so",
        replyTo: asked,
        edited: false,
        buttons: [
          [{ label: "Yes", data: "y", url: null }],
          [{ label: "See", data: null, url: "https://a.b" }],
        ],
      },
    ]);
    expect(bot.pending).toHaveLength(1);
  });

  it("refuses chats that it does not know", async () => {
    const { api, call } = await setUp();
    expect(await refusal(api.sendMessage(42, "hi"))).toBe("Bad Request: chat not found");
    expect(await refusal(api.sendMessage("@nobody", "hi"))).toBe("Bad Request: chat not found");
    expect(await call("sendMessage", { text: "hi" })).toMatchObject({
      description: "Bad Request: chat_id is empty",
    });
  });

  it("refuses an answer to a message that is gone, unless that is allowed", async () => {
    const { api, chat } = await setUp();
    const id = chat.say("never mind");
    chat.remove(id);
    const reply = { message_id: id };
    expect(await refusal(api.sendMessage(chat.id, "hi", { reply_parameters: reply }))).toBe(
      "Bad Request: message to be replied not found",
    );
    const allowed = { ...reply, allow_sending_without_reply: true };
    const sent = await api.sendMessage(chat.id, "hi", { reply_parameters: allowed });
    expect(sent.reply_to_message).toBeUndefined();
  });

  it.each([
    [{ text: "a", callback_data: "x".repeat(65) }, "BUTTON_DATA_INVALID"],
    [{ text: "a", callback_data: "é".repeat(33) }, "BUTTON_DATA_INVALID"],
    [{ text: "a", callback_data: "" }, "BUTTON_DATA_INVALID"],
    [{ text: "", callback_data: "x" }, "inline keyboard button text must be non-empty"],
    [
      { text: "a" },
      "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ],
    [
      { text: "a", url: "http://localhost" },
      "inline keyboard button URL 'http://localhost' is invalid: Wrong HTTP URL",
    ],
  ])("refuses the button %o", async (button, reason) => {
    const { call, chat } = await setUp();
    const markup = { inline_keyboard: [[button]] };
    expect(
      await call("sendMessage", { chat_id: chat.id, text: "hi", reply_markup: markup }),
    ).toEqual({ ok: false, error_code: 400, description: `Bad Request: ${reason}` });
  });

  it("takes 64 bytes of callback data", async () => {
    const { api, chat } = await setUp();
    const keyboard = new InlineKeyboard().text("a", "é".repeat(32));
    await api.sendMessage(chat.id, "hi", { reply_markup: keyboard });
    expect(chat.seen()[0]?.buttons[0]?.[0]?.data).toHaveLength(32);
  });

  it("counts typing, and refuses actions that there are not", async () => {
    const { api, chat, call } = await setUp();
    await api.sendChatAction(chat.id, "typing");
    expect(chat.actions).toMatchObject([{ action: "typing", thread: null }]);
    expect(await call("sendChatAction", { chat_id: chat.id, action: "dancing" })).toMatchObject({
      description: "Bad Request: wrong parameter action in request",
    });
  });

  it("takes drafts in private chats only", async () => {
    const { call, fake, ann, bot, chat } = await setUp();
    const group = fake.group("Ops", { people: [ann], bots: [bot] });
    await call("sendMessageDraft", { chat_id: chat.id, draft_id: 7, text: "so fa" });
    expect(chat.drafts).toMatchObject([{ draftId: 7, text: "so fa" }]);
    expect(
      await call("sendMessageDraft", { chat_id: group.id, draft_id: 7, text: "x" }),
    ).toMatchObject({ description: "Bad Request: TEXTDRAFT_PEER_INVALID" });
    expect(await call("sendMessageDraft", { chat_id: chat.id, text: "x" })).toMatchObject({
      description: "Bad Request: RANDOM_ID_INVALID",
    });
  });
});

describe("the fake Bot API, for a bot that edits,", () => {
  it("changes text and buttons, and takes buttons away that are not given", async () => {
    const { api, chat } = await setUp();
    const keyboard = new InlineKeyboard().text("a", "a");
    const { message_id: id } = await api.sendMessage(chat.id, "one", { reply_markup: keyboard });
    const edited = await api.editMessageText(chat.id, id, "two");
    expect(edited).toMatchObject({ message_id: id, text: "two" });
    expect(chat.message(id)).toMatchObject({ text: "two", buttons: [], edited: true, edits: 1 });
    await api.editMessageReplyMarkup(chat.id, id, { reply_markup: keyboard });
    expect(chat.message(id)).toMatchObject({ text: "two", buttons: [[{ label: "a" }]], edits: 2 });
  });

  it("refuses to change nothing", async () => {
    const { api, chat } = await setUp();
    const keyboard = new InlineKeyboard().text("a", "a");
    const { message_id: id } = await api.sendMessage(chat.id, "one", { reply_markup: keyboard });
    const again = api.editMessageText(chat.id, id, "one ", { reply_markup: keyboard });
    expect(await refusal(again)).toBe(NOT_MODIFIED);
    expect(await refusal(api.editMessageReplyMarkup(chat.id, id, { reply_markup: keyboard }))).toBe(
      NOT_MODIFIED,
    );
    expect(chat.message(id)).toMatchObject({ edited: false, edits: 0 });
    await api.editMessageText(chat.id, id, "<b>one</b>", { parse_mode: "HTML" });
  });

  it("refuses messages that are gone, or another's", async () => {
    const { api, chat } = await setUp();
    const asked = chat.say("mine");
    expect(await refusal(api.editMessageText(chat.id, asked, "x"))).toBe(
      "Bad Request: message can't be edited",
    );
    const { message_id: id } = await api.sendMessage(chat.id, "one");
    chat.remove(id);
    expect(await refusal(api.editMessageText(chat.id, id, "x"))).toBe(
      "Bad Request: message to edit not found",
    );
  });

  it("holds edits to the rules of text", async () => {
    const { api, chat } = await setUp();
    const { message_id: id } = await api.sendMessage(chat.id, "one");
    expect(await refusal(api.editMessageText(chat.id, id, "x".repeat(4097)))).toBe(
      "Bad Request: message is too long",
    );
    expect(await refusal(api.editMessageText(chat.id, id, ""))).toBe(
      "Bad Request: message text is empty",
    );
    expect(await refusal(api.editMessageCaption(chat.id, id, { caption: "c" }))).toBe(
      "Bad Request: there is no caption in the message to edit",
    );
  });
});

describe("the fake Bot API, for a bot that deletes or reacts,", () => {
  it("deletes anything in a private chat for 48 h", async () => {
    const clock = createFakeClock();
    const { api, chat } = await setUp({ clock });
    const asked = chat.say("oops");
    const { message_id: id } = await api.sendMessage(chat.id, "one");
    const { message_id: old } = await api.sendMessage(chat.id, "two");
    await api.deleteMessage(chat.id, asked);
    await api.deleteMessage(chat.id, id);
    expect(chat.texts()).toEqual(["two"]);
    expect(await refusal(api.deleteMessage(chat.id, id))).toBe(
      "Bad Request: message to delete not found",
    );
    clock.jump(49 * 3_600_000);
    expect(await refusal(api.deleteMessage(chat.id, old))).toBe(
      "Bad Request: message can't be deleted",
    );
  });

  it("lets only administrators delete what others wrote in a group", async () => {
    const { api, fake, ann, bot } = await setUp();
    const member = fake.group("A", { people: [ann], bots: [bot] });
    const admin = fake.group("B", { people: [ann], bots: [], admins: [bot] });
    expect(await refusal(api.deleteMessage(member.id, member.say("x")))).toBe(
      "Bad Request: message can't be deleted",
    );
    await api.deleteMessage(admin.id, admin.say("x"));
    expect(admin.seen()).toEqual([]);
  });

  it("sets a reaction of those that Telegram has", async () => {
    const { api, chat, call } = await setUp();
    const id = chat.say("hi");
    await api.setMessageReaction(chat.id, id, [{ type: "emoji", emoji: "👀" }]);
    expect(chat.message(id)?.reactions).toEqual(["👀"]);
    await api.setMessageReaction(chat.id, id, []);
    expect(chat.message(id)?.reactions).toEqual([]);
    const hourglass = [{ type: "emoji", emoji: "⏳" }];
    expect(
      await call("setMessageReaction", { chat_id: chat.id, message_id: id, reaction: hourglass }),
    ).toMatchObject({ description: "Bad Request: REACTION_INVALID" });
    expect(await refusal(api.setMessageReaction(chat.id, 99, []))).toBe(
      "Bad Request: message to react not found",
    );
  });
});
