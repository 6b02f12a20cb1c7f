import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FILE_LIMIT } from "../../../adapters/local/file-shelf.ts";
import type { Clock } from "../../../sessions/clock.ts";
import type { OutboxId } from "../../../sessions/ids.ts";
import { realClock } from "../../../sessions/real-time.ts";
import { createFakeClock } from "../../fakes/fake-clock.ts";
import type { FakeClock } from "../../fakes/fake-clock.ts";
import { never, openChat, TOKEN } from "./local-chat.ts";
import type { OpenedChat } from "./local-chat.ts";

const HOUR = 60 * 60 * 1_000;
const PATIENCE = { timeout: 15_000, interval: 10 };

let chat: OpenedChat;
let clock: FakeClock;
/** Long times pass when told; short ones by themselves, for connections need them to end. */
let halfReal: Clock;
beforeEach(async () => {
  clock = createFakeClock();
  halfReal = {
    now: () => clock.now(),
    monotonic: () => realClock.monotonic(),
    timer: (ms, action) => (ms > 60_000 ? clock : realClock).timer(ms, action),
  };
  chat = await openChat({ clock: halfReal });
});
afterEach(() => chat.close());

const headers = { Authorization: `Bearer ${TOKEN}` };
const folder = (): string => join(dirname(chat.file), "files", "chat");
const onDisk = (): readonly string[] => (existsSync(folder()) ? readdirSync(folder()) : []);
const get = (path: string): Promise<Response> => fetch(`${chat.url()}${path}`, { headers });

