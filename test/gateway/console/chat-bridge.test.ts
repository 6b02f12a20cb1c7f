import { once } from "node:events";
import { Agent, get, request } from "node:http";
import type { IncomingMessage } from "node:http";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Adapter } from "../../../adapters/adapter.ts";
import { openChat } from "../../adapters/local/local-chat.ts";
import type { OpenedChat } from "../../adapters/local/local-chat.ts";
import { openConsole } from "./open-console.ts";
import type { OpenConsole } from "./open-console.ts";

/** Before anything is served. */
const made = [Request, Response];
const PATIENCE = { timeout: 15_000, interval: 10 };
const HOME = "/chat/v1/chats/home";

describe("the chat behind the console", () => {
  let chat: OpenedChat;
  let page: OpenConsole;
  /** Requests that have come to the chat this way. */
  let inside: number;
  beforeEach(async () => {
    chat = await openChat();
    const other: Adapter = { ...chat.make(), network: "other" };
    delete other.answer;
    inside = 0;
    const local: Adapter = {
      ...chat.adapter(),
      answer(incoming, outgoing) {
        inside += 1;
        return chat.adapter().answer?.(incoming, outgoing) ?? Promise.resolve(false);
      },
    };
    page = await openConsole({ adapters: [other, local] });
  });
  afterEach(async () => {
    await page.server.close();
    await chat.close();
  });

  const post = (path: string, body: string, more: Readonly<Record<string, string>> = {}) =>
    page.ask(path, { method: "POST", body, headers: { ...page.bearer, ...more } });
  const say = (text: string, id: string) => post(`${HOME}/messages`, JSON.stringify({ text, id }));
  const history = async (): Promise<readonly string[]> => {
    const { text } = await page.ask(`${HOME}/messages`, { headers: page.bearer });
    const { messages } = JSON.parse(text) as { messages: { text: string }[] };
    return messages.map((message) => message.text);
  };
  const watch = (): Promise<IncomingMessage & { heard(): string }> =>
    new Promise((resolve, reject) => {
      const place = { port: page.server.port, path: `${HOME}/events?after=0`, agent: false };
      get({ ...place, headers: page.bearer }, (response) => {
        let heard = "";
        response.setEncoding("utf8").on("data", (text: string) => (heard += text));
        response.on("error", () => undefined);
        resolve(Object.assign(response, { heard: () => heard }));
      }).on("error", reject);
    });

  it("takes a message once, and shows it in the history, with the token of the console alone", async () => {
    const first = await say("hello", "one");
    expect([first.status, JSON.parse(first.text)]).toMatchObject([201, { duplicate: false }]);
    expect((await say("hello", "one")).status).toBe(200);
    expect(chat.host.stored.map(({ text }) => text)).toEqual(["hello"]);
    expect(await history()).toEqual(["hello"]);
    expect(first.headers["content-security-policy"]).toContain("default-src 'none'");
    const local = { Authorization: "Bearer planted-token-8f2c" };
    expect((await page.ask(`${HOME}/messages`, { headers: local })).status).toBe(401);
  });

  it("opens no other way past the chat's own token", async () => {
    await say("hello", "one");
    const path = "/v1/chats/home/messages";
    const port = Number(new URL(chat.url()).port);
    const headers = { Host: `127.0.0.1:${port}`, "X-Sluice": "console", ...page.bearer };
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
    expect(answer.status).toBe(401);
  });

  it("answers a question for the head alone, once", async () => {
    const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const headers = page.bearer;
    const head = await page.ask(`${HOME}/messages`, { method: "HEAD", headers });
    expect([head.status, head.text]).toEqual([200, ""]);
    expect((await page.ask("/chat/v1/files/no", { method: "HEAD", headers })).status).toBe(404);
    const stream = await page.ask(`${HOME}/events`, { method: "HEAD", headers });
    expect(stream.status).toBe(200);
    expect(stream.headers["content-type"]).toContain("text/event-stream");
    // The next one on the same connection is answered: nothing is held open behind the head.
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const where = { port: page.server.port, agent, headers };
    for (const method of ["HEAD", "GET"]) {
      const path = method === "HEAD" ? `${HOME}/events` : `${HOME}/messages`;
      const [answer] = (await once(request({ ...where, method, path }).end(), "response")) as [
        IncomingMessage,
      ];
      await once(answer.resume(), "end");
    }
    agent.destroy();
    expect(said.mock.calls).toEqual([]);
    said.mockRestore();
  });

  it("leaves what this process talks to networks with as Node made it", () => {
    expect([Request, Response]).toEqual(made);
  });

  it("streams what happens, and ends the stream of who leaves", async () => {
    const stream = await watch();
    expect(stream.headers).toMatchObject({
      "content-type": "text/event-stream; charset=utf-8",
      "x-content-type-options": "nosniff",
    });
    await chat.reply("an answer");
    await expect.poll(() => stream.heard(), PATIENCE).toContain('"text":"an answer"');
    stream.destroy();
    // It hears nothing more, and the next one hears it once.
    const next = await watch();
    await chat.reply("later");
    await expect.poll(() => next.heard(), PATIENCE).toContain("later");
    expect(next.heard().match(/event: message/g)).toHaveLength(2);
    expect(stream.heard()).not.toContain("later");
    next.destroy();
  });

  it("ends its streams when the chat goes, and says for how long to wait, until it is there again", async () => {
    const stream = await watch();
    const ended = new Promise((resolve) => stream.on("end", resolve));
    await chat.adapter().disconnect();
    await ended;
    const answer = await say("too early", "two");
    expect([answer.status, answer.headers["retry-after"]]).toEqual([503, "1"]);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code: "closing" } });
    await chat.adapter().connect(chat.host, new AbortController().signal);
    expect((await say("in time", "two")).status).toBe(201);
    expect(await history()).toEqual(["in time"]);
  });

  it("takes what is being posted while the chat goes", async () => {
    const body = JSON.stringify({ text: "half way", id: "three" });
    const headers = { ...page.bearer, "Content-Length": String(body.length) };
    const place = { port: page.server.port, path: `${HOME}/messages`, method: "POST", headers };
    const sent = request({ ...place, agent: false });
    const status = new Promise<number>((resolve, reject) => {
      sent.on("response", (response) => resolve(response.resume().statusCode ?? 0));
      sent.on("error", reject);
    });
    sent.write(body.slice(0, 10));
    await expect.poll(() => inside, PATIENCE).toBe(1);
    const gone = chat.adapter().disconnect();
    sent.end(body.slice(10));
    expect(await status).toBe(201);
    await gone;
    expect(chat.host.stored.map(({ text }) => text)).toEqual(["half way"]);
  });

  it("carries files both ways", async () => {
    const file = await post(`${HOME}/files?name=a.txt`, "bytes", { "Content-Type": "text/plain" });
    expect(file.status).toBe(201);
    const { id } = JSON.parse(file.text) as { id: string };
    const message = JSON.stringify({ text: "", id: "four", files: [id] });
    expect((await post(`${HOME}/messages`, message)).status).toBe(201);
    const back = await page.ask(`/chat/v1/files/${id}`, { headers: page.bearer });
    expect([back.status, back.text]).toEqual([200, "bytes"]);
    expect(back.headers["content-disposition"]).toContain("attachment");
    expect(back.headers["x-content-type-options"]).toBe("nosniff");
  });
});
