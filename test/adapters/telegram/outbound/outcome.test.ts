import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { parseExternalId } from "../../../../adapters/telegram/external-id.ts";
import { createFakeClock } from "../../../fakes/fake-clock.ts";
import type { FakeChat } from "../../../fakes/telegram/fake-telegram.ts";
import { startSpeaker } from "./speaker.ts";
import type { Speaker } from "./speaker.ts";

let speaker: Speaker;
beforeEach(async () => {
  speaker = await startSpeaker();
});
afterEach(async () => {
  const { told, bot } = speaker;
  await speaker.stop();
  expect(told()).not.toContain(bot.token);
  expect(told()).not.toContain(bot.token.split(":")[1]);
});

const options = () => ({
  id: "out_1" as never,
  uncertain: false,
  signal: new AbortController().signal,
});
const words = { text: "hello", buttons: [], file: null, replyTo: null };

describe("what Telegram refuses", () => {
  it("a person who blocked the bot, and lets it speak again", async () => {
    speaker.chat.block();
    expect(await speaker.send(speaker.chat, "hello")).toEqual({
      outcome: "refused",
      reason: "Forbidden: bot was blocked by the user",
    });
    speaker.chat.unblock();
    expect(await speaker.send(speaker.chat, "hello")).toMatchObject({ outcome: "sent" });
  });

  it("a group that threw the bot out", async () => {
    const { fake, ann, bot } = speaker;
    const group = fake.group("Ops", { people: [ann], bots: [bot] });
    group.kick(bot);
    expect(await speaker.send(group, "hello")).toEqual({
      outcome: "refused",
      reason: "Forbidden: bot was kicked from the supergroup chat",
    });
  });

  it("a chat that was deleted in the middle of an answer", async () => {
    const { fake, ann, bot } = speaker;
    const group = fake.group("Ops", { people: [ann], bots: [bot] });
    const id = await speaker.place(group, "Looking …");
    group.destroy();
    const refused = { outcome: "refused", reason: "Bad Request: chat not found" };
    expect(await speaker.edit(group, id, "Found")).toEqual(refused);
    expect(await speaker.send(group, "Found")).toEqual(refused);
  });

  it("a token that was revoked is told, and nothing was sent", async () => {
    const id = await speaker.place(speaker.chat, "hello");
    speaker.bot.revoke();
    const refused = { outcome: "not_sent", reason: "token refused (401)" };
    expect(await speaker.send(speaker.chat, "more")).toEqual(refused);
    expect(await speaker.edit(speaker.chat, id, "more")).toEqual(refused);
    expect(speaker.revoked()).toBe(2);
  });

  it("a token that looks like none", async () => {
    const broken = speaker.another({ token: "no-token" });
    expect(await broken.send(speaker.address(speaker.chat), words, options())).toEqual({
      outcome: "not_sent",
      reason: "token refused (404)",
    });
    expect(speaker.revoked()).toBe(1);
  });
});