async function post(path: string, body: string | Uint8Array<ArrayBuffer>, type = "text/plain") {
  const response = await fetch(`${chat.url()}/v1/chats/${path}`, {
    method: "POST",
    headers: { ...headers, "Content-Type": type },
    body,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function upload(name = "a.txt", text = "text of a", where = "home"): Promise<string> {
  const { status, body } = await post(`${where}/files?name=${encodeURIComponent(name)}`, text);
  expect(status).toBe(201);
  return String(body["id"]);
}

const say = (message: object, where = "home") =>
  post(`${where}/messages`, JSON.stringify(message), "application/json");
const codeOf = (answer: { status: number; body: Record<string, unknown> }) => [
  answer.status,
  (answer.body["error"] as { code: string } | undefined)?.code,
];

async function shown(where = "home") {
  const { messages } = await chat
    .client({ chat: where })
    .history({ after: null, limit: 100, signal: never });
  return messages;
}

/** A while passes; returns when what was left has been looked through. */
async function tidied(): Promise<void> {
  mkdirSync(folder(), { recursive: true });
  writeFileSync(join(folder(), "fil_stray"), "a crash left it");
  await clock.advance(15 * 60_000);
  await expect.poll(onDisk, PATIENCE).not.toContain("fil_stray");
}

async function send(id: string, path: string, text = "") {
  return chat.adapter().send(
    { network: "local", account: "main", chat: "home", thread: null },
    {
      text,
      buttons: [],
      file: { path, name: "report.pdf", mime: "application/pdf", size: 3 },
      replyTo: null,
    },
    { id: id as OutboxId, uncertain: false, signal: never },
  );
}

function ours(text = "pdf"): string {
  const path = join(dirname(chat.file), "ours.bin");
  writeFileSync(path, text);
  return path;
}

describe("a file of a person", () => {
  it("[E14] is taken with its name, type and size, and given out as it came", async () => {
    const { status, body } = await post(
      "home/files?name=n%C3%B6te.txt",
      "grüße",
      "text/plain; x=1",
    );
    expect(status).toBe(201);
    expect(body["id"]).toMatch(/^fil_[a-z0-9]{28}$/);
    expect(body).toMatchObject({
      name: "nöte.txt",
      type: "text/plain",
      size: 7,
    });
    const response = await get(`/v1/files/${String(body["id"])}`);
    expect(await response.text()).toBe("grüße");
    expect(response.headers.get("Content-Length")).toBe("7");
  });

  it("is on the disk for this user only", async () => {
    const id = await upload();
    expect(statSync(folder()).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder(), id)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder(), id), "utf8")).toBe("text of a");
  });

  it("is never shown as a page of ours, whatever its type", async () => {
    const { body } = await post("home/files?name=a.html", "<script>1</script>", "text/html");
    const response = await get(`/v1/files/${String(body["id"])}`);
    expect(response.headers.get("Content-Disposition")).toBe(
      `attachment; filename="a.html"; filename*=UTF-8''a.html`,
    );
    expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(response.headers.get("Content-Security-Policy")).toBe("sandbox; default-src 'none'");
    await response.text();
    const head = await fetch(response.url, { headers, method: "HEAD" });
    expect([head.status, head.headers.get("Content-Length")]).toEqual([200, "18"]);
  });

  it.each([
    ["../../etc/passwd", ".._.._etc_passwd"],
    ["a\r\nSet-Cookie: x=1", "a__Set-Cookie: x=1"],
    [`q".txt`, `q".txt`],
    ["exe\u202egnp.txt", "exe_gnp.txt"],
    ["", "file"],
    [`${"n".repeat(300)}.png`, `${"n".repeat(145)}….png`],
  ])("named %j is shown by a name that does no harm", async (name, expected) => {
    const id = await upload(name);
    const response = await get(`/v1/files/${id}`);
    await response.text();
    expect(response.headers.get("Content-Disposition")).toMatch(/^attachment; filename="[^"]*"; /);
    expect(response.headers.has("Set-Cookie")).toBe(false);
    await say({ files: [id] });
    expect((await shown())[0]?.files[0]?.name).toBe(expected);
    expect(onDisk()).toEqual([id]);
  });

  it("without a type that can be read is bytes", async () => {
    const { body } = await post("home/files?name=x", "x", "<b>");
    expect(body["type"]).toBe("application/octet-stream");
  });

  it("[I01] goes with its message: to the gateway first, then to who looks", async () => {
    const id = await upload("cat.png", "meow");
    const photo = await post("home/files?name=p.jpg", "jpeg", "image/jpeg");
    const files = [id, String(photo.body["id"])];
    expect((await say({ text: "look", files })).status).toBe(201);
    expect(chat.host.stored[0]).toMatchObject({
      text: "look",
      attachments: [
        { kind: "document", ref: id, name: "cat.png", mime: "text/plain", size: 4 },
        { kind: "photo", ref: files[1], name: "p.jpg", mime: "image/jpeg", size: 4 },
      ],
    });
    expect((await shown())[0]?.files).toEqual([
      { id, name: "cat.png", type: "text/plain", size: 4 },
      photo.body,
    ]);
  });

  it("needs no words, but something", async () => {
    expect((await say({ files: [await upload()] })).status).toBe(201);
    expect(codeOf(await say({ text: " ", files: [] }))).toEqual([400, "message_empty"]);
  });

  it("[I02] is in one message when the post is repeated, and also when it has gone since", async () => {
    const files = [await upload()];
    await say({ id: "m1", files });
    const again = await say({ id: "m1", files });
    expect([again.status, again.body["duplicate"]]).toEqual([200, true]);
    expect(await shown()).toHaveLength(1);
    await chat.restart({ keep: 0 });
    await chat.reply("next");
    expect((await get(`/v1/files/${files[0] ?? ""}`)).status).toBe(404);
    const late = await say({ id: "m1", files });
    expect([late.status, late.body["duplicate"]]).toEqual([200, true]);
    expect(chat.host.stored).toHaveLength(1);
  });

  it("that is still on its way is left alone when others are looked through", async () => {
    const url = new URL(`${chat.url()}/v1/chats/home/files?name=slow`);
    const posted = request(url, { method: "POST", headers: { ...headers, "Content-Length": "8" } });
    posted.write("half");
    await expect.poll(onDisk, PATIENCE).toHaveLength(1);
    await tidied();
    posted.end("half");
    const [answer] = (await once(posted, "response")) as [{ statusCode: number }];
    expect(answer.statusCode).toBe(201);
    expect(readFileSync(join(folder(), onDisk()[0] ?? ""), "utf8")).toBe("halfhalf");
  });

  it("belongs to one message and one chat", async () => {
    const id = await upload();
    expect(codeOf(await say({ files: [id] }, "other"))).toEqual([404, "file_unknown"]);
    await say({ files: [id] });
    expect(codeOf(await say({ files: [id] }))).toEqual([409, "file_used"]);
    expect(codeOf(await say({ files: ["fil_0"] }))).toEqual([404, "file_unknown"]);
    expect(codeOf(await say({ files: [id, id] }))).toEqual([400, "body_wrong"]);
    expect(chat.host.stored).toHaveLength(1);
  });

  it("[I06] of a message that was refused can go with another one", async () => {
    const files = [await upload()];
    chat.host.receipts.push({ outcome: "full", queued: 100 });
    expect(codeOf(await say({ id: "m1", files }))).toEqual([429, "queue_full"]);
    chat.host.failures.push(new Error("the disk is full"));
    expect(codeOf(await say({ id: "m1", files }))).toEqual([503, "not_stored"]);
    expect((await say({ id: "m2", files })).status).toBe(201);
  });

  it("of eleven in one message is one too many", async () => {
    const files = await Promise.all(Array.from({ length: 11 }, (_, n) => upload(`${n}.txt`)));
    expect(codeOf(await say({ files }))).toEqual([400, "body_wrong"]);
    expect((await say({ files: files.slice(1) })).status).toBe(201);
    expect(chat.host.stored[0]?.attachments).toHaveLength(10);
  });

  it("of nothing, and one of a chat without a name, are refused", async () => {
    expect(codeOf(await post("home/files?name=a", ""))).toEqual([400, "file_empty"]);
    expect(codeOf(await post("a%20b/files?name=a", "x"))).toEqual([400, "chat_name"]);
    expect(onDisk()).toEqual([]);
  });

  it("[E14] over the limit is refused by its word and by its bytes, and leaves nothing", async () => {
    const big = new Uint8Array(FILE_LIMIT + 1);
    expect(codeOf(await post("home/files?name=big", big))).toEqual([413, "file_too_large"]);
    const url = new URL(`${chat.url()}/v1/chats/home/files?name=big`);
    // No length is told.
    const posted = request(url, { method: "POST", headers });
    posted.on("error", () => undefined);
    posted.end(big);
    const [answer] = (await once(posted, "response")) as [{ statusCode: number }];
    expect(answer.statusCode).toBe(413);
    await expect.poll(onDisk, PATIENCE).toEqual([]);
    const whole = await post("home/files?name=most", big.subarray(1));
    expect([whole.status, whole.body["size"]]).toEqual([201, FILE_LIMIT]);
  });

  it("that breaks off is not one", async () => {
    const url = new URL(`${chat.url()}/v1/chats/home/files?name=half`);
    const more = { ...headers, "Content-Length": "1000" };
    const posted = request(url, { method: "POST", headers: more });
    posted.on("error", () => undefined);
    posted.write("half of it");
    await expect.poll(onDisk, PATIENCE).toHaveLength(1);
    posted.destroy();
    await expect.poll(onDisk, PATIENCE).toEqual([]);
  });

  it("needs the token, both ways", async () => {
    const id = await upload();
    const bare = await fetch(`${chat.url()}/v1/files/${id}`);
    expect(bare.status).toBe(401);
    const url = `${chat.url()}/v1/chats/home/files?name=a&token=${TOKEN}`;
    expect((await fetch(url, { method: "POST", body: "x" })).status).toBe(401);
    expect((await get("/v1/files/..%2f..%2fchat.sqlite")).status).toBe(404);
  });

  it("waits with at most 99 others for a message", async () => {
    for (let count = 0; count < 100; count += 1) await upload(`${count}.txt`);
    expect(codeOf(await post("home/files?name=a", "x"))).toEqual([429, "files_waiting"]);
  });

  it("waits with as many others while all of them are on their way", async () => {
    const url = `${chat.url()}/v1/chats/home/files?name=slow`;
    const slow = Array.from({ length: 100 }, () => request(url, { method: "POST", headers }));
    for (const one of slow) one.on("error", () => undefined).write("begun");
    await expect.poll(onDisk, PATIENCE).toHaveLength(100);
    expect(codeOf(await post("home/files?name=a", "x"))).toEqual([429, "files_waiting"]);
    for (const one of slow) one.destroy();
    await expect.poll(onDisk, PATIENCE).toEqual([]);
    await upload();
  });
});

