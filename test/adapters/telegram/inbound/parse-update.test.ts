import { describe, expect, it } from "vitest";

import { createAlbums } from "../../../../adapters/telegram/inbound/albums.ts";
import { parseUpdate } from "../../../../adapters/telegram/inbound/parse-update.ts";
import type { UpdateReading } from "../../../../adapters/telegram/inbound/parse-update.ts";
import type { InboundMessage } from "../../../../sessions/message.ts";

const bot = { id: 99, username: "sluice_bot" };
const us = { id: 99, is_bot: true, first_name: "Sluice", username: "sluice_bot" };
const ann = { id: 7, is_bot: false, first_name: "Ann", last_name: "Lee" };
const privateChat = { id: 7, type: "private", first_name: "Ann" };
const group = { id: -100, type: "supergroup", title: "Ops" };

type Fields = Readonly<Record<string, unknown>>;

function reading(more: Partial<UpdateReading> = {}): UpdateReading {
  return {
    network: "telegram",
    account: "main",
    bot,
    aliases: { canonical: (chat) => chat },
    groups: { "*": "mention" },
    albums: createAlbums(),
    now: 5000,
    ...more,
  };
}

function message(fields: Fields): Fields {
  return { message_id: 10, chat: privateChat, date: 1700, from: ann, ...fields };
}

function parsed(fields: Fields, more: Partial<UpdateReading> = {}) {
  return parseUpdate({ update_id: 1, message: message(fields) }, reading(more));
}

/** The message that it must be. */
function read(fields: Fields, more: Partial<UpdateReading> = {}): InboundMessage {
  const found = parsed(fields, more);
  if (found.kind !== "message") throw new Error(`not a message: ${JSON.stringify(found)}`);
  return found.message;
}

/** Entities are found by their words, as Telegram counts: in UTF-16 units. */
function entity(text: string, words: string, fields: Fields): Fields {
  return { offset: text.indexOf(words), length: words.length, ...fields };
}

function inGroup(text: string, fields: Fields = {}): Fields {
  const found = [...text.matchAll(/@\w+/g)].map(([words]) =>
    entity(text, words, { type: "mention" }),
  );
  return { chat: group, text, entities: found, ...fields };
}

