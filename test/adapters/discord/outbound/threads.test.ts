import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { row, said, sent, startOutboundWorld, words } from "./outbound-world.ts";
import type { OutboundWorld } from "./outbound-world.ts";

const OPEN = "/channels/:channel/messages/:message/threads";
const TYPING = "/channels/:channel/typing";

let world: OutboundWorld;
let home: string;

async function begin(openThreads: boolean): Promise<void> {
  world = await startOutboundWorld({ options: { openThreads } });
  home = world.discord.home.channel;
}
afterEach(() => world.close());

const ask = (text = "why is the sky blue?"): string =>
  world.discord.people.say(home, text, { author: world.discord.home.person });
const texts = (channel = home): string[] => world.discord.seen(channel).map((one) => one.content);

describe("threads on Discord", () => {
  beforeEach(() => begin(false));

  it("[E12] what is said in a thread stays in it, and its message is edited there", async () => {
    const { people, home: place } = world.discord;
    const thread = people.thread(home, { name: "talk", by: place.person });
    const { externalId } = await sent(world, words("here"), { thread });
    expect(externalId).toContain(`:${thread}:`);
    await world.outbound.edit(world.address({ thread }), externalId, words("there"), row());
    expect(texts(thread)).toEqual(["there"]);
    expect(texts()).not.toContain("there");
  });

  it("[E12] an archived thread opens again, a locked one refuses", async () => {
    const { people, home: place } = world.discord;
    const thread = people.thread(home, { name: "talk", by: place.person });
    people.archive(thread);
    await sent(world, words("back"), { thread });
    expect(texts(thread)).toEqual(["back"]);
    people.archive(thread);
    people.lock(thread);
    expect(await world.outbound.send(world.address({ thread }), words("x"), row())).toEqual({
      outcome: "refused",
      reason: expect.stringMatching(/locked|may not write/) as string,
    });
  });

  it("[E12] the post of a forum is answered in it", async () => {
    const { people, home: place } = world.discord;
    const chat = people.channel(place.guild, { name: "forum", kind: "forum" });
    const thread = people.thread(chat, { name: "post", by: place.person, text: "why?" });
    await sent(world, words("because"), { chat, thread });
    expect(texts(thread)).toEqual(["why?", "because"]);
  });

  it("[E12] without the wish for threads, none is opened", async () => {
    const thread = ask();
    expect(await world.outbound.send(world.address({ thread }), words("x"), row())).toEqual({
      outcome: "refused",
      reason: "the channel or thread is gone",
    });
    await world.outbound.typing(world.address({ thread }));
    expect(world.calls("POST", OPEN)).toEqual([]);
  });
});

describe("a conversation that opens its own thread on Discord", () => {
  beforeEach(() => begin(true));

  it("[E12] the first answer opens it from the question, and names it after that", async () => {
    const thread = ask(`<@${world.discord.bot.id}> **why** is the sky blue?`);
    const { externalId } = await sent(world, words("because", { replyTo: said(world, thread) }), {
      thread,
    });
    expect(externalId).toContain(`:${thread}:`);
    expect(texts(thread).at(-1)).toBe("because");
    expect(world.discord.seen(home)[0]?.thread).toBe(thread);
    expect(world.calls("POST", OPEN)[0]?.body).toMatchObject({ name: "why is the sky blue?" });
    await sent(world.reborn(), words("and"), { thread });
    expect(world.calls("POST", OPEN)).toHaveLength(1);
  });

  it("[E12] typing opens it, too; two at once open one", async () => {
    const thread = ask();
    await Promise.all([
      world.outbound.typing(world.address({ thread })),
      sent(world, words("because"), { thread }),
    ]);
    expect(world.calls("POST", OPEN)).toHaveLength(1);
    expect(world.calls("POST", TYPING).at(-1)).toMatchObject({ status: 204 });
    expect(texts(thread).at(-1)).toBe("because");
  });

  it("[E12] a thread that somebody opened meanwhile is taken", async () => {
    const thread = ask();
    const { people, faults, home: place } = world.discord;
    people.thread(home, { name: "mine", by: place.person, from: thread });
    const body = { code: 10_003, message: "Unknown Channel" };
    faults.rest.next(
      { method: "POST", route: `/channels/${thread}/messages` },
      { kind: "status", status: 404, body },
    );
    await sent(world, words("because"), { thread });
    expect(world.calls("POST", OPEN)).toMatchObject([{ status: 400 }]);
    expect(texts(thread).at(-1)).toBe("because");
  });

  it("[E12] a thread of which nobody knows whether it was opened is asked for again", async () => {
    const thread = ask();
    world.discord.faults.rest.next({ method: "POST", route: OPEN }, { kind: "lose_answer" });
    const same = row();
    expect(await world.outbound.send(world.address({ thread }), words("x"), same)).toMatchObject({
      outcome: "not_sent",
    });
    expect(await world.outbound.send(world.address({ thread }), words("x"), same)).toMatchObject({
      outcome: "sent",
    });
    expect(texts(thread).at(-1)).toBe("x");
  });

  it("[E12] where it may open none, it answers in the channel, and finds that again", async () => {
    const thread = ask();
    world.discord.people.deny(home, "CreatePublicThreads");
    const replyTo = said(world, thread);
    const { externalId } = await sent(world, words("because", { replyTo }), { thread });
    expect(world.discord.seen(home).at(-1)).toMatchObject({ content: "because", replyTo: thread });
    await sent(world, words("and"), { thread });
    expect(world.calls("POST", OPEN)).toHaveLength(1);
    expect(world.logged.join("\n")).toContain("warn no thread can be opened");
    const next = world.reborn();
    expect(
      await next.outbound.find(next.address({ thread }), words("because", { replyTo }), {
        ...row(),
        since: Date.now(),
      }),
    ).toEqual({ outcome: "found", externalId });
  });

  it("[E12] a question that was deleted has no thread: refused", async () => {
    const thread = ask();
    world.discord.people.delete(thread);
    expect(await world.outbound.send(world.address({ thread }), words("x"), row())).toMatchObject({
      outcome: "refused",
    });
    expect(texts()).toEqual([]);
  });
});

describe("typing on Discord", () => {
  beforeEach(() => begin(false));

  it("shows in the channel or thread, and fails in silence", async () => {
    const { people, home: place } = world.discord;
    const thread = people.thread(home, { name: "talk", by: place.person });
    await world.outbound.typing(world.address({ thread }));
    expect(world.calls("POST", TYPING)).toMatchObject([{ path: `/channels/${thread}/typing` }]);
    await world.outbound.typing(world.address({ chat: "nowhere" }));
    world.discord.faults.rest.outage = "refused";
    await world.outbound.typing(world.address());
    world.discord.faults.rest.outage = "none";
    world.outbound.stop();
    await world.outbound.typing(world.address());
    expect(world.calls("POST", TYPING).filter(({ status }) => status === 204)).toHaveLength(1);
    expect(world.logged).toEqual([]);
  });
});