describe("a file of an agent", () => {
  it("[E14, O01] is in the chat when it is sent, in a copy of the chat's own", async () => {
    const path = ours();
    expect(await send("out_1", path, "Here.")).toEqual({ outcome: "sent", externalId: "out_1" });
    writeFileSync(path, "changed since");
    const [message] = await shown();
    expect(message).toMatchObject({
      externalId: "out_1",
      text: "Here.",
      from: { kind: "agent" },
      files: [{ name: "report.pdf", type: "application/pdf", size: 3 }],
    });
    const response = await get(`/v1/files/${message?.files[0]?.id ?? ""}`);
    expect(await response.text()).toBe("pdf");
    expect(message?.files[0]?.id).not.toContain("out_1");
  });

  it("[O03] is one message and one file however often it is sent", async () => {
    await send("out_1", ours());
    await chat.restart();
    await send("out_1", ours());
    expect(await shown()).toHaveLength(1);
    expect(onDisk()).toHaveLength(1);
  });

  it("of an earlier try that was not shown is replaced", async () => {
    mkdirSync(folder(), { recursive: true });
    writeFileSync(join(folder(), "fil_earlier"), "pdf");
    const database = new DatabaseSync(chat.file);
    database.exec(
      `INSERT INTO files VALUES ('fil_earlier', 'home', 'report.pdf', 'a/b', 3, ${clock.now()}, 'out_1')`,
    );
    database.close();
    await send("out_1", ours());
    await tidied();
    expect(onDisk()).toEqual([(await shown())[0]?.files[0]?.id]);
  });

  it("that is gone, empty or too large is refused for good", async () => {
    expect(await send("out_1", "/nowhere/x")).toEqual({
      outcome: "refused",
      reason: "the file is gone",
    });
    expect(await send("out_2", ours(""))).toMatchObject({ outcome: "refused" });
    expect(await send("out_3", ours("x".repeat(FILE_LIMIT + 1)))).toEqual({
      outcome: "refused",
      reason: "the file is larger than 20 MB",
    });
    expect(await shown()).toEqual([]);
    expect(onDisk()).toEqual([]);
  });

  it("that cannot be copied now is certainly not sent, and is sent later", async () => {
    mkdirSync(dirname(folder()), { recursive: true });
    writeFileSync(folder(), "in the way");
    expect(await send("out_1", ours())).toMatchObject({ outcome: "not_sent" });
    expect(await shown()).toEqual([]);
  });
});

