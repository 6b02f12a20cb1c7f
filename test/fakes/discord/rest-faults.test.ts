import { Routes } from "discord-api-types/v10";
import { REST } from "@discordjs/rest";
import { describe, expect, it } from "vitest";

import type { CallFault } from "./faults.ts";
import type { FakeDiscord } from "./fake-discord.ts";
import { fakeWithRest, refusal, until } from "./fake-world.ts";

const SEND = { method: "POST", route: "/channels/:channel/messages" } as const;

function send(discord: FakeDiscord, rest: REST, more: object = {}): Promise<unknown> {
  const body = { content: "hello", ...more };
  return rest.post(Routes.channelMessages(discord.home.channel), { body });
}

const count = ({ seen, home }: FakeDiscord): number => seen(home.channel).length;

describe("the fake REST's faults", () => {
  it.each([
    ["lose_answer", 1],
    ["drop", 0],
  ] as const)("breaks the connection: %s leaves %i message", async (kind, left) => {
    const { discord, rest } = await fakeWithRest();
    discord.faults.rest.next(SEND, { kind });
    await expect(send(discord, rest)).rejects.toThrow();
    expect(count(discord)).toBe(left);
    expect(discord.records.calls).toMatchObject([{ isAnswered: false }]);
    await send(discord, rest);
    expect(count(discord)).toBe(left + 1);
  });

  it.each([
    ["hang_after", 1],
    ["black_hole", 0],
  ] as const)("never answers: %s leaves %i message", async (kind, left) => {
    const { discord, rest } = await fakeWithRest();
    discord.faults.rest.next(SEND, { kind });
    const giveUp = new AbortController();
    const call = rest.post(Routes.channelMessages(discord.home.channel), {
      body: { content: "hello" },
      signal: giveUp.signal,
    });
    const failed = expect(call).rejects.toThrow();
    await until(() => discord.records.calls.length === 1);
    await until(() => count(discord) === left);
    giveUp.abort();
    await failed;
    expect(discord.records.calls).toMatchObject([{ isAnswered: false }]);
  });

  it.each([
    ["status", 0],
    ["status_after", 1],
  ] as const)("answers otherwise: %s leaves %i message", async (kind, left) => {
    const { discord, rest } = await fakeWithRest();
    discord.faults.rest.next(SEND, { kind, status: 502 });
    expect(await refusal(send(discord, rest))).toMatchObject({ status: 502 });
    expect(count(discord)).toBe(left);
  });

  it("makes the client's own retries one message, by the nonce", async () => {
    const { discord } = await fakeWithRest();
    const rest = new REST({ version: "10", api: discord.api, retries: 3, offset: 0 });
    rest.setToken(discord.token);
    discord.faults.rest.next({ ...SEND, times: 2 }, { kind: "status_after", status: 500 });
    await send(discord, rest, { nonce: "one", enforce_nonce: true });
    expect(count(discord)).toBe(1);
    expect(discord.records.calls.map((one) => one.status)).toEqual([500, 500, 200]);
  });

  it.each<[CallFault, number]>([
    [{ kind: "delay", ms: 80 }, 0],
    [{ kind: "late_answer", ms: 80 }, 1],
  ])("is slow: $0.kind leaves $1 message meanwhile", async (fault, meanwhile) => {
    const { discord, rest } = await fakeWithRest();
    discord.faults.rest.next(SEND, fault);
    const started = performance.now();
    const call = send(discord, rest);
    await until(() => discord.records.calls.length === 1);
    await until(() => count(discord) === meanwhile);
    await call;
    expect(performance.now() - started).toBeGreaterThan(60);
    expect(count(discord)).toBe(1);
  });

  it("limits as told", async () => {
    const { discord } = await fakeWithRest();
    const rest = new REST({
      version: "10",
      api: discord.api,
      offset: 0,
      rejectOnRateLimit: ["/channels"],
    }).setToken(discord.token);
    discord.faults.rest.next(SEND, { kind: "rate_limit", retryAfterMs: 7_000, scope: "global" });
    await expect(send(discord, rest)).rejects.toMatchObject({ retryAfter: 7_000, scope: "global" });
    expect(count(discord)).toBe(0);
    expect(discord.records.invalidRequests).toBe(1);
  });

  it("takes the first fault that fits, so often as told", async () => {
    const { discord, rest } = await fakeWithRest();
    const { faults } = discord;
    faults.rest.next({ method: "PATCH" }, { kind: "status", status: 500 });
    faults.rest.next({ ...SEND, times: 2 }, { kind: "status", status: 501 });
    faults.rest.next(
      { route: `/channels/${discord.home.channel}` },
      { kind: "status", status: 502 },
    );
    expect(await refusal(send(discord, rest))).toMatchObject({ status: 501 });
    expect(await refusal(send(discord, rest))).toMatchObject({ status: 501 });
    await send(discord, rest);
    const channel = Routes.channel(discord.home.channel);
    expect(await refusal(rest.get(channel))).toMatchObject({ status: 502 });
    await rest.get(channel);
    faults.rest.clear();
    const id = discord.seen(discord.home.channel)[0]?.id ?? "";
    await rest.patch(Routes.channelMessage(discord.home.channel, id), { body: { content: "x" } });
  });

  it("is out in three ways", async () => {
    const { discord, rest } = await fakeWithRest();
    discord.faults.rest.outage = "unavailable";
    expect(await refusal(send(discord, rest))).toMatchObject({ status: 503 });
    discord.faults.rest.outage = "refused";
    await expect(send(discord, rest)).rejects.toThrow();
    discord.faults.rest.outage = "hangs";
    const hurry = { body: { content: "x" }, signal: AbortSignal.timeout(50) };
    const call = rest.post(Routes.channelMessages(discord.home.channel), hurry);
    await expect(call).rejects.toThrow();
    discord.faults.rest.outage = "none";
    await send(discord, rest);
    expect(count(discord)).toBe(1);
  });

  it("calls back when something took effect, before it is answered", async () => {
    const { discord, rest } = await fakeWithRest();
    const seen: number[] = [];
    discord.faults.rest.onEffect = ({ status, answer }) => {
      seen.push(status, count(discord));
      return (answer as { content: string }).content === "cut" ? "cut" : "answer";
    };
    await send(discord, rest);
    await expect(send(discord, rest, { content: "cut" })).rejects.toThrow();
    expect(seen).toEqual([200, 1, 200, 2]);
  });
});