describe("a group that becomes a supergroup", () => {
  let group: FakeChat;
  beforeEach(() => {
    const { fake, ann, bot } = speaker;
    group = fake.group("Ops", { people: [ann], bots: [bot], basic: true });
  });

  it("is written to under its new id, which is remembered", async () => {
    await speaker.place(group, "before");
    const now = group.migrate();
    const id = await speaker.place(group, "after");
    expect(id).toBe(speaker.externalId(now, now.seen().at(-1)?.id ?? 0));
    expect(await speaker.send(group, "more")).toMatchObject({ outcome: "sent" });
    expect(now.texts()).toEqual(["after", "more"]);
    expect(speaker.fake.callsOf("sendMessage").map(({ outcome }) => outcome)).toEqual([
      200, 400, 200, 200,
    ]);
    expect(speaker.aliases.actual(String(group.id))).toBe(String(now.id));
    expect(await speaker.host.cursor("aliases")).toEqual({ [now.id]: String(group.id) });
  });

  it("is written to also when its new id cannot be stored", async () => {
    const now = group.migrate();
    speaker.host.failures.push(new Error("the disk is full"));
    await speaker.place(group, "after");
    expect(now.texts()).toEqual(["after"]);
    expect(speaker.told()).toContain("new id of a chat not stored");
  });

  it("has left its messages behind: their edits are refused, so that they are said anew", async () => {
    const id = await speaker.place(group, "before");
    const now = group.migrate();
    for (let time = 0; time < 2; time += 1) {
      expect(await speaker.edit(group, id, "after")).toMatchObject({ outcome: "refused" });
    }
    const anew = await speaker.place(group, "anew");
    // Of an earlier message that had the number which a new one has by chance.
    const same = speaker.externalId(group, parseExternalId(anew)?.message ?? 0);
    expect(await speaker.edit(group, same, "after")).toMatchObject({ outcome: "refused" });
    expect(now.texts()).toEqual(["anew"]);
    expect(await speaker.edit(group, anew, "at last")).toMatchObject({ outcome: "sent" });
    expect(now.texts()).toEqual(["at last"]);
  });

  it("quotes no message that has the number of an earlier one by chance", async () => {
    const question = group.say("@sluice_bot why?");
    group.migrate();
    await speaker.place(group, { text: "because", replyTo: speaker.externalId(group, question) });
    expect(speaker.fake.callsOf("sendMessage").at(-1)?.payload).not.toHaveProperty(
      "reply_parameters",
    );
  });
});

describe("what nobody knows", () => {
  it("an answer that was cut: it arrived", async () => {
    speaker.fake.faults.cutAnswers("sendMessage", 1);
    expect(await speaker.send(speaker.chat, "hello")).toMatchObject({ outcome: "unknown" });
    expect(speaker.chat.texts()).toEqual(["hello"]);
  });

  it("a connection that broke before anything was done looks the same", async () => {
    speaker.fake.faults.cutRequests("sendMessage", 1);
    expect(await speaker.send(speaker.chat, "hello")).toMatchObject({ outcome: "unknown" });
    expect(speaker.chat.texts()).toEqual([]);
  });

  it("connections that are all reset", async () => {
    await speaker.fake.faults.outage("reset");
    expect(await speaker.send(speaker.chat, "hello")).toMatchObject({ outcome: "unknown" });
  });

  it.each([
    ["a gateway's page", { status: 502, body: "<html>Bad Gateway</html>" }],
    ["a page with 200", { status: 200, body: "<html>Welcome to the hotel</html>" }],
    ["an inner error", { status: 500 }],
  ])("%s in place of an answer", async (_name, answer) => {
    speaker.fake.faults.fail("sendMessage", answer, 1);
    expect(await speaker.send(speaker.chat, "hello")).toMatchObject({ outcome: "unknown" });
  });

  it("no answer at all, until whoever asked has waited enough", async () => {
    speaker.fake.faults.blackHole("sendMessage", 1);
    const end = new AbortController();
    const sending = speaker.send(speaker.chat, "hello", { signal: end.signal });
    await vi.waitFor(() => expect(speaker.fake.callsOf("sendMessage")).toHaveLength(1));
    end.abort();
    expect(await sending).toEqual({
      outcome: "unknown",
      reason: "Telegram did not answer in time",
    });
    expect(await speaker.send(speaker.chat, "again")).toMatchObject({ outcome: "sent" });
  });
});