describe("the gateway's copy", () => {
  const fetched = (ref: string, limit = 1_000) => {
    const file = join(dirname(chat.file), "fetched");
    const attachment = { kind: "document", ref, name: "a", mime: "b/c", size: null } as const;
    return chat.adapter().fetch?.(attachment, { file, limit, signal: never });
  };

  it("[E14] is what was sent, for this user only", async () => {
    const id = await upload();
    expect(await fetched(id)).toEqual({ outcome: "fetched", size: 9 });
    const copy = join(dirname(chat.file), "fetched");
    expect(readFileSync(copy, "utf8")).toBe("text of a");
    expect(statSync(copy).mode & 0o777).toBe(0o600);
  });

  it("is refused when it is too large, gone, or nobody is connected", async () => {
    const id = await upload();
    expect(await fetched(id, 8)).toEqual({ outcome: "too_large" });
    expect(await fetched("fil_unknown")).toMatchObject({ outcome: "gone" });
    expect(await fetched("../chat.sqlite")).toMatchObject({ outcome: "gone" });
    await chat.adapter().disconnect();
    expect(await fetched(id)).toMatchObject({ outcome: "failed" });
  });
});

describe("what is kept", () => {
  it("a file that no message used is gone after an hour, and one that was used is not", async () => {
    const used = await upload();
    await say({ files: [used] });
    await upload("unused.txt");
    await clock.advance(HOUR - 60_000);
    expect(onDisk()).toHaveLength(2);
    await clock.advance(15 * 60_000);
    await expect.poll(onDisk, PATIENCE).toEqual([used]);
    expect((await get(`/v1/files/${used}`)).status).toBe(200);
  });

  it("a start removes what was left, and keeps what messages have", async () => {
    const used = await upload();
    await say({ files: [used] });
    await upload("unused.txt");
    writeFileSync(join(folder(), "fil_half"), "a crash left it");
    clock.jump(HOUR + 1);
    await chat.restart();
    await expect.poll(onDisk, PATIENCE).toEqual([used]);
  });

  it("files go with their messages", async () => {
    await chat.restart({ keep: 5 });
    const first = await upload("first.txt");
    await say({ text: "first", files: [first] });
    for (let count = 0; count < 5; count += 1) await chat.reply(`n${count}`);
    await chat.restart({ keep: 5 });
    await tidied();
    // A chat is looked through with its first message after a start.
    await chat.reply("one more");
    await expect.poll(onDisk, PATIENCE).toEqual([]);
    expect((await get(`/v1/files/${first}`)).status).toBe(404);
  });

  it("[I01] a file of a message that the gateway has and nobody was shown stays", async () => {
    const id = await upload();
    const release = chat.host.hold();
    const said = say({ id: "m1", files: [id] });
    await expect.poll(() => chat.host.offered, PATIENCE).toHaveLength(1);
    // As after a crash between the two.
    chat.host.stored.push(...chat.host.offered);
    clock.jump(2 * HOUR);
    await tidied();
    await tidied();
    expect(onDisk()).toEqual([id]);
    // The gateway has forgotten it, too.
    chat.host.stored.pop();
    await clock.advance(15 * 60_000);
    await expect.poll(onDisk, PATIENCE).toEqual([]);
    release();
    await said;
  });
});

describe("older messages", () => {
  it("are those right before a place, the oldest first", async () => {
    for (let count = 0; count < 5; count += 1) await chat.reply(`n${count}`);
    await chat.reply("elsewhere", { chat: "other" });
    const client = chat.client();
    const page = async (before: number) => {
      const found = await client.history({ after: null, before, limit: 2, signal: never });
      return found.messages;
    };
    const [, , , , newest] = await shown();
    const two = await page(newest?.seq ?? 0);
    expect(two.map(({ text }) => text)).toEqual(["n2", "n3"]);
    expect((await page(two[0]?.seq ?? 0)).map(({ text }) => text)).toEqual(["n0", "n1"]);
    expect(await page(1)).toEqual([]);
  });
});
