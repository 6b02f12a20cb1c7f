import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { parseExternalId } from "../../../../adapters/telegram/external-id.ts";
import { startSpeaker } from "./speaker.ts";
import type { Speaker } from "./speaker.ts";

let speaker: Speaker;
beforeEach(async () => {
  speaker = await startSpeaker();
});
afterEach(async () => {
  const { told, bot } = speaker;
  await speaker.stop();
  expect(told()).not.toContain(bot.token);
});

const ASTRONAUT = "👩‍🚀";

describe("a text", () => {
  it("[T10] Markdown of an agent is seen formatted, without a preview of its links", async () => {
    const id = await speaker.place(speaker.chat, "**Done**: see [the page](https://example.org)");
    const [seen] = speaker.chat.seen();
    expect(seen).toMatchObject({
      text: "Done: see the page",
      entities: [
        { type: "bold", offset: 0, length: 4 },
        { type: "text_link", offset: 10, length: 8, url: "https://example.org" },
      ],
    });
    expect(id).toBe(speaker.externalId(speaker.chat, seen?.id ?? 0));
    const [call] = speaker.fake.callsOf("sendMessage");
    expect(call?.payload).toMatchObject({ link_preview_options: { is_disabled: true } });
    expect(call?.payload).not.toHaveProperty("parse_mode");
  });

  it.each([
    "Bad Request: can't parse entities: Can't find end of the entity",
    "Bad Request: entity begins in a middle of a UTF-16 symbol at byte offset 3",
    "Bad Request: ENTITY_BOUNDS_INVALID",
  ])(
    "[T10] formatting that Telegram refuses (%s) is sent as the plain source",
    async (description) => {
      const body = { ok: false, error_code: 400, description };
      speaker.fake.faults.fail("sendMessage", { status: 400, body }, 1);
      await speaker.place(speaker.chat, "**bold** _and_ `code`");
      expect(speaker.chat.seen()).toMatchObject([{ text: "**bold** _and_ `code`" }]);
      expect(speaker.told()).toContain("sent as plain text");
      expect(speaker.told()).not.toContain("bold");
    },
  );

  it("[T10] an edit whose formatting is refused is made with the plain source", async () => {
    const id = await speaker.place(speaker.chat, "…");
    const body = { ok: false, error_code: 400, description: "Bad Request: can't parse entities" };
    speaker.fake.faults.fail("editMessageText", { status: 400, body }, 1);
    expect(await speaker.edit(speaker.chat, id, "**bold**")).toMatchObject({ outcome: "sent" });
    expect(speaker.chat.texts()).toEqual(["**bold**"]);
  });

  it("[T10] a text of exactly the limit with an emoji at its end is seen whole", async () => {
    const text = `${"é".repeat(4096 - ASTRONAUT.length)}${ASTRONAUT}`;
    await speaker.place(speaker.chat, text);
    expect(speaker.chat.texts()).toEqual([text]);
  });

  it("[T10] a text above the limit is cut where no emoji is halved, and that is to be seen", async () => {
    for (const before of [4090, 4091, 4092, 4093, 4094, 4095]) {
      await speaker.place(speaker.chat, `${"e".repeat(before)}${ASTRONAUT} and more`);
    }
    for (const text of speaker.chat.texts()) {
      expect(text.length).toBeLessThanOrEqual(4096);
      expect(text).toMatch(/^e+(👩‍🚀)?( and more)?\n…$/u);
    }
  });

  it("[T10] a text that Telegram still counts longer than we do is cut", async () => {
    const body = { ok: false, error_code: 400, description: "Bad Request: message is too long" };
    speaker.fake.faults.fail("sendMessage", { status: 400, body }, 1);
    await speaker.place(speaker.chat, `**${"a".repeat(4094)}**`);
    expect(speaker.chat.texts()).toEqual([`**${"a".repeat(4092)}\n…`]);
  });

  it("a text that shows nothing is refused", async () => {
    expect(await speaker.send(speaker.chat, " \n ")).toEqual({
      outcome: "refused",
      reason: expect.stringContaining("empty") as string,
    });
  });

  it("characters that Telegram refuses are replaced", async () => {
    await speaker.place(speaker.chat, "half \ud83d of it\u0000");
    expect(speaker.chat.texts()).toEqual(["half \ufffd of it"]);
  });
});

