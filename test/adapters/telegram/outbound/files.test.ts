import { mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { createTelegramClient } from "../../../../adapters/telegram/client.ts";
import { TELEGRAM_CAPABILITIES } from "../../../../adapters/telegram/outbound/capabilities.ts";
import { fetchFile } from "../../../../adapters/telegram/outbound/fetch-file.ts";
import { createLine } from "../../../../adapters/telegram/outbound/line.ts";
import { realClock } from "../../../../sessions/real-time.ts";
import type { Attachment, OutboundFile } from "../../../../sessions/message.ts";
import { startSpeaker } from "./speaker.ts";
import type { Speaker } from "./speaker.ts";

let speaker: Speaker;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "telegram-files-"));
  speaker = await startSpeaker();
});
afterEach(async () => {
  const { told, bot } = speaker;
  await speaker.stop();
  await rm(folder, { recursive: true });
  expect(told()).not.toContain(bot.token);
});

async function onDisk(bytes: Uint8Array, more: Partial<OutboundFile> = {}): Promise<OutboundFile> {
  const path = join(folder, "kept");
  await writeFile(path, bytes);
  return {
    path,
    name: "report.txt",
    mime: "text/plain",
    size: bytes.length,
    ...more,
  };
}

describe("a file that is sent", () => {
  it.each([
    ["document", "report 1 – é.txt", "text/plain"],
    ["photo", "chart.png", "image/png"],
    ["photo", "chart.jpg", "image/jpeg"],
    ["document", "drawing.svg", "image/svg+xml"],
    ["voice", "words.ogg", "audio/ogg; codecs=opus"],
    ["document", "song.mp3", "audio/mpeg"],
  ])("[T15] is seen as a %s: %s", async (kind, name, mime) => {
    const bytes = Buffer.from(`bytes of ${name}`);
    const file = await onDisk(bytes, { name, mime });
    const id = await speaker.place(speaker.chat, { text: "The **report**.", file });
    const [seen] = speaker.chat.seen();
    expect(seen).toMatchObject({
      text: "The report.",
      entities: [{ type: "bold", offset: 4, length: 6 }],
      file: { kind },
    });
    if (kind === "document") expect(seen?.file?.name).toBe(name);
    expect(Buffer.from(seen?.file?.bytes ?? [])).toEqual(bytes);
    expect(id).toBe(speaker.externalId(speaker.chat, seen?.id ?? 0));
  });

  it("[T15] goes to its topic with its buttons, quotes its question, and needs no caption", async () => {
    const { fake, ann, bot } = speaker;
    const forum = fake.group("Ops", { people: [ann], bots: [bot], forum: true });
    const topic = forum.openTopic("Deploys");
    const question = forum.say("@sluice_bot the report?", { thread: topic });
    const buttons = [[{ label: "Thanks", data: "thanks" }]];
    const replyTo = speaker.externalId(forum, question);
    const file = await onDisk(Buffer.from("x"));
    const address = speaker.address(forum, topic);
    expect(await speaker.send(address, { file, buttons, replyTo })).toMatchObject({
      outcome: "sent",
    });
    expect(forum.seen().at(-1)).toMatchObject({
      text: "",
      thread: topic,
      replyTo: question,
      buttons: [[{ label: "Thanks" }]],
    });
  });

  it("[T15] under a picture of more than 10 MB is a document", async () => {
    const file = await onDisk(new Uint8Array(10 * 1024 * 1024 + 1), { mime: "image/png" });
    await speaker.place(speaker.chat, { file });
    expect(speaker.chat.seen()[0]?.file).toMatchObject({ kind: "document", name: "report.txt" });
  });

  it.each(["PHOTO_INVALID_DIMENSIONS", "IMAGE_PROCESS_FAILED"])(
    "[T15] is a document when Telegram shows no such picture (%s)",
    async (description) => {
      const body = { ok: false, error_code: 400, description: `Bad Request: ${description}` };
      speaker.fake.faults.fail("sendPhoto", { status: 400, body }, 1);
      const file = await onDisk(Buffer.from("x"), { mime: "image/png", name: "long.png" });
      await speaker.place(speaker.chat, { text: "chart", file });
      expect(speaker.chat.seen()).toMatchObject([
        { text: "chart", file: { kind: "document", name: "long.png" } },
      ]);
    },
  );

  it("[T15] has its caption cut at 1024, which is to be seen", async () => {
    const file = await onDisk(Buffer.from("x"));
    await speaker.place(speaker.chat, { text: `**${"a".repeat(1024)}**`, file });
    await speaker.place(speaker.chat, { text: "b".repeat(1030), file });
    const [one, other] = speaker.chat.texts();
    expect(one).toBe("a".repeat(1024));
    expect(other).toBe(`${"b".repeat(1022)}\n…`);
    // Its bytes went out once.
    expect(speaker.fake.callsOf("sendDocument")).toHaveLength(2);
  });

  it("[T15] whose caption's formatting is refused has it plain", async () => {
    const body = { ok: false, error_code: 400, description: "Bad Request: can't parse entities" };
    speaker.fake.faults.fail("sendDocument", { status: 400, body }, 1);
    const file = await onDisk(Buffer.from("x"));
    await speaker.place(speaker.chat, { text: "**a**", file });
    expect(speaker.chat.seen()).toMatchObject([{ text: "**a**", file: { kind: "document" } }]);
  });

  it("[T15] is refused when it is gone, a folder, or larger than 50 MB", async () => {
    const file = await onDisk(new Uint8Array(TELEGRAM_CAPABILITIES.sendFileLimit + 1));
    const gone = { ...file, path: join(folder, "nothing") };
    for (const [one, reason] of [
      [file, "50 MB"],
      [gone, "gone"],
      [{ ...file, path: folder }, "gone"],
    ] as const) {
      expect(await speaker.send(speaker.chat, { file: one })).toEqual({
        outcome: "refused",
        reason: expect.stringContaining(reason) as string,
      });
    }
    expect(speaker.fake.calls).toEqual([]);
  });

  it("[T15] that Telegram finds too large is refused, and not uploaded again", async () => {
    const body = { ok: false, error_code: 413, description: "Request Entity Too Large" };
    speaker.fake.faults.fail("sendDocument", { status: 413, body });
    const file = await onDisk(Buffer.from("x"));
    expect(await speaker.send(speaker.chat, { file })).toEqual({
      outcome: "refused",
      reason: "Request Entity Too Large",
    });
    expect(speaker.fake.calls).toHaveLength(1);
  });

  it("[T15] of the largest size arrives", async () => {
    const file = await onDisk(new Uint8Array(TELEGRAM_CAPABILITIES.sendFileLimit));
    await speaker.place(speaker.chat, { file });
    expect(speaker.chat.seen()[0]?.file?.bytes).toHaveLength(TELEGRAM_CAPABILITIES.sendFileLimit);
  });

  it("[T15] of no bytes is refused by Telegram, in words", async () => {
    const file = await onDisk(new Uint8Array());
    expect(await speaker.send(speaker.chat, { file })).toMatchObject({
      outcome: "refused",
      reason: expect.stringContaining("non-empty") as string,
    });
  });

  // A file that is there, and cannot be read.
  it.skipIf(process.platform !== "linux")("is refused when it cannot be read", async () => {
    const file = { ...(await onDisk(Buffer.from("x"))), path: "/proc/self/mem" };
    expect(await speaker.send(speaker.chat, { file })).toEqual({
      outcome: "refused",
      reason: "the file could not be read (EIO)",
    });
    expect(speaker.chat.seen()).toEqual([]);
  });

  it("is unknown when it is called off, or the connection breaks, in the middle of it", async () => {
    const file = await onDisk(new Uint8Array(20_000_000));
    speaker.fake.faults.delay("sendDocument", 5000, 2);
    const end = new AbortController();
    const sending = speaker.send(speaker.chat, { file }, { signal: end.signal });
    await vi.waitFor(() => expect(speaker.fake.calls).toHaveLength(1));
    end.abort();
    expect(await sending).toMatchObject({ outcome: "unknown" });
    const other = speaker.send(speaker.chat, { file });
    await vi.waitFor(() => expect(speaker.fake.calls).toHaveLength(2));
    await speaker.fake.faults.outage("reset");
    expect(await other).toMatchObject({ outcome: "unknown" });
  });

  it("has a name that breaks no header", async () => {
    const file = await onDisk(Buffer.from("x"), { name: 'a";name=b\r\nx: y.txt' });
    await speaker.place(speaker.chat, { file });
    expect(speaker.chat.seen()[0]?.file?.name).toBe("a__name=b__x: y.txt");
  });

  it("is unknown when its answer is cut", async () => {
    const file = await onDisk(Buffer.from("x"));
    speaker.fake.faults.cutAnswers("sendDocument", 1);
    expect(await speaker.send(speaker.chat, { file })).toMatchObject({ outcome: "unknown" });
    expect(speaker.chat.seen()).toHaveLength(1);
  });
});

