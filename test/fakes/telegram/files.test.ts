import { InputFile, InputMediaBuilder } from "grammy";
import { describe, expect, it } from "vitest";

import { refusal, setUp } from "./stand.ts";

describe("the fake Bot API's files", () => {
  it("come to bots by id, path and download", async () => {
    const { api, bot, chat, fake } = await setUp();
    const bytes = Buffer.from("some bytes");
    chat.send({ kind: "document", bytes, name: "a.txt" });
    const id = bot.pending[0]?.message?.document?.file_id ?? "";
    const file = await api.getFile(id);
    expect(file).toMatchObject({ file_id: id, file_size: bytes.length });
    const response = await fetch(`${fake.url}/file/bot${bot.token}/${file.file_path}`);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
    const missing = await fetch(`${fake.url}/file/bot${bot.token}/documents/none`);
    expect(missing.status).toBe(404);
    const stranger = await fetch(`${fake.url}/file/bot1:x/${file.file_path}`);
    expect(stranger.status).toBe(401);
  });

  it("are refused above 20 MB, and when nobody knows them", async () => {
    const { api, bot, chat } = await setUp();
    chat.send({ kind: "document", bytes: 20 * 1024 * 1024 + 1 });
    const id = bot.pending[0]?.message?.document?.file_id ?? "";
    expect(await refusal(api.getFile(id))).toBe("Bad Request: file is too big");
    expect(await refusal(api.getFile("nonsense"))).toBe("Bad Request: invalid file_id");
  });

  it("come from bots with a caption, and are seen with their bytes", async () => {
    const { api, chat } = await setUp();
    const bytes = Buffer.from([0, 13, 10, 45, 45, 255]);
    await api.sendDocument(chat.id, new InputFile(bytes, "größe.pdf"), { caption: "the *file*" });
    await api.sendPhoto(chat.id, new InputFile(bytes));
    await api.sendVoice(chat.id, new InputFile(bytes));
    expect(chat.seen()).toMatchObject([
      {
        text: "the *file*",
        file: { kind: "document", name: "größe.pdf", mime: "application/pdf", bytes },
      },
      { text: "", file: { kind: "photo", name: null, mime: "image/jpeg", bytes } },
      { file: { kind: "voice", mime: "audio/ogg", bytes } },
    ]);
  });

  it("can be sent again by their id, as the same kind", async () => {
    const { api, chat, call } = await setUp();
    const sent = await api.sendDocument(chat.id, new InputFile(Buffer.from("x"), "a.txt"));
    const id = sent.document.file_id;
    await api.sendDocument(chat.id, id);
    expect(chat.seen()[1]?.file?.fileId).toBe(id);
    expect(await refusal(api.sendPhoto(chat.id, id))).toBe(
      "Bad Request: can't use file of type Document as Photo",
    );
    expect(await refusal(api.sendDocument(chat.id, "nonsense"))).toBe(
      "Bad Request: wrong remote file identifier specified: Wrong string length",
    );
    expect(await call("sendDocument", { chat_id: chat.id })).toMatchObject({
      description: "Bad Request: there is no document in the request",
    });
  });

  it("have captions of 1024 characters, which can be edited", async () => {
    const { api, chat } = await setUp();
    const file = new InputFile(Buffer.from("x"), "a.txt");
    const other = { caption: "x".repeat(1025) };
    expect(await refusal(api.sendDocument(chat.id, file, other))).toBe(
      "Bad Request: message caption is too long",
    );
    const again = new InputFile(Buffer.from("x"), "a.txt");
    const { message_id: id } = await api.sendDocument(chat.id, again, { caption: "one" });
    await api.editMessageCaption(chat.id, id, { caption: "two" });
    expect(chat.message(id)).toMatchObject({ text: "two", edits: 1 });
    expect(await refusal(api.editMessageText(chat.id, id, "three"))).toBe(
      "Bad Request: there is no text in the message to edit",
    );
  });

  it("are refused when empty or above the limit (413)", async () => {
    const { api, chat } = await setUp({ uploadLimit: 1000 });
    const empty = new InputFile(Buffer.alloc(0), "a.txt");
    expect(await refusal(api.sendDocument(chat.id, empty))).toBe(
      "Bad Request: file must be non-empty",
    );
    const large = new InputFile(Buffer.alloc(1000), "a.txt");
    expect(await refusal(api.sendDocument(chat.id, large))).toBe("Request Entity Too Large");
    expect(chat.seen()).toEqual([]);
  });

  it("come as albums of 2 to 10 of one kind", async () => {
    const { api, chat } = await setUp();
    const photo = (caption?: string): ReturnType<typeof InputMediaBuilder.photo> =>
      InputMediaBuilder.photo(
        new InputFile(Buffer.from("x"), "a.jpg"),
        caption === undefined ? {} : { caption },
      );
    const sent = await api.sendMediaGroup(chat.id, [photo("two"), photo()]);
    expect(sent).toHaveLength(2);
    const { media_group_id: album } = sent[0] as { media_group_id?: string };
    expect(album).toMatch(/^\d+$/);
    expect(chat.seen().map(({ album, text }) => [album, text])).toEqual([
      [album, "two"],
      [album, ""],
    ]);
    expect(await refusal(api.sendMediaGroup(chat.id, [photo()]))).toBe(
      "Bad Request: there must be 2-10 items in a media group",
    );
    const document = InputMediaBuilder.document(new InputFile(Buffer.from("x"), "a.txt"));
    const mixed = [photo(), document] as unknown as ReturnType<typeof photo>[];
    expect(await refusal(api.sendMediaGroup(chat.id, mixed))).toBe(
      "Bad Request: can't use the media of the specified type in the album",
    );
  });
});
