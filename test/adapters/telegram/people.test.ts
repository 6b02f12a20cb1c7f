import { describe, expect, it } from "vitest";

import { setUp, until } from "./rig.ts";
import type { Rig } from "./rig.ts";

const signal = new AbortController().signal;

async function sendButtons(rig: Rig, adapter: Awaited<ReturnType<Rig["connected"]>>) {
  const address = { network: "telegram", account: "main", chat: String(rig.chat.id), thread: null };
  const buttons = [[{ label: "Allow", data: "r1:allow" }]];
  const message = { text: "May I?", buttons, file: null, replyTo: null };
  await adapter.send(address, message, { id: "1" as never, uncertain: false, signal });
  return rig.chat.seen().findLast(({ byBot }) => byBot)?.id ?? 0;
}

describe("people on Telegram", () => {
  it("[T16] who becomes an operator, or is none any more, has the menu of one without a restart", async () => {
    const rig = await setUp();
    const adapter = await rig.connected();
    const menu = (chat_id: number) => rig.bot.commands({ type: "chat", chat_id });
    await until(() => expect(menu(1)).toHaveLength(2));
    rig.host.people.operators.splice(0, 1, "2");
    adapter.menuChanged?.();
    await until(() => expect(menu(2)).toHaveLength(2));
    await until(() => expect(menu(1)).toEqual([]));
    await adapter.disconnect();
    adapter.menuChanged?.();
  });

  it("[T12] a press is stored, and answered at once", async () => {
    const rig = await setUp();
    const adapter = await rig.connected();
    const on = await sendButtons(rig, adapter);
    const press = rig.chat.press(on, "Allow");
    await until(() => expect(press.answer).not.toBe(null));
    expect(rig.host.stored).toMatchObject([
      {
        externalId: `${rig.bot.id}:cb:${press.id}`,
        button: { data: "r1:allow", on: `${rig.bot.id}:${rig.chat.id}:${on}` },
      },
    ]);
    expect(press.answer?.text).toBe("");
  });

  it("[T12] a press that is refused is answered with the reason", async () => {
    const rig = await setUp();
    const on = await sendButtons(rig, await rig.connected());
    rig.host.receipts.push({ outcome: "rejected", reason: "not like this" });
    const press = rig.chat.press(on, "Allow");
    await until(() => expect(press.answer?.text).toBe("not like this"));
  });

  it("[T12] a press from before a long restart counts, though Telegram takes no answer to it", async () => {
    const rig = await setUp({ callbackLifeMs: 1 });
    const first = await rig.connected();
    const on = await sendButtons(rig, first);
    await first.disconnect();
    const press = rig.chat.press(on, "Allow");
    await new Promise((resolve) => setTimeout(resolve, 5));
    await rig.connected();
    await until(() => expect(rig.host.stored).toHaveLength(1));
    await until(() => expect(rig.fake.callsOf("answerCallbackQuery")).toHaveLength(1));
    expect(press.answer).toBe(null);
    expect(rig.host.states.at(-1)).toEqual({ at: "connected" });
  });

  it("[T14] a change of a message that is ours comes, of any other not", async () => {
    const { fake, bot, ann, host, connected } = await setUp({
      bot: { canReadAllGroupMessages: true },
    });
    const group = fake.group("Ops", { people: [ann], bots: [bot] });
    await connected();
    const ours = group.say("@sluice_bot helo");
    const theirs = group.say("somebody has a pen?");
    await until(() => expect(host.stored).toHaveLength(1));
    group.edit(theirs, "somebody has a pencil?");
    group.edit(ours, "hello");
    await until(() => expect(host.stored).toHaveLength(2));
    expect(host.stored[1]).toMatchObject({
      text: "hello",
      edits: host.stored[0]?.externalId,
    });
    await until(() => expect(bot.pending).toHaveLength(0));
    expect(host.offered.map(({ text }) => text)).not.toContain("somebody has a pencil?");
  });

  it("[T14] a message and its change in one batch are both stored, in order", async () => {
    const { chat, connected, texts } = await setUp();
    const id = chat.say("helo");
    chat.edit(id, "hello");
    await connected();
    await until(() => expect(texts()).toEqual(["helo", "hello"]));
  });

  it("[T14] an album arrives in parts that share its name", async () => {
    const { chat, host, connected } = await setUp();
    await connected();
    const file = { kind: "photo", bytes: 10 } as const;
    chat.album([file, file, file], { caption: "three" });
    await until(() => expect(host.stored).toHaveLength(3));
    expect(host.stored.map(({ text }) => text)).toEqual(["three", "", ""]);
    expect(new Set(host.stored.map(({ album }) => album)).size).toBe(1);
    expect(host.stored[0]?.album).not.toBe(null);
  });

  it("[T15] a file arrives with its name, kind and size", async () => {
    const { chat, host, connected } = await setUp();
    await connected();
    chat.send(
      { kind: "document", bytes: 1234, name: "a.pdf", mime: "application/pdf" },
      { caption: "read this" },
    );
    await until(() => expect(host.stored).toHaveLength(1));
    expect(host.stored).toMatchObject([
      {
        text: "read this",
        attachments: [{ kind: "document", name: "a.pdf", mime: "application/pdf", size: 1234 }],
      },
    ]);
  });

  it("[T13] a topic is a thread, and the general one is none", async () => {
    const { fake, bot, ann, host, connected } = await setUp();
    const group = fake.group("Ops", { people: [ann], bots: [bot], forum: true });
    const topic = group.openTopic("Deploys");
    await connected();
    group.say("@sluice_bot here", { thread: topic });
    group.say("@sluice_bot there");
    await until(() => expect(host.stored).toHaveLength(2));
    expect(host.stored.map(({ address }) => address.thread)).toEqual([String(topic), null]);
    expect(host.stored[0]).toMatchObject({ text: "here", replyTo: null, scope: "group" });
  });

  it("a group that becomes a supergroup keeps its sessions, and is answered where it is now", async () => {
    const { fake, bot, ann, host, connected, adapter } = await setUp();
    const group = fake.group("Ops", { people: [ann], bots: [bot], basic: true });
    const first = await connected();
    group.say("@sluice_bot one");
    await until(() => expect(host.stored).toHaveLength(1));
    const now = group.migrate();
    now.say("@sluice_bot two");
    await until(() => expect(host.stored).toHaveLength(2));
    expect(host.stored[1]?.address).toEqual(host.stored[0]?.address);
    await first.disconnect();

    const second = adapter();
    await second.connect(host, signal);
    now.say("@sluice_bot three");
    await until(() => expect(host.stored).toHaveLength(3));
    const address = host.stored[2]?.address ?? { network: "", account: "", chat: "", thread: null };
    expect(address.chat).toBe(String(group.id));
    const message = { text: "answer", buttons: [], file: null, replyTo: null };
    await second.send(address, message, { id: "1" as never, uncertain: false, signal });
    expect(now.texts()).toEqual(["answer"]);
  });

  it("a move whose learning could not be stored is learnt when its update comes again", async () => {
    const { fake, bot, ann, host, connected } = await setUp();
    const group = fake.group("Ops", { people: [ann], bots: [bot], basic: true });
    await connected();
    await until(() => expect(bot.polling).toBe(1));
    host.failures.push(new Error("the disk is full"));
    const now = group.migrate();
    now.say("@sluice_bot hi");
    await until(() => expect(host.stored).toHaveLength(1));
    expect(host.stored[0]?.address.chat).toBe(String(group.id));
    expect(await host.cursor("aliases")).toEqual({ [now.id]: String(group.id) });
  });

  it("in a private chat an answer quotes its question where something else was said since", async () => {
    const { bot, chat, host, connected } = await setUp();
    const adapter = await connected({ quote: "auto" });
    const one = chat.say("one");
    await until(() => expect(host.stored).toHaveLength(1));
    const answer = async (text: string, to: number): Promise<number | null | undefined> => {
      const address = { network: "telegram", account: "main", chat: String(chat.id), thread: null };
      const replyTo = `${bot.id}:${chat.id}:${to}`;
      const sending = { id: text as never, uncertain: false, signal };
      await adapter.send(address, { text, buttons: [], file: null, replyTo }, sending);
      return chat.seen().at(-1)?.replyTo;
    };
    expect(await answer("first", one)).toBe(null);
    const two = chat.say("two");
    chat.edit(one, "one, changed");
    await until(() => expect(host.stored).toHaveLength(3));
    expect(await answer("second", one)).toBe(one);
    expect(await answer("third", two)).toBe(null);
  });

  it("being blocked is noted, and no message", async () => {
    const { chat, host, lines, bot, connected } = await setUp();
    await connected();
    chat.block();
    await until(() => expect(lines.join("\n")).toContain("kicked"));
    await until(() => expect(bot.pending).toHaveLength(0));
    expect(host.offered).toEqual([]);
  });
});
