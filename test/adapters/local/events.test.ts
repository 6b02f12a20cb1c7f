import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { connectChat } from "../../../cli/chat/client.ts";
import type { ChatEvent } from "../../../cli/chat/shown.ts";
import { createFakeClock } from "../../fakes/fake-clock.ts";
import { never, openChat, take, TOKEN } from "./local-chat.ts";
import type { OpenedChat } from "./local-chat.ts";

describe("the events of the local chat", () => {
  let chat: OpenedChat;
  beforeEach(async () => {
    chat = await openChat();
  });
  afterEach(() => chat.close());

  it("a new viewer is shown nothing old and learns its position", async () => {
    await chat.reply("old");
    const events = await take(chat.client(), { after: null, count: "live" });
    expect(events).toMatchObject([{ kind: "live" }]);
  });

  it("what happens is shown as it happens, with growing ids", async () => {
    const client = chat.client();
    const events: ChatEvent[] = [];
    const leave = new AbortController();
    const watching = (async () => {
      for await (const event of client.events({ after: null, signal: leave.signal })) {
        events.push(event);
      }
    })().catch(() => {});
    await vi.waitFor(() => expect(events).toHaveLength(1));
    await client.say("hi", { id: "m1", signal: never });
    await chat.adapter().typing({ network: "local", account: "main", chat: "home", thread: null });
    const externalId = await chat.reply("he");
    await chat.edit(externalId, "hello");
    await vi.waitFor(() => expect(events).toHaveLength(5));
    leave.abort();
    await watching;
    expect(events.map((one) => [one.kind, "message" in one ? one.message.text : null])).toEqual([
      ["live", null],
      ["message", "hi"],
      ["typing", null],
      ["message", "he"],
      ["edit", "hello"],
    ]);
    const positions = events.flatMap((one) => ("position" in one ? [Number(one.position)] : []));
    expect(positions).toEqual(positions.toSorted((one, other) => one - other));
    expect(new Set(positions).size).toBe(positions.length);
  });

  it("a viewer sees its own chat, and one of all chats sees each", async () => {
    await chat.reply("a", { chat: "one" });
    await chat.reply("b", { chat: "two" });
    const texts = (events: ChatEvent[]): string[] =>
      events.flatMap((one) => ("message" in one ? [one.message.text] : []));
    expect(texts(await take(chat.client({ chat: "two" }), { after: 0, count: "live" }))).toEqual([
      "b",
    ]);
    const all: string[] = [];
    for await (const event of chat
      .client()
      .events({ after: 0, signal: never, isEverywhere: true })) {
      if (event.kind === "live") break;
      all.push(...texts([event]));
    }
    expect(all).toEqual(["a", "b"]);
  });

  it("a viewer that comes back gets what it missed once: new messages and edits of old ones", async () => {
    const first = await chat.reply("first");
    await chat.reply("untouched");
    const [, at] = await take(chat.client(), { after: 0, count: 2 });
    const after = at?.kind === "message" ? at.position : null;
    await chat.edit(first, "first, edited");
    const later = await chat.reply("la");
    await chat.edit(later, "later");
    await chat.restart();
    const missed = await take(chat.client(), { after, count: "live" });
    expect(missed.map((one) => [one.kind, "message" in one ? one.message.text : null])).toEqual([
      ["edit", "first, edited"],
      ["message", "later"],
      ["live", null],
    ]);
    const live = missed.at(-1);
    const again = await take(chat.client(), {
      after: live?.kind === "live" ? live.position : 0,
      count: "live",
    });
    expect(again).toHaveLength(1);
  });

  it("a viewer that reads a long history gets all of it in order", async () => {
    await Promise.all(Array.from({ length: 1_500 }, (_, index) => chat.reply(`n${index}`)));
    const events = await take(chat.client(), { after: 0, count: "live" });
    const texts = events.flatMap((one) => ("message" in one ? [one.message.text] : []));
    expect(texts).toEqual(Array.from({ length: 1_500 }, (_, index) => `n${index}`));
  });

  it("messages that come while a viewer catches up are not missed", async () => {
    const many = "x".repeat(5_000);
    await Promise.all(Array.from({ length: 600 }, () => chat.reply(many)));
    const seen: string[] = [];
    let said = 0;
    for await (const event of chat.client().events({ after: 0, signal: never })) {
      if (event.kind !== "message") continue;
      seen.push(event.message.externalId);
      if (said < 20) await chat.reply(`during ${(said += 1)}`, { id: `during${said}` });
      if (seen.length === 620) break;
    }
    expect(new Set(seen).size).toBe(620);
    expect(seen).toContain("during20");
  });

  it("a quiet stream is kept alive", async () => {
    const clock = createFakeClock();
    const quiet = await openChat({ clock });
    const response = await fetch(`${quiet.url()}/v1/events`, {
      headers: { Authorization: `Bearer ${TOKEN}` },
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toMatch(/^id: \d+\n\n$/);
    await clock.advance(15_000);
    expect((await reader?.read())?.value).toMatch(/^:/);
    await reader?.cancel();
    await Promise.all([quiet.close(), clock.advance(5_000)]);
  });

  it("a chat keeps its latest messages", async () => {
    const small = await openChat({ keep: 50 });
    for (let index = 0; index < 1_200; index += 1) void small.reply(`n${index}`);
    await small.reply("last");
    const { messages } = await small.client().history({ after: 0, limit: 1_000, signal: never });
    expect(messages.length).toBeLessThan(560);
    expect(messages.at(-1)?.text).toBe("last");
    await small.close();
  });

  it("[I01] a chat whose process is killed has every message it confirmed, and its ids go on", async () => {
    const { child, url, confirmed } = await serve(chat.file);
    const client = connectChat({ url, token: TOKEN, chat: "home", user: "you" });
    for (let index = 0; index < 40; index += 1) {
      await client.say(`n${index}`, { id: `m${index}`, signal: never });
    }
    await vi.waitFor(() => expect(confirmed.length).toBeGreaterThan(20));
    child.kill("SIGKILL");
    await once(child, "close");

    await chat.restart();
    const { messages, last } = await chat
      .client()
      .history({ after: null, limit: 200, signal: never });
    const ids = new Set(messages.map((one) => one.externalId));
    expect(confirmed.filter((id) => !ids.has(id))).toEqual([]);
    for (let index = 0; index < 40; index += 1) expect(ids).toContain(`home~m${index}`);
    expect(ids.size).toBe(messages.length);
    await chat.reply("after");
    const [next] = await take(chat.client(), { after: last, count: 1 });
    expect(next).toMatchObject({ kind: "message", message: { text: "after" } });
  });
});

async function serve(file: string) {
  const script = fileURLToPath(new URL("./serve.ts", import.meta.url));
  const child = spawn(process.execPath, [script, file, TOKEN], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const confirmed: string[] = [];
  const url = await new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.startsWith("http")) resolve(line);
      else confirmed.push((JSON.parse(line) as { externalId: string }).externalId);
    });
  });
  return { child, url, confirmed };
}
