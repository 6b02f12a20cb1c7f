import { describe, expect, it } from "vitest";

import { createFakeClock } from "../fake-clock.ts";
import type { FakeDiscord } from "./fake-discord.ts";
import { fakeWithRest, until } from "./fake-world.ts";
import { connectRaw, connectReady, identify, resume } from "./raw-client.ts";
import type { RawClient } from "./raw-client.ts";

function say(discord: FakeDiscord, text: string): void {
  discord.people.say(discord.home.channel, text, { author: discord.home.person });
}

function heard(client: RawClient): readonly unknown[] {
  return client.received.filter((one) => one.t === "MESSAGE_CREATE").map(({ d }) => d["content"]);
}

describe("a session of the fake gateway", () => {
  it("replays what was missed in order, then RESUMED", async () => {
    const { discord } = await fakeWithRest();
    const { client, session, resumeUrl } = await connectReady(discord);
    say(discord, "one");
    const one = await client.event("MESSAGE_CREATE");
    say(discord, "two");
    await until(() => heard(client).length === 2);
    client.terminate();
    await until(() => discord.records.closes.length === 1);
    say(discord, "three");
    const again = await connectRaw(resumeUrl);
    again.send(resume(discord.token, session, Number(one.s)));
    const resumed = await again.event("RESUMED");
    expect(heard(again)).toEqual(["two", "three"]);
    expect(resumed.s).toBe(Number(one.s) + 3);
    say(discord, "four");
    expect(await again.event("MESSAGE_CREATE")).toMatchObject({ s: Number(one.s) + 1 });
    await until(() => heard(again).length === 3);
    expect(discord.records.resumes).toMatchObject([
      { host: "resume", sequence: one.s, outcome: { kind: "resumed", replayed: 2 } },
    ]);
    expect(discord.records.deliveredSequence).toBe(Number(one.s) + 4);
    expect(discord.records.misuse).toEqual([]);
  });

  it.each([
    [1000, false],
    [1001, false],
    [4200, true],
    [3000, true],
    [null, true],
  ])("after a client's close with %s can be resumed: %s", async (code, canResume) => {
    const { discord } = await fakeWithRest();
    const { client, session, resumeUrl } = await connectReady(discord);
    if (code === null) client.terminate();
    else client.close(code);
    await until(() => discord.records.closes.length === 1);
    expect(discord.records.closes).toMatchObject([{ by: "client", code: code ?? 1006 }]);
    const again = await connectRaw(resumeUrl);
    again.send(resume(discord.token, session, 2));
    if (canResume) await again.event("RESUMED");
    else expect(await again.next((one) => one.op === 9)).toMatchObject({ d: false });
  });

  it.each([
    [4000, true],
    [4008, true],
    [1001, true],
    [4007, false],
    [4009, false],
  ])("after the network's close with %s can be resumed: %s", async (code, canResume) => {
    const { discord } = await fakeWithRest();
    const { client, session, resumeUrl } = await connectReady(discord);
    discord.faults.gateway.close(code);
    expect(await client.closed).toBe(code);
    const again = await connectRaw(resumeUrl);
    again.send(resume(discord.token, session, 2));
    if (canResume) await again.event("RESUMED");
    else expect(await again.next((one) => one.op === 9)).toMatchObject({ d: false });
  });

  it("is over some time after it lost its socket", async () => {
    const clock = createFakeClock();
    const { discord } = await fakeWithRest({ clock, sessionKeptMs: 60_000 });
    const { client, session, resumeUrl } = await connectReady(discord);
    client.terminate();
    await until(() => discord.records.closes.length === 1);
    expect(discord.records.sessions).toMatchObject([{ id: session, isConnected: false }]);
    await clock.advance(60_001);
    expect(discord.records.sessions).toEqual([]);
    const again = await connectRaw(resumeUrl);
    again.send(resume(discord.token, session, 2));
    expect(await again.next((one) => one.op === 9)).toMatchObject({ d: false });
    again.send(identify(discord.token, 1));
    await again.event("READY");
    expect(discord.records.misuse).toEqual(["IDENTIFY on the resume host"]);
  });

  it("closes a RESUME whose sequence never was with 4007, and ends", async () => {
    const { discord } = await fakeWithRest();
    const { client, session, resumeUrl } = await connectReady(discord);
    client.terminate();
    const again = await connectRaw(resumeUrl);
    again.send(resume(discord.token, session, 99));
    expect(await again.closed).toBe(4007);
    expect(discord.records.sessions).toEqual([]);
  });

  it("closes a RESUME with a wrong token, and goes on", async () => {
    const { discord } = await fakeWithRest();
    const { session, resumeUrl } = await connectReady(discord);
    const again = await connectRaw(resumeUrl);
    again.send(resume("wrong", session, 2));
    expect(await again.closed).toBe(4004);
    expect(discord.records.sessions).toMatchObject([{ isConnected: true }]);
  });

  it("cannot be resumed once more was missed than is kept", async () => {
    const { discord } = await fakeWithRest({ replayLimit: 4 });
    const { client, session, resumeUrl } = await connectReady(discord);
    client.terminate();
    await until(() => discord.records.closes.length === 1);
    for (const text of ["a", "b", "c", "d", "e", "f"]) say(discord, text);
    const again = await connectRaw(resumeUrl);
    again.send(resume(discord.token, session, 2));
    expect(await again.next((one) => one.op === 9)).toMatchObject({ d: false });
  });

  it("moves to the socket that resumes it", async () => {
    const { discord } = await fakeWithRest();
    const { client, session, resumeUrl } = await connectReady(discord);
    const again = await connectRaw(resumeUrl);
    again.send(resume(discord.token, session, 2));
    await again.event("RESUMED");
    expect(await client.closed).toBe(4000);
    say(discord, "hello");
    await again.event("MESSAGE_CREATE");
    expect(heard(client)).toEqual([]);
  });

  it("is told apart on the main host", async () => {
    const { discord } = await fakeWithRest();
    const { client, session } = await connectReady(discord);
    client.terminate();
    const again = await connectRaw(discord.gatewayUrl);
    again.send(resume(discord.token, session, 2));
    await again.event("RESUMED");
    expect(discord.records.misuse).toEqual(["RESUME on the main host"]);
  });

  it("is asked to reconnect, or invalid: resumable on the same socket, or gone", async () => {
    const { discord } = await fakeWithRest();
    const { client, session } = await connectReady(discord);
    discord.faults.gateway.reconnect();
    await client.next((one) => one.op === 7);
    discord.faults.gateway.invalidate(true);
    expect(await client.next((one) => one.op === 9)).toMatchObject({ d: true });
    say(discord, "meanwhile");
    client.send(resume(discord.token, session, 2));
    await client.event("RESUMED");
    expect(heard(client)).toEqual(["meanwhile"]);
    discord.faults.gateway.invalidate(false);
    expect(await client.next((one) => one.op === 9)).toMatchObject({ d: false });
    expect(discord.records.sessions).toEqual([]);
  });

  it("can be forgotten without a word", async () => {
    const { discord } = await fakeWithRest();
    const { client, session, resumeUrl } = await connectReady(discord);
    discord.faults.gateway.forgetSessions();
    say(discord, "nobody hears");
    client.send({ op: 1, d: 2 });
    await client.next((one) => one.op === 11);
    expect(heard(client)).toEqual([]);
    const again = await connectRaw(resumeUrl);
    again.send(resume(discord.token, session, 2));
    expect(await again.next((one) => one.op === 9)).toMatchObject({ d: false });
  });

  it("can be refused in every way, in order", async () => {
    const { discord } = await fakeWithRest();
    const { client, session, resumeUrl } = await connectReady(discord);
    const { gateway } = discord.faults;
    client.terminate();
    gateway.refuseResume({ kind: "silence" });
    gateway.refuseResume({ kind: "invalid_session", isResumable: true });
    gateway.refuseResume({ kind: "close", code: 4000 });
    gateway.refuseResume({ kind: "close", code: 4009 });
    const quiet = await connectRaw(resumeUrl);
    quiet.send(resume(discord.token, session, 2));
    await until(() => discord.records.resumes.length === 1);
    const again = await connectRaw(resumeUrl);
    again.send(resume(discord.token, session, 2));
    expect(await again.next((one) => one.op === 9)).toMatchObject({ d: true });
    again.send(resume(discord.token, session, 2));
    expect(await again.closed).toBe(4000);
    const last = await connectRaw(resumeUrl);
    last.send(resume(discord.token, session, 2));
    expect(await last.closed).toBe(4009);
    expect(quiet.received.map(({ op }) => op)).toEqual([10]);
    expect(discord.records.resumes.map(({ outcome }) => outcome.kind)).toEqual([
      "silence",
      "invalid_session",
      "closed",
      "closed",
    ]);
    expect(discord.records.sessions).toEqual([]);
  });
});

