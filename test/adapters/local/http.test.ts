import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SluiceError } from "../../../sessions/errors.ts";
import { never, openChat, TOKEN } from "./local-chat.ts";
import type { OpenedChat } from "./local-chat.ts";

describe("the local chat over HTTP", () => {
  let chat: OpenedChat;
  beforeEach(async () => {
    chat = await openChat();
  });
  afterEach(() => chat.close());

  const post = (
    body: string | object,
    more: { path?: string; headers?: Record<string, string> } = {},
  ): Promise<Response> =>
    fetch(`${chat.url()}${more.path ?? "/v1/chats/home/messages"}`, {
      method: "POST",
      headers: { Authorization: `Bearer ${TOKEN}`, ...more.headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  const codeOf = async (response: Response): Promise<unknown> => {
    const body = (await response.json()) as { error: Record<string, string> };
    expect(body.error["message"]).toMatch(/\w/);
    expect(body.error["advice"]).toMatch(/\w/);
    return [response.status, body.error["code"]];
  };

  it("a message is created with its ids and fate", async () => {
    const response = await post({ text: "hello", id: "m1" });
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({
      id: "m1",
      externalId: "home~m1",
      fate: "queued",
      duplicate: false,
    });
  });

  it("[I02] a message with a known id answers the same with 200, by body id or Idempotency-Key", async () => {
    await post({ text: "hello", id: "m1" });
    const again = await post({ text: "hello" }, { headers: { "Idempotency-Key": "m1" } });
    expect(again.status).toBe(200);
    expect(await again.json()).toMatchObject({ externalId: "home~m1", duplicate: true });
    const { messages } = await chat.client().history({ after: null, limit: 9, signal: never });
    expect(messages).toHaveLength(1);
  });

  it("the same id in two chats is two messages", async () => {
    await post({ text: "hello", id: "m1" });
    await post({ text: "hello", id: "m1" }, { path: "/v1/chats/other/messages" });
    expect(chat.host.stored.map((one) => one.externalId)).toEqual(["home~m1", "other~m1"]);
  });

  it.each([
    ["no text", { text: "" }, [400, "message_empty"]],
    ["only spaces", { text: " \n" }, [400, "message_empty"]],
    ["not JSON", "{", [400, "body_unreadable"]],
    ["a wrong kind of text", { text: 3 }, [400, "body_wrong"]],
    ["an unknown key", { text: "a", txt: "b" }, [400, "body_wrong"]],
    ["an id with a slash", { text: "a", id: "a/b" }, [400, "body_wrong"]],
    ["control characters in a user", { text: "a", user: "a\u0007" }, [400, "body_wrong"]],
  ])("a message with %s is refused", async (_, body, wanted) => {
    expect(await codeOf(await post(body))).toEqual(wanted);
    expect(chat.host.offered).toEqual([]);
  });

  it("a chat with a strange name is refused", async () => {
    const response = await post({ text: "a" }, { path: "/v1/chats/a%2Fb/messages" });
    expect(await codeOf(response)).toEqual([400, "chat_name"]);
  });

  it("a body over the limit is refused by its announced length", async () => {
    const response = await post("x".repeat(10_000_000)).catch(() => null);
    // The connection may be closed while the client still sends.
    if (response !== null) expect(await codeOf(response)).toEqual([413, "message_too_large"]);
    expect(chat.host.offered).toEqual([]);
    expect((await post({ text: "x".repeat(200_000) })).status).toBe(201);
  });

  it("a body of unknown length is refused as soon as it is over the limit", async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sending = request(
        `${chat.url()}/v1/chats/home/messages`,
        { method: "POST", headers: { Authorization: `Bearer ${TOKEN}` } },
        (response) => resolve(response.statusCode),
      );
      sending.on("error", reject);
      // Never ended: only a limit on what has come can answer this.
      sending.write("x".repeat(300_000));
    });
    expect(status).toBe(413);
  });

  it.each([
    ["no token", {}, 401],
    ["a wrong token", { Authorization: "Bearer nonsense" }, 401],
    ["a longer token", { Authorization: `Bearer ${TOKEN}x` }, 401],
  ])("a request with %s is refused", async (_, headers: Record<string, string>, status) => {
    const response = await fetch(`${chat.url()}/v1/chats/home/messages`, { headers });
    expect(response.status).toBe(status);
  });

  it("a token in the address is for reading only", async () => {
    const path = `/v1/chats/home/messages?token=${TOKEN}`;
    expect((await fetch(chat.url() + path)).status).toBe(200);
    const body = JSON.stringify({ text: "a" });
    expect((await fetch(chat.url() + path, { method: "POST", body })).status).toBe(401);
  });

  it.each([
    ["host", { Host: "chat.example.org" }, "host_foreign"],
    ["host on the same port", { Host: "127.0.0.1.example.org:80" }, "host_foreign"],
    ["origin", { Origin: "https://example.org" }, "origin_foreign"],
    ["origin of a sandbox", { Origin: "null" }, "origin_foreign"],
  ])("a request with a foreign %s is refused", async (_, headers, code) => {
    const body = await new Promise<string>((resolve) => {
      const asking = request(
        `${chat.url()}/v1/chats/home/messages`,
        { headers: { Authorization: `Bearer ${TOKEN}`, ...headers } },
        (response) => {
          let text = "";
          response.on("data", (chunk: Buffer) => (text += chunk.toString()));
          response.on("end", () => resolve(text));
        },
      );
      asking.end();
    });
    expect(body).toContain(code);
  });

  it("a page of this machine may ask", async () => {
    const headers = { Authorization: `Bearer ${TOKEN}`, Origin: "http://localhost:3000" };
    expect((await fetch(`${chat.url()}/v1/chats/home/messages`, { headers })).status).toBe(200);
  });

  it("[I06] a full queue says when to come again", async () => {
    chat.host.receipts.push({ outcome: "full", queued: 100 });
    const response = await post({ text: "a" });
    expect(response.headers.get("Retry-After")).toBe("2");
    expect(await codeOf(response)).toEqual([429, "queue_full"]);
  });

  it("[I01] a store that refuses is 503, and nobody is shown the message", async () => {
    chat.host.failures.push(new SluiceError("store_busy", "locked", { advice: "wait" }));
    const response = await post({ text: "a" });
    expect(response.headers.get("Retry-After")).toBe("1");
    expect(await codeOf(response)).toEqual([503, "not_stored"]);
    const { messages } = await chat.client().history({ after: null, limit: 9, signal: never });
    expect(messages).toEqual([]);
  });

  it("a sender who is not allowed, and a rejected message, are told so", async () => {
    chat.host.receipts.push({ outcome: "unauthorised" }, { outcome: "rejected", reason: "odd" });
    expect(await codeOf(await post({ text: "a" }))).toEqual([403, "sender_not_allowed"]);
    expect(await codeOf(await post({ text: "a" }))).toEqual([400, "message_rejected"]);
  });

  it("a press on a message that is not there is refused", async () => {
    const body = { on: "out_none", data: "yes" };
    const response = await post(body, { path: "/v1/chats/home/presses" });
    expect(await codeOf(response)).toEqual([404, "message_unknown"]);
  });

  it("[I09] the fate of a message can be asked for", async () => {
    await post({ text: "a", id: "m1" });
    expect(await chat.client().fate("home~m1", never)).toBe("queued behind 2");
    expect(await chat.client().fate("home~m2", never)).toBe(null);
  });

  it("an unknown path answers like everything else", async () => {
    expect(await codeOf(await post({}, { path: "/v2" }))).toEqual([404, "route_unknown"]);
  });

  it("a port that is taken is named with what to do", async () => {
    const port = Number(new URL(chat.url()).port);
    const other = chat.make({ port, file: `${chat.file}-2` });
    await expect(other.connect(chat.host, never)).rejects.toThrow(
      new RegExp(`127\\.0\\.0\\.1:${port}.*another program.*port`),
    );
  });

  it("a disconnect does not wait for connections that clients keep", async () => {
    await post({ text: "a" });
    const events = await fetch(`${chat.url()}/v1/events`, {
      headers: { Authorization: `Bearer ${TOKEN}` },
    });
    const before = performance.now();
    await chat.adapter().disconnect();
    expect(performance.now() - before).toBeLessThan(1_000);
    // The stream ended in order: reading it to its end is no error.
    await events.text();
  });

  it("a connection that says nothing does not hold up the end", async () => {
    const { port } = new URL(chat.url());
    const socket = connect(Number(port), "127.0.0.1").on("error", () => {});
    await once(socket, "connect");
    await post({ text: "hello", id: "m1" });
    const began = performance.now();
    await chat.adapter().disconnect();
    expect(performance.now() - began).toBeLessThan(1500);
    socket.destroy();
  });
});