describe("what was certainly not sent", () => {
  it("nobody listens", async () => {
    await speaker.fake.faults.outage("refuse");
    expect(await speaker.send(speaker.chat, "hello")).toEqual({
      outcome: "not_sent",
      reason: "Telegram was not reached (ECONNREFUSED)",
    });
    await speaker.fake.faults.restore();
    expect(await speaker.send(speaker.chat, "hello")).toMatchObject({ outcome: "sent" });
  });

  it("a name that leads nowhere", async () => {
    const lost = speaker.another({ apiRoot: "http://telegram.invalid" });
    expect(await lost.send(speaker.address(speaker.chat), words, options())).toMatchObject({
      outcome: "not_sent",
      reason: expect.stringMatching(/not reached \((ENOTFOUND|EAI_AGAIN)\)/) as string,
    });
  });

  it("a server that speaks no TLS", async () => {
    const plain = speaker.another({ apiRoot: speaker.fake.url.replace("http:", "https:") });
    expect(await plain.send(speaker.address(speaker.chat), words, options())).toMatchObject({
      outcome: "not_sent",
    });
  });

  it("what was called off before it began", async () => {
    expect(
      await speaker.send(speaker.chat, "hello", { signal: AbortSignal.abort() }),
    ).toMatchObject({ outcome: "not_sent" });
    expect(speaker.fake.calls).toEqual([]);
  });

  it("what waited for a free connection when it was called off", async () => {
    const { fake, chat } = speaker;
    fake.faults.blackHole("sendMessage");
    const held = Array.from({ length: 24 }, () => new AbortController());
    const sends = held.map(({ signal }) => speaker.send(chat, "held", { signal }));
    const late = new AbortController();
    const waiting = speaker.send(chat, "waiting", { signal: late.signal });
    const next = speaker.send(chat, "next");
    await vi.waitFor(() => expect(fake.callsOf("sendMessage")).toHaveLength(24));
    late.abort();
    expect(await waiting).toMatchObject({ outcome: "not_sent" });
    fake.faults.heal();
    held[0]?.abort();
    expect(await next).toMatchObject({ outcome: "sent" });
    await speaker.outbound.typing(speaker.address(chat));
    expect(chat.actions).toHaveLength(1);
    for (const end of held) end.abort();
    for (const result of await Promise.all(sends)) expect(result.outcome).toBe("unknown");
  });

  it("what waited for a free connection at the stop", async () => {
    const { fake, chat, outbound } = speaker;
    fake.faults.blackHole("sendMessage");
    const held = new AbortController();
    const sends = Array.from({ length: 24 }, () =>
      speaker.send(chat, "held", { signal: held.signal }),
    );
    const waiting = speaker.send(chat, "waiting");
    await vi.waitFor(() => expect(fake.callsOf("sendMessage")).toHaveLength(24));
    const stopped = outbound.stop();
    expect(await waiting).toMatchObject({ outcome: "not_sent" });
    held.abort();
    await stopped;
    for (const result of await Promise.all(sends)) expect(result.outcome).toBe("unknown");
    expect(fake.calls).toHaveLength(24);
  });

  it("what comes after the stop", async () => {
    const id = await speaker.place(speaker.chat, "hello");
    await speaker.outbound.stop();
    const result = { outcome: "not_sent", reason: "disconnected" };
    expect(await speaker.send(speaker.chat, "late")).toEqual(result);
    expect(await speaker.edit(speaker.chat, id, "late")).toEqual(result);
    await speaker.outbound.typing(speaker.address(speaker.chat));
    await speaker.outbound.answerPress("1", null);
    expect(speaker.fake.calls).toHaveLength(1);
  });
});

describe("a stop", () => {
  it("lets a send that is under way be answered", async () => {
    speaker.fake.faults.delay("sendMessage", 100, 1);
    const sending = speaker.send(speaker.chat, "hello");
    await vi.waitFor(() => expect(speaker.fake.callsOf("sendMessage")).toHaveLength(1));
    await Promise.all([speaker.outbound.stop(), speaker.outbound.stop()]);
    expect(await sending).toMatchObject({ outcome: "sent" });
  });

  it("waits a moment and no longer", async () => {
    const clock = createFakeClock();
    const other = await startSpeaker({ clock });
    other.fake.faults.blackHole("*");
    const sending = other.send(other.chat, "hello");
    const typing = other.outbound.typing(other.address(other.chat));
    await vi.waitFor(() => expect(other.fake.calls).toHaveLength(2));
    const stopped = other.outbound.stop();
    await typing;
    await clock.advance(3000);
    expect(await sending).toMatchObject({ outcome: "unknown" });
    await stopped;
    await other.stop();
  });
});
