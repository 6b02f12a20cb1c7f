import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { MESSAGES, row, said, sent, startOutboundWorld, words } from "./outbound-world.ts";
import type { OutboundWorld } from "./outbound-world.ts";

let world: OutboundWorld;
let home: string;

beforeEach(async () => {
  world = await startOutboundWorld();
  home = world.discord.home.channel;
});
afterEach(() => world.close());

const texts = (channel = home): string[] => world.discord.seen(channel).map((one) => one.content);
const lastBody = (): Record<string, unknown> =>
  world.calls("POST", MESSAGES).at(-1)?.body as Record<string, unknown>;

describe("a send to Discord", () => {
  it("[E09] a send is one message, with a nonce of its row", async () => {
    const same = row("out_0123456789abcdefghijk");
    const result = await world.outbound.send(world.address(), words("hello"), same);
    const [only] = world.discord.seen(home);
    expect(result).toEqual({
      outcome: "sent",
      externalId: `${world.discord.bot.id}:${home}:${only?.id}`,
    });
    expect(only).toMatchObject({ content: "hello", nonce: same.id });
    expect(lastBody()).toMatchObject({ enforce_nonce: true });
  });

  it("[E09] the same row again is the same message, also of the next process", async () => {
    const same = row();
    const first = await world.outbound.send(world.address(), words("once"), same);
    const second = await world.outbound.send(world.address(), words("once"), same);
    const third = await world.reborn().outbound.send(world.address(), words("once"), same);
    expect([second, third]).toEqual([first, first]);
    expect(texts()).toEqual(["once"]);
  });

  it("[E09] a row with a long id is the same message again, too", async () => {
    const long = row(`out_${"x".repeat(60)}`);
    const other = row(`out_${"x".repeat(59)}y`);
    const first = await world.outbound.send(world.address(), words("once"), long);
    expect(await world.outbound.send(world.address(), words("once"), long)).toEqual(first);
    expect(await world.outbound.send(world.address(), words("other"), other)).not.toEqual(first);
    expect(texts()).toEqual(["once", "other"]);
  });

  it("[E09] a send whose answer was lost is uncertain, and its repeat is the same message", async () => {
    const same = row();
    world.discord.faults.rest.next({ method: "POST" }, { kind: "lose_answer" });
    expect(await world.outbound.send(world.address(), words("once"), same)).toMatchObject({
      outcome: "unknown",
    });
    const [only] = world.discord.seen(home);
    expect(
      await world.outbound.send(world.address(), words("once"), { ...same, uncertain: true }),
    ).toEqual({ outcome: "sent", externalId: said(world, only?.id ?? "") });
    expect(texts()).toEqual(["once"]);
    expect(world.calls("POST", MESSAGES)).toHaveLength(2);
  });

  it("an agent rings nobody, whatever it writes", async () => {
    const { person } = world.discord.home;
    await sent(world, words(`@everyone @here <@${person.id}>`));
    expect(lastBody()["allowed_mentions"]).toEqual({ parse: [], replied_user: false });
  });

  it("links bring no previews", async () => {
    await sent(world, words("see https://example.com"));
    expect(world.discord.seen(home)[0]?.flags).toBe(4);
  });

  it("[E13] a text of 2,000 characters arrives whole, one of 2,001 is refused", async () => {
    const text = "x".repeat(2_000);
    await sent(world, words(text));
    expect(texts()).toEqual([text]);
    expect(await world.outbound.send(world.address(), words(`${text}y`), row())).toEqual({
      outcome: "refused",
      reason: "the text is longer than 2000 characters",
    });
  });

  it("a message of nothing is refused without a call", async () => {
    expect(await world.outbound.send(world.address(), words(" \n"), row())).toEqual({
      outcome: "refused",
      reason: "the message is empty",
    });
    expect(world.discord.records.calls).toEqual([]);
  });

  it("[E11] buttons stand in rows of five, with what they carry", async () => {
    const buttons = Array.from({ length: 7 }, (_, at) => ({ label: `b${at}`, data: `r:${at}` }));
    await sent(world, words("choose", { buttons: [buttons, [{ label: "", data: "none" }]] }));
    const [only] = world.discord.seen(home);
    expect(
      only?.components.map((one) => ("components" in one ? one.components.length : 0)),
    ).toEqual([5, 2, 1]);
    expect(only?.buttons.map(({ customId }) => customId)).toEqual([
      ...buttons.map(({ data }) => data),
      "none",
    ]);
  });

  it("[E11] a long label is cut visibly, too many buttons are refused", async () => {
    await sent(world, words("choose", { buttons: [[{ label: "w".repeat(81), data: "d" }]] }));
    expect(world.discord.seen(home)[0]?.buttons[0]?.label).toBe(`${"w".repeat(79)}…`);
    const many = Array.from({ length: 6 }, () => [{ label: "b", data: "d" }]);
    expect(
      await world.outbound.send(world.address(), words("choose", { buttons: many }), row()),
    ).toEqual({ outcome: "refused", reason: "it has more than 5 rows of buttons" });
  });

  it("after the stop it is certainly not sent", async () => {
    world.outbound.stop();
    expect(await world.outbound.send(world.address(), words("late"), row())).toMatchObject({
      outcome: "not_sent",
    });
    expect(world.discord.records.calls).toEqual([]);
  });
});

describe("an answer on Discord", () => {
  const ask = (text = "why?"): string => {
    const { channel, person } = world.discord.home;
    return world.discord.people.say(channel, text, { author: person });
  };

  it("names the message that it answers", async () => {
    const question = ask();
    await sent(world, words("because", { replyTo: said(world, question) }));
    expect(world.discord.seen(home).at(-1)).toMatchObject({ replyTo: question });
  });

  it("names the message also by the id of its later words", async () => {
    const question = ask();
    await sent(world, words("because", { replyTo: `${said(world, question)}:e1700000000000` }));
    expect(world.discord.seen(home).at(-1)).toMatchObject({ replyTo: question });
  });

  it("a question that was deleted is answered all the same", async () => {
    const question = ask();
    world.discord.people.delete(question);
    await sent(world, words("because", { replyTo: said(world, question) }));
    expect(texts()).toEqual(["because"]);
  });

  it("where the bot may not read the history, it answers without naming the question", async () => {
    const question = ask();
    world.discord.people.deny(home, "ReadMessageHistory");
    await sent(world, words("because", { replyTo: said(world, question) }));
    expect(world.discord.seen(home).at(-1)).toMatchObject({ content: "because", replyTo: null });
  });

  it("a question of another channel is not named", async () => {
    const { guild, person } = world.discord.home;
    const other = world.discord.people.channel(guild, { name: "other" });
    const question = world.discord.people.say(other, "why?", { author: person });
    await sent(world, words("because", { replyTo: said(world, question, other) }));
    expect(world.discord.seen(home).at(-1)).toMatchObject({ content: "because", replyTo: null });
    expect(lastBody()).not.toHaveProperty("message_reference");
  });
});