describe("an edit", () => {
  it("[T08] the final text takes the place of the first, and the same again is success", async () => {
    const id = await speaker.place(speaker.chat, "Looking …");
    for (let time = 0; time < 2; time += 1) {
      expect(await speaker.edit(speaker.chat, id, "**Found**")).toEqual({
        outcome: "sent",
        externalId: id,
      });
    }
    expect(speaker.chat.seen()).toMatchObject([
      { text: "Found", entities: [{ type: "bold" }], edits: 1 },
    ]);
  });

  it("[T08] an edit whose answer is lost may be made again", async () => {
    const id = await speaker.place(speaker.chat, "first");
    speaker.fake.faults.cutAnswers("editMessageText", 1);
    expect(await speaker.edit(speaker.chat, id, "last")).toMatchObject({ outcome: "unknown" });
    expect(await speaker.edit(speaker.chat, id, "last")).toMatchObject({ outcome: "sent" });
    expect(speaker.chat.texts()).toEqual(["last"]);
  });

  it("[T08] an edit of a message that people deleted is refused", async () => {
    const id = await speaker.place(speaker.chat, "first");
    speaker.chat.remove(parseExternalId(id)?.message ?? 0);
    expect(await speaker.edit(speaker.chat, id, "last")).toMatchObject({
      outcome: "refused",
      reason: expect.stringContaining("message to edit not found") as string,
    });
  });

  it("an edit of somebody else's message is refused", async () => {
    const hers = speaker.externalId(speaker.chat, speaker.chat.say("mine"));
    expect(await speaker.edit(speaker.chat, hers, "yours")).toMatchObject({
      outcome: "refused",
      reason: expect.stringContaining("can't be edited") as string,
    });
    expect(speaker.chat.seen().map(({ text }) => text)).toEqual(["mine"]);
  });

  it("an edit of what an earlier bot of the account placed asks nothing", async () => {
    const place = await speaker.place(speaker.chat, "mine");
    const other = place.replace(/^\d+/, "777");
    for (const id of [other, "999999999", "77:cb:1"]) {
      expect(await speaker.edit(speaker.chat, id, "yours")).toMatchObject({ outcome: "refused" });
    }
    expect(speaker.fake.callsOf("editMessageText")).toEqual([]);
  });

  it("an edit of a file's caption is refused", async () => {
    const album = speaker.chat.send({ kind: "document", bytes: 3 });
    expect(
      await speaker.edit(speaker.chat, speaker.externalId(speaker.chat, album), "x"),
    ).toMatchObject({ outcome: "refused" });
  });
});

describe("buttons", () => {
  const rows = [
    [
      { label: "Allow", data: "r1:allow" },
      { label: "Deny", data: "x".repeat(64) },
    ],
    [{ label: "Stop", data: "stop" }],
  ];

  it("[T12] buttons hang under a message in their rows, and are gone after an edit without", async () => {
    const id = await speaker.place(speaker.chat, { text: "May I?", buttons: rows });
    expect(speaker.chat.seen()[0]?.buttons).toEqual(
      rows.map((row) => row.map((button) => ({ ...button, url: null }))),
    );
    await speaker.edit(speaker.chat, id, { text: "May I now?", buttons: rows.slice(1) });
    expect(speaker.chat.seen()[0]?.buttons).toHaveLength(1);
    await speaker.edit(speaker.chat, id, "Allowed.");
    expect(speaker.chat.seen()).toMatchObject([{ text: "Allowed.", buttons: [] }]);
  });

  it("buttons that change under the same text are an edit", async () => {
    const id = await speaker.place(speaker.chat, { text: "May I?", buttons: rows });
    expect(await speaker.edit(speaker.chat, id, "May I?")).toMatchObject({ outcome: "sent" });
    expect(speaker.chat.seen()[0]?.buttons).toEqual([]);
  });

  it("a button that carries more than 64 bytes is refused in words", async () => {
    const buttons = [[{ label: "Allow", data: "é".repeat(33) }]];
    expect(await speaker.send(speaker.chat, { text: "May I?", buttons })).toMatchObject({
      outcome: "refused",
      reason: expect.stringContaining("BUTTON_DATA_INVALID") as string,
    });
  });

  it("rows without buttons are left out", async () => {
    await speaker.place(speaker.chat, { text: "well", buttons: [[], []] });
    expect(speaker.fake.calls[0]?.payload).not.toHaveProperty("reply_markup");
  });
});

describe("a forum", () => {
  it("[T13] an answer stays in its topic, and what is in General has none", async () => {
    const { fake, bot, ann } = speaker;
    const forum = fake.group("Ops", { people: [ann], bots: [bot], forum: true });
    const topic = forum.openTopic("Deploys");
    await speaker.send(speaker.address(forum, topic), "in the topic");
    await speaker.send(speaker.address(forum), "in General");
    expect(forum.seen().filter(({ byBot }) => byBot)).toMatchObject([
      { text: "in the topic", thread: topic },
      { text: "in General", thread: null },
    ]);
    await speaker.outbound.typing(speaker.address(forum, topic));
    expect(forum.actions).toMatchObject([{ action: "typing", thread: topic }]);
  });

  it("[T13] a topic that is closed or gone refuses, in words", async () => {
    const { fake, bot, ann } = speaker;
    const forum = fake.group("Ops", { people: [ann], bots: [bot], forum: true });
    const topic = forum.openTopic("Deploys");
    forum.closeTopic(topic);
    expect(await speaker.send(speaker.address(forum, topic), "late")).toEqual({
      outcome: "refused",
      reason: "Bad Request: TOPIC_CLOSED",
    });
    forum.deleteTopic(topic);
    expect(await speaker.send(speaker.address(forum, topic), "late")).toEqual({
      outcome: "refused",
      reason: "Bad Request: message thread not found",
    });
  });
});
