import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";

import { createDiscordAdapter } from "../../../../adapters/discord/discord-adapter.ts";
import type { Adapter } from "../../../../adapters/adapter.ts";
import { realChance, realClock } from "../../../../sessions/real-time.ts";
import { createRecordingHost } from "../../recording-host.ts";
import { until } from "../world.ts";

const BOT = { id: "100", username: "Sluice", bot: true };
const READY = {
  user: BOT,
  application: { id: "100", flags: 1 << 19 },
  guilds: [],
  session_id: "a session",
};
const hello = { op: 10, d: { heartbeat_interval: 41_250 } };
const event = (s: number, t: string, d: unknown) => ({ op: 0, s, t, d });
const said = (s: number, content: string) =>
  event(s, "MESSAGE_CREATE", {
    id: String(1_000 + s),
    channel_id: "7",
    channel_type: 1,
    author: { id: "1", username: "you" },
    content,
    timestamp: "2026-01-01T00:00:00.000Z",
  });

/** Says to each socket what the test wants: after the first answer the first list, after the next the second. */
async function startGarbler(lives: readonly (readonly unknown[])[], resumeUrl?: string) {
  let life = 0;
  const server = createServer((request, response) => {
    response.setHeader("content-type", "application/json");
    if (request.url?.includes("/gateway/bot") !== true) return void response.end("[]");
    const limit = { total: 1000, remaining: 1000, reset_after: 0, max_concurrency: 1 };
    response.end(JSON.stringify({ url, shards: 1, session_start_limit: limit }));
  });
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket) => {
    socket.send(JSON.stringify(hello));
    socket.once("message", () => {
      for (const frame of lives[life] ?? lives.at(-1) ?? []) {
        const filled = JSON.stringify(frame).replaceAll("RESUME_URL", resumeUrl ?? url);
        socket.send(typeof frame === "string" || Buffer.isBuffer(frame) ? frame : filled);
      }
      life += 1;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.address() as AddressInfo;
  const url = `ws://127.0.0.1:${port}`;
  return {
    api: `http://127.0.0.1:${port}/api`,
    lives: () => life,
    close: () => {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      server.close();
    },
  };
}

const ready = (session = "a session") =>
  event(1, "READY", { ...READY, session_id: session, resume_gateway_url: "RESUME_URL" });
const resumed = (s: number) => event(s, "RESUMED", {});

describe("a frame that is not what it should be", () => {
  let close: () => Promise<void>;
  afterEach(() => close());

  async function start(lives: readonly (readonly unknown[])[], resumeUrl?: string) {
    const garbler = await startGarbler(lives, resumeUrl);
    const host = createRecordingHost();
    const lines: string[] = [];
    const note = (fields: object, text: string): void =>
      void lines.push(`${text} ${JSON.stringify(fields)}`);
    const fast = {
      ...realClock,
      timer: (ms: number, act: () => void) => realClock.timer(ms / 20, act),
    };
    const adapter: Adapter = createDiscordAdapter({
      network: "discord",
      account: "main",
      token: "a.token",
      apiRoot: garbler.api,
      channels: {},
      openThreads: false,
      backfill: { maxAgeMs: 1, maxMessages: 1 },
      shards: { total: null, ids: null },
      clock: { ...fast, monotonic: () => realClock.monotonic() * 20 },
      chance: realChance,
      log: { info: note, warn: note, error: note },
    });
    close = async () => {
      await adapter.disconnect();
      garbler.close();
    };
    await adapter.connect(host, new AbortController().signal);
    return { host, lines, garbler, texts: () => host.stored.map(({ text }) => text) };
  }

  it("is passed over when it is no JSON, or nothing we know", async () => {
    const { texts } = await start([
      [
        ready(),
        "what?",
        "null",
        "[]",
        '{"op":"x"}',
        Buffer.from([0, 1, 2, 255]),
        event(2, "SOMETHING_NEW", { a: 1 }),
        event(3, "SOMETHING_NEW", null),
        said(4, "hello"),
      ],
    ]);
    await until(() => expect(texts()).toEqual(["hello"]));
  });

  it("is one line of log when it is an event that lacks what it needs, and the next one is read", async () => {
    const { host, texts, lines, garbler } = await start([
      [
        ready(),
        event(2, "MESSAGE_CREATE", null),
        event(3, "MESSAGE_CREATE", { id: 5 }),
        event(4, "GUILD_CREATE", { id: "x" }),
        event(5, "INTERACTION_CREATE", "?"),
        event(6, "THREAD_CREATE", []),
        said(7, "hello"),
      ],
    ]);
    await until(() => expect(texts()).toEqual(["hello"]));
    expect(lines.filter((line) => line.startsWith("cannot read an event"))).toHaveLength(5);
    expect(host.unread).toBe(5);
    expect(garbler.lives()).toBe(1);
  });

  for (const frame of [
    '{"op":9,"d":null}',
    '{"op":10,"d":null}',
    '{"op":0,"t":"READY","s":3,"d":null}',
  ]) {
    it(`ends the socket and nothing else when it is ${frame}`, async () => {
      const { texts, garbler } = await start([
        [ready(), said(2, "one"), frame],
        [said(4, "two"), resumed(5)],
      ]);
      await until(() => expect(texts()).toEqual(["one", "two"]));
      expect(garbler.lives()).toBe(2);
    });
  }

  it("costs the session when it is a resume address that is none", async () => {
    const { texts } = await start(
      [
        [ready(), said(2, "one"), '{"op":7,"d":null}'],
        [ready("another"), said(3, "two")],
      ],
      "no address",
    );
    await until(() => expect(texts()).toEqual(["one", "two"]));
  });
});