describe("a file that is fetched", () => {
  /** Ann sends it; the bot knows its id from the update. */
  function received(bytes: Uint8Array | number, size: number | null = null): Attachment {
    const { chat } = speaker;
    const sent = chat.message(chat.send({ kind: "document", bytes, name: "notes.txt" }));
    const ref = sent?.file?.fileId ?? "";
    return { kind: "document", ref, name: "notes.txt", mime: "text/plain", size };
  }

  const fetched = (attachment: Attachment, more: { limit?: number; signal?: AbortSignal } = {}) =>
    speaker.outbound.fetch(attachment, {
      file: join(folder, "in"),
      limit: TELEGRAM_CAPABILITIES.fetchFileLimit,
      signal: new AbortController().signal,
      ...more,
    });

  it("[T15] is written whole, for its owner's eyes only", async () => {
    expect(await fetched(received(Buffer.from("the notes")))).toEqual({
      outcome: "fetched",
      size: 9,
    });
    expect(await readFile(join(folder, "in"), "utf8")).toBe("the notes");
    expect((await stat(join(folder, "in"))).mode & 0o777).toBe(0o600);
  });

  it("[T15] of exactly 20 MB arrives, and one of a byte more is too large for a bot", async () => {
    expect(await fetched(received(20 * 1024 * 1024))).toEqual({
      outcome: "fetched",
      size: 20 * 1024 * 1024,
    });
    await rm(join(folder, "in"));
    const limit = 100 * 1024 * 1024;
    expect(await fetched(received(20 * 1024 * 1024 + 1), { limit })).toEqual({
      outcome: "too_large",
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it("[T15] above the limit is not begun, by its own word or Telegram's", async () => {
    expect(await fetched(received(10, 10), { limit: 9 })).toEqual({ outcome: "too_large" });
    expect(speaker.fake.calls).toEqual([]);
    expect(await fetched(received(10), { limit: 9 })).toEqual({ outcome: "too_large" });
    expect(speaker.fake.callsOf("file")).toEqual([]);
  });

  it("[T15] that is longer than announced is ended, and no part of it is left", async () => {
    const attachment = received(5_000_000);
    const { file_path } = await lookUp(attachment.ref);
    const result = { file_id: attachment.ref, file_unique_id: "u", file_path };
    speaker.fake.faults.fail("getFile", { status: 200, body: { ok: true, result } });
    expect(await fetched(attachment, { limit: 100_000 })).toEqual({ outcome: "too_large" });
    expect(await readdir(folder)).toEqual([]);
  });

  it("[T15] that Telegram does not know is gone", async () => {
    expect(await fetched({ ...received(1), ref: "nonsense" })).toMatchObject({ outcome: "gone" });
  });

  it.each([
    ["getFile", "refused"],
    ["getFile", "cut"],
    ["file", "cut"],
    ["file", "refused"],
  ])("[T15] is worth another try when %s is %s", async (method, how) => {
    const attachment = received(Buffer.from("the notes"));
    const { faults } = speaker.fake;
    if (how === "cut") faults.cutRequests(method, 1);
    else faults.fail(method, { status: 502, body: "<html>" }, 1);
    const result = await fetched(attachment);
    expect(result).toMatchObject({ outcome: "failed" });
    expect(JSON.stringify(result)).not.toContain(speaker.bot.token);
    expect(await readdir(folder)).toEqual([]);
    expect(await fetched(attachment)).toMatchObject({ outcome: "fetched" });
  });

  it("[T15] is worth another try when Telegram has it only for the moment not", async () => {
    const description = "Bad Request: wrong file_id or the file is temporarily unavailable";
    const body = { ok: false, error_code: 400, description };
    speaker.fake.faults.fail("getFile", { status: 400, body }, 1);
    expect(await fetched(received(1))).toMatchObject({ outcome: "failed" });
  });

  it("[T15] that never comes is called off, and leaves nothing", async () => {
    const attachment = received(1);
    speaker.fake.faults.blackHole("file");
    const end = new AbortController();
    const fetching = fetched(attachment, { signal: end.signal });
    await vi.waitFor(() => expect(speaker.fake.callsOf("file")).toHaveLength(1));
    end.abort();
    expect(await fetching).toMatchObject({ outcome: "failed" });
    expect(await readdir(folder)).toEqual([]);
  });

  it("a token that was revoked is told", async () => {
    const attachment = received(1);
    speaker.bot.revoke();
    expect(await fetched(attachment)).toMatchObject({ outcome: "failed" });
    expect(speaker.revoked()).toBe(1);
  });

  it("never replaces a file that is there", async () => {
    await writeFile(join(folder, "in"), "mine");
    expect(await fetched(received(1))).toMatchObject({ outcome: "failed" });
    expect(await readFile(join(folder, "in"), "utf8")).toBe("mine");
  });

  it("of a server of one's own is copied from where that server keeps it", async () => {
    const attachment = received(1);
    const kept = join(folder, "kept");
    await writeFile(kept, "on this machine");
    const result = { file_id: attachment.ref, file_unique_id: "u", file_path: kept };
    speaker.fake.faults.fail("getFile", { status: 200, body: { ok: true, result } });
    expect(await fetched(attachment)).toEqual({ outcome: "fetched", size: 15 });
    expect(await readFile(join(folder, "in"), "utf8")).toBe("on this machine");
    await rm(join(folder, "in"));
    await rm(kept);
    expect(await fetched(attachment)).toMatchObject({ outcome: "failed" });
  });

  it("is never copied from this machine for Telegram's own servers", async () => {
    const { fake, bot, aliases } = speaker;
    const client = createTelegramClient({ token: bot.token, apiRoot: fake.url });
    const quiet = (): void => {};
    const log = { info: quiet, warn: quiet, error: quiet };
    const line = createLine({ client, aliases, clock: realClock, log, onRevoked: quiet });
    const result = { file_id: "x", file_unique_id: "u", file_path: "/etc/hostname" };
    fake.faults.fail("getFile", { status: 200, body: { ok: true, result } });
    const desk = { client, line, log, onRevoked: quiet, isSelfHosted: false };
    const { signal } = new AbortController();
    expect(
      await fetchFile(desk, received(1), { file: join(folder, "in"), limit: 1000, signal }),
    ).toMatchObject({ outcome: "failed", reason: expect.stringContaining("not on its") as string });
    expect(await readdir(folder)).toEqual([]);
    client.close();
  });

  async function lookUp(ref: string): Promise<{ file_path: string }> {
    const { fake, bot } = speaker;
    const answer = await fetch(`${fake.url}/bot${bot.token}/getFile?file_id=${ref}`);
    return ((await answer.json()) as { result: { file_path: string } }).result;
  }
});