describe("what a Telegram update says", () => {
  it("a private message has all that the core asks for", () => {
    expect(read({ text: "hello" })).toEqual({
      externalId: "99:7:10",
      address: { network: "telegram", account: "main", chat: "7", thread: null },
      sender: { id: "7", name: "Ann Lee" },
      scope: "private",
      text: "hello",
      button: null,
      attachments: [],
      album: null,
      replyTo: null,
      edits: null,
      isLate: false,
      sentAt: 1_700_000,
    });
  });

  describe("the text", () => {
    it.each([
      ["@sluice_bot what is up?", "what is up?"],
      ["@Sluice_Bot, what is up?", "what is up?"],
      ["ask @sluice_bot about it", "ask @sluice_bot about it"],
      ["@sluice_bot", "@sluice_bot"],
      ["@sluice_bot /stop", "/stop"],
      ["@sluice_bot @other_bot hi", "@other_bot hi"],
    ])("%j in a group is read as %j", (text, wanted) => {
      expect(read(inGroup(text)).text).toBe(wanted);
    });

    it("a command to us by name is the command", () => {
      expect(read(inGroup("/new@sluice_bot please")).text).toBe("/new please");
      expect(read({ text: "/new@sluice_bot" }).text).toBe("/new");
    });

    it("where links lead and what is code is kept, behind an emoji, too", () => {
      const text = "👩‍🚀 see docs and run x now\nlet a = 1;";
      const entities = [
        entity(text, "docs", { type: "text_link", url: "https://example.org/a?b=1" }),
        entity(text, "x now", { type: "code" }),
        entity(text, "let a = 1;", { type: "pre", language: "js" }),
        entity(text, "see", { type: "bold" }),
      ];
      expect(read({ text, entities }).text).toBe(
        "👩‍🚀 see [docs](https://example.org/a?b=1) and run `x now`\n```js\nlet a = 1;\n```",
      );
    });

    it("a nested mark is read once, by the outer", () => {
      const text = "see code here";
      const entities = [
        entity(text, "code", { type: "code" }),
        entity(text, "see code", { type: "text_link", url: "https://example.org" }),
      ];
      expect(read({ text, entities }).text).toBe("[see code](https://example.org) here");
    });

    it.each([
      [{ sender_user: ann }, "Ann Lee"],
      [{ sender_user_name: "Hidden" }, "Hidden"],
      [{ sender_chat: group }, "Ops"],
      [{ chat: { id: -5, type: "channel", title: "News" } }, "News"],
      [{}, "somebody"],
    ])("what is forwarded says from whom: %j", (origin, name) => {
      expect(read({ text: "/stop", forward_origin: origin }).text).toBe(
        `[forwarded from ${name}]\n/stop`,
      );
    });

    it("what another person said is quoted before the answer to it, in part and shortened", () => {
      const reply = { message_id: 4, from: { ...ann, id: 8 }, text: "one\ntwo" };
      expect(read({ text: "yes", reply_to_message: reply }).text).toBe(
        "> Ann Lee: one\n> two\nyes",
      );
      const part = { text: "yes", reply_to_message: reply, quote: { text: "two" } };
      expect(read(part).text).toBe("> Ann Lee: two\nyes");
      const long = { ...reply, text: `${"x".repeat(599)}👍 end` };
      expect(read({ text: "yes", reply_to_message: long }).text).toBe(
        `> Ann Lee: ${"x".repeat(599)} …\nyes`,
      );
    });

    it("our own words are not said to us again, but for a part that was picked out", () => {
      const reply = { message_id: 4, from: us, text: "a long answer" };
      expect(read({ text: "why?", reply_to_message: reply })).toMatchObject({
        text: "why?",
        replyTo: "99:7:4",
      });
      const part = { text: "why?", reply_to_message: reply, quote: { text: "long" } };
      expect(read(part).text).toBe("> long\nwhy?");
    });

    it("a command that answers a message stays a command", () => {
      const reply = { message_id: 4, from: { ...ann, id: 8 }, text: "one" };
      expect(read({ text: "/stop", reply_to_message: reply }).text).toBe("/stop");
    });

    it.each([
      [{ location: { latitude: 52.5, longitude: 13.4 } }, "[location: 52.5, 13.4]"],
      [
        {
          location: { latitude: 1, longitude: 2 },
          venue: { location: { latitude: 1, longitude: 2 }, title: "Café", address: "Street 1" },
        },
        "[place: Café, Street 1 (1, 2)]",
      ],
      [{ contact: { first_name: "Bea", phone_number: "+49 1" } }, "[contact: Bea, +49 1]"],
      [
        { poll: { question: "Lunch?", options: [{ text: "yes" }, { text: "no" }] } },
        "[poll: Lunch? - yes - no]",
      ],
      [{ dice: { emoji: "🎲", value: 4 } }, "[🎲 shows 4]"],
    ])("what is shared without words is put in words: %j", (fields, wanted) => {
      expect(read(fields).text).toBe(wanted);
    });
  });

  describe("[T15] files", () => {
    it.each([
      [
        { photo: [photo("s", 90), photo("l", 1280), photo("m", 320)], caption: "look" },
        { kind: "photo", ref: "l", name: "photo.jpg", mime: "image/jpeg", size: 1280 },
      ],
      [
        { document: { file_id: "d", file_name: "a.pdf", mime_type: "application/pdf" } },
        { kind: "document", ref: "d", name: "a.pdf", mime: "application/pdf", size: null },
      ],
      [
        { document: { file_id: "d" } },
        { kind: "document", ref: "d", name: "file", mime: "application/octet-stream" },
      ],
      [
        { voice: { file_id: "v", mime_type: "audio/ogg", file_size: 5 } },
        { kind: "voice", ref: "v", name: "voice.ogg", mime: "audio/ogg", size: 5 },
      ],
      [
        { audio: { file_id: "a", file_name: "song.mp3" } },
        { kind: "other", ref: "a", name: "song.mp3", mime: "audio/mpeg" },
      ],
      [{ video: { file_id: "v" } }, { kind: "other", name: "video.mp4", mime: "video/mp4" }],
      [{ video_note: { file_id: "n" } }, { kind: "other", name: "video-note.mp4" }],
      [
        { animation: { file_id: "g" }, document: { file_id: "g" } },
        { kind: "document", ref: "g", name: "animation.mp4", mime: "video/mp4" },
      ],
      [
        { sticker: { file_id: "s", is_video: true, emoji: "👍" } },
        { kind: "other", ref: "s", name: "sticker.webm" },
      ],
    ])("%j", (fields, wanted) => {
      expect(read(fields).attachments).toMatchObject([wanted]);
      expect(read(fields).attachments).toHaveLength(1);
    });

    it("what stands under a file is the text, and a caption calls the bot like a text", () => {
      const caption = "@sluice_bot what is this?";
      const caption_entities = [entity(caption, "@sluice_bot", { type: "mention" })];
      const found = read({ chat: group, photo: [photo("l", 9)], caption, caption_entities });
      expect(found.text).toBe("what is this?");
    });
  });

  describe("[T13] places", () => {
    it.each([group, privateChat])("a topic is the thread, in %j", (chat) => {
      const fields = { chat, text: "/help", message_thread_id: 44, is_topic_message: true };
      expect(read(fields).address).toMatchObject({ chat: String(chat.id), thread: "44" });
    });

    it("a thread number of a reply is none, nor does what opens a topic count as answered", () => {
      const answers = { message_id: 44, from: us, text: "hi" };
      const reply = { chat: group, text: "yes", message_thread_id: 44, reply_to_message: answers };
      expect(read(reply)).toMatchObject({ address: { thread: null }, replyTo: "99:-100:44" });
      const opening = { message_id: 44, from: us, forum_topic_created: { name: "Plans" } };
      const first = { ...reply, is_topic_message: true, reply_to_message: opening };
      expect(parsed(first)).toEqual({ kind: "ignored", reason: "not for this bot" });
      const root = { ...first, reply_to_message: { message_id: 44, from: us, text: "root" } };
      expect(parsed(root)).toEqual({ kind: "ignored", reason: "not for this bot" });
      expect(read(first, { groups: { "*": "all" } }).replyTo).toBe(null);
    });

    it("a chat that moved keeps the name that sessions know, its messages the ids of now", () => {
      const aliases = { canonical: (chat: string) => (chat === "-100" ? "-5" : chat) };
      expect(read(inGroup("/help"), { aliases })).toMatchObject({
        externalId: "99:-100:10",
        address: { chat: "-5" },
        places: ["-100"],
      });
      expect(read(inGroup("/help"))).not.toHaveProperty("places");
      const press = { id: "1", from: ann, data: "x", message: message({ chat: group }) };
      const found = parseUpdate({ update_id: 1, callback_query: press }, reading({ aliases }));
      expect(found).toMatchObject({ message: { address: { chat: "-5" }, places: ["-100"] } });
    });
  });

  describe("[T13] groups", () => {
    it.each([
      ["@sluice_bot hi", {}, true],
      ["hi @SLUICE_BOT", {}, true],
      ["hi", { reply_to_message: { message_id: 1, from: us, text: "x" } }, true],
      ["hi", { reply_to_message: { message_id: 1, from: ann, text: "x" } }, false],
      ["/help", {}, true],
      ["hi", {}, false],
      ["hi @other_bot", {}, false],
      ["hi", { entities: [{ type: "text_mention", offset: 0, length: 2, user: us }] }, true],
      ["hi", { entities: [{ type: "text_mention", offset: 0, length: 2, user: ann }] }, false],
    ])("%j with %j calls the bot: %s", (text, fields, isHeard) => {
      expect(parsed(inGroup(text, fields)).kind).toBe(isHeard ? "message" : "ignored");
    });

    it("a group is heard as configured, by its id or the rest, also by the id it had before", () => {
      const kinds = (groups: UpdateReading["groups"], text: string) =>
        parsed(inGroup(text), { groups }).kind;
      expect(kinds({ "-100": "all", "*": "off" }, "hi")).toBe("message");
      expect(kinds({ "-100": "off", "*": "all" }, "@sluice_bot hi")).toBe("ignored");
      expect(kinds({ "*": "all" }, "hi")).toBe("message");
      expect(kinds({}, "hi")).toBe("ignored");
      expect(kinds({}, "/help")).toBe("message");
      const aliases = { canonical: () => "-5" };
      expect(parsed(inGroup("hi"), { aliases, groups: { "-5": "all" } }).kind).toBe("message");
    });

    it("another bot's command is not ours, wherever the bot hears all", () => {
      expect(parsed(inGroup("/stop@other_bot"), { groups: { "*": "all" } }).kind).toBe("ignored");
    });

    it("an administrator who hides and a channel speak as chats; other bots do not speak", () => {
      const hidden = { id: 1087968824, is_bot: true, first_name: "Group" };
      const all = { groups: { "*": "all" } } as const;
      expect(read(inGroup("hi", { from: hidden, sender_chat: group }), all).sender).toEqual({
        id: "-100",
        name: "Ops",
      });
      expect(parsed(inGroup("hi", { from: { ...us, id: 3 } }), all).kind).toBe("ignored");
      expect(parsed(inGroup("hi", { from: us }), all).kind).toBe("ignored");
    });

    it("channels are not spoken to", () => {
      const channel = { id: -9, type: "channel", title: "News" };
      expect(parsed({ chat: channel, text: "hi" }).kind).toBe("ignored");
      const raw = { update_id: 1, channel_post: message({ chat: channel, text: "hi" }) };
      expect(parseUpdate(raw, reading())).toEqual({ kind: "ignored", reason: "channel_post" });
    });
  });

  describe("[T14] changes", () => {
    it("a change names what it changes, and is one of its kind", () => {
      const fields = message({ text: "better", edit_date: 1800 });
      const found = parseUpdate({ update_id: 31, edited_message: fields }, reading());
      expect(found).toMatchObject({
        kind: "change",
        message: {
          externalId: "99:7:10:e1800-31",
          edits: "99:7:10",
          text: "better",
          sentAt: 1_800_000,
        },
      });
    });

    it("a place that moves says nothing", () => {
      const fields = message({ location: { latitude: 1, longitude: 2 }, edit_date: 1800 });
      expect(parseUpdate({ update_id: 31, edited_message: fields }, reading()).kind).toBe(
        "ignored",
      );
    });
  });

  it("[T14] the parts of an album share its name, and in a group the mention of one of them", () => {
    const ours = reading();
    const part = (id: number, fields: Fields): Fields => ({
      update_id: id,
      message: message({ message_id: id, chat: group, photo: [photo("p", 9)], ...fields }),
    });
    const caption = "@sluice_bot look";
    const mention = [entity(caption, "@sluice_bot", { type: "mention" })];
    const first = part(1, { media_group_id: "a", caption, caption_entities: mention });
    expect(parseUpdate(first, ours)).toMatchObject({ kind: "message", message: { album: "a" } });
    expect(parseUpdate(part(2, { media_group_id: "a" }), ours).kind).toBe("message");
    expect(parseUpdate(part(3, { media_group_id: "b" }), ours).kind).toBe("ignored");
  });

  describe("[T12] presses", () => {
    const press = (fields: Fields): Fields => ({
      update_id: 1,
      callback_query: { id: "cb1", from: ann, data: "r1:allow", ...fields },
    });

    it("a press says what the button carried and where it hangs, in groups without a mention", () => {
      const on = message({ chat: group, from: us, message_thread_id: 4, is_topic_message: true });
      expect(parseUpdate(press({ message: on }), reading())).toEqual({
        kind: "press",
        query: "cb1",
        message: {
          externalId: "99:cb:cb1",
          address: { network: "telegram", account: "main", chat: "-100", thread: "4" },
          sender: { id: "7", name: "Ann Lee" },
          scope: "group",
          text: "",
          button: { data: "r1:allow", on: "99:-100:10" },
          attachments: [],
          album: null,
          replyTo: null,
          edits: null,
          isLate: false,
          sentAt: 5000,
        },
      });
    });

    it("a message that Telegram no longer shows is enough", () => {
      const on = { chat: privateChat, message_id: 3, date: 0 };
      expect(parseUpdate(press({ message: on }), reading())).toMatchObject({
        kind: "press",
        message: { button: { on: "99:7:3" } },
      });
    });

    it("buttons of others are passed over", () => {
      expect(parseUpdate(press({ inline_message_id: "i" }), reading()).kind).toBe("ignored");
    });
  });

  it("both halves of a move tell it", () => {
    const away = { chat: { id: -5, type: "group", title: "Ops" }, migrate_to_chat_id: -100 };
    const here = { chat: group, migrate_from_chat_id: -5 };
    const wanted = { kind: "migration", old: "-5", now: "-100" };
    expect(parsed(away)).toEqual(wanted);
    expect(parsed(here)).toEqual(wanted);
  });

  it.each([
    [{ update_id: 1 }, "nothing"],
    [{ update_id: 1, chat_boost: {} }, "chat_boost"],
    [{ update_id: 1, message: message({ new_chat_title: "New" }) }, "a message without words"],
    [{ update_id: 1, message: message({ text: "" }) }, "a message without words"],
  ])("%j is passed over", (update, reason) => {
    expect(parseUpdate(update, reading())).toEqual({ kind: "ignored", reason });
  });

  it.each([null, 17, "x", {}, { update_id: "1" }, { update_id: 1, message: { text: "x" } }])(
    "%j is told to be no update",
    (update) => {
      expect(() => parseUpdate(update, reading())).toThrow();
    },
  );
});

function photo(file_id: string, width: number): Fields {
  return { file_id, width, height: width, file_size: width };
}