describe("the fake gateway's faults", () => {
  it("keeps what happens in silence for the socket, or for a RESUME", async () => {
    const { discord } = await fakeWithRest();
    const { client, session, resumeUrl } = await connectReady(discord);
    await client.event("GUILD_CREATE");
    discord.faults.gateway.isSilent = true;
    client.send({ op: 1, d: 2 });
    say(discord, "unheard");
    await new Promise((resolve) => {
      setTimeout(resolve, 60);
    });
    expect(client.received.map(({ t, op }) => t ?? op)).toEqual([10, "READY", "GUILD_CREATE"]);
    expect(discord.records.heartbeats).toEqual([]);
    expect(discord.records.deliveredSequence).toBe(2);
    discord.faults.gateway.isSilent = false;
    await client.event("MESSAGE_CREATE");
    await client.next((one) => one.op === 11);

    discord.faults.gateway.isSilent = true;
    say(discord, "later");
    client.terminate();
    discord.faults.gateway.isSilent = false;
    const again = await connectRaw(resumeUrl);
    again.send(resume(discord.token, session, 3));
    await again.event("RESUMED");
    expect(heard(again)).toEqual(["later"]);
  });

  it("is down: sockets break and none is taken", async () => {
    const { discord } = await fakeWithRest();
    const { client, session, resumeUrl } = await connectReady(discord);
    discord.faults.gateway.isDown = true;
    expect(await client.closed).toBe(1006);
    await expect(connectRaw(discord.gatewayUrl)).rejects.toThrow();
    await expect(connectRaw(resumeUrl)).rejects.toThrow();
    discord.faults.gateway.isDown = false;
    const again = await connectRaw(resumeUrl);
    again.send(resume(discord.token, session, 2));
    await again.event("RESUMED");
  });

  it("has a resume host that dies alone", async () => {
    const { discord } = await fakeWithRest();
    const { client, resumeUrl } = await connectReady(discord);
    discord.faults.gateway.resumeHost = "dead";
    await expect(connectRaw(resumeUrl)).rejects.toThrow();
    await connectRaw(discord.gatewayUrl);
    discord.faults.gateway.resumeHost = "silent";
    const state = await Promise.race([
      connectRaw(resumeUrl).then(
        () => "answered",
        () => "refused",
      ),
      new Promise((resolve) => {
        setTimeout(() => resolve("nothing"), 60);
      }),
    ]);
    expect(state).toBe("nothing");
    discord.faults.gateway.drop();
    expect(await client.closed).toBe(1006);
    expect(discord.records.closes[0]).toMatchObject({ by: "server", code: 1006 });
  });

  it("delays events, or holds them, in order", async () => {
    const clock = createFakeClock();
    const { discord } = await fakeWithRest({ clock });
    const { client } = await connectReady(discord);
    await client.event("GUILD_CREATE");
    discord.faults.gateway.delayMs = 500;
    say(discord, "one");
    discord.faults.gateway.delayMs = 0;
    say(discord, "two");
    await clock.advance(499);
    client.send({ op: 1, d: 2 });
    await client.next((one) => one.op === 11);
    expect(heard(client)).toEqual([]);
    await clock.advance(1);
    await until(() => heard(client).length === 2);
    discord.faults.gateway.holdsEvents = true;
    say(discord, "three");
    say(discord, "four");
    client.send({ op: 1, d: 2 });
    await client.next((one) => one.op === 11);
    expect(heard(client)).toEqual(["one", "two"]);
    discord.faults.gateway.holdsEvents = false;
    await until(() => heard(client).length === 4);
    expect(heard(client)).toEqual(["one", "two", "three", "four"]);
  });
});
