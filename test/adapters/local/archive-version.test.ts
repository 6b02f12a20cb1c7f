import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { never, openChat } from "./local-chat.ts";
import type { OpenedChat } from "./local-chat.ts";

/** As the program before files wrote it. */
const VERSION_1 = `
  CREATE TABLE messages (
    seq INTEGER PRIMARY KEY,
    touched INTEGER NOT NULL,
    external_id TEXT NOT NULL UNIQUE,
    chat TEXT NOT NULL,
    thread TEXT,
    sender_id TEXT,
    sender_name TEXT,
    text TEXT NOT NULL,
    buttons TEXT NOT NULL,
    reply_to TEXT,
    sent_at INTEGER NOT NULL,
    edited_at INTEGER
  );
  CREATE INDEX messages_by_chat ON messages (chat, seq);
  CREATE INDEX edited_by_chat ON messages (chat, touched) WHERE touched > seq;
  CREATE INDEX edited ON messages (touched) WHERE touched > seq;
  PRAGMA user_version = 1;
  INSERT INTO messages VALUES
    (7, 7, 'home~m1', 'home', NULL, 'you', 'you', 'hello', '', NULL, 5, NULL),
    (8, 9, 'out_1', 'home', NULL, NULL, NULL, 'May I?', '[[{"label":"Yes","data":"y"}]]', 'home~m1', 6, 8);
`;

describe("a history of the version before files", () => {
  let folder: string;
  let chat: OpenedChat;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "local-version-"));
    const file = join(folder, "chat-local.sqlite");
    const database = new DatabaseSync(file);
    database.exec("PRAGMA journal_mode = WAL");
    database.exec(VERSION_1);
    database.close();
    chat = await openChat({ file });
  });
  afterEach(async () => {
    await chat.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is shown as it was, and goes on with files", async () => {
    const client = chat.client();
    const before = await client.history({ after: null, limit: 9, signal: never });
    expect(before).toEqual({
      last: 9,
      messages: [
        {
          externalId: "home~m1",
          seq: 7,
          chat: "home",
          thread: null,
          from: { kind: "person", id: "you", name: "you" },
          text: "hello",
          buttons: [],
          files: [],
          replyTo: null,
          sentAt: 5,
          editedAt: null,
        },
        expect.objectContaining({ seq: 8, buttons: [[{ label: "Yes", data: "y" }]], editedAt: 8 }),
      ],
    });
    const bytes = new TextEncoder().encode("meow");
    const file = await client.upload({ name: "cat", type: "image/png", bytes }, { signal: never });
    if (file.outcome !== "taken") throw new Error(file.outcome);
    await client.say("", { signal: never, files: [file.id] });
    await chat.edit("out_1", "Denied.");
    await chat.restart();
    const { messages } = await chat.client().history({ after: null, limit: 9, signal: never });
    expect(messages.map(({ text, files }) => [text, files.length])).toEqual([
      ["hello", 0],
      ["Denied.", 0],
      ["", 1],
    ]);
  });

  it("of a version to come is left alone, and says what to do", async () => {
    await chat.adapter().disconnect();
    const file = join(folder, "chat-local.sqlite");
    const database = new DatabaseSync(file);
    database.exec("PRAGMA user_version = 99");
    database.close();
    await expect(chat.make({ file }).connect(chat.host, never)).rejects.toMatchObject({
      code: "state_newer",
    });
  });
});
