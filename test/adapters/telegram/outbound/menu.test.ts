import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { createFakeClock } from "../../../fakes/fake-clock.ts";
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
});

const MENU = [
  { name: "help", usage: "", summary: "What you can ask for", isForOperators: false },
  { name: "restart", usage: "[now]", summary: "Restart the gateway", isForOperators: true },
];
const HELP = { command: "help", description: "What you can ask for" };
const RESTART = { command: "restart", description: "Restart the gateway" };

describe("the menu of commands", () => {
  const set = (operators: readonly string[], menu = MENU) =>
    speaker.outbound.setMenu({ menu, people: { operators, allowed: operators } });

  it("[T16] everybody has everybody's commands, operators have theirs where they are alone", async () => {
    await set(["1001", "1002"]);
    for (const type of ["default", "all_private_chats", "all_group_chats"]) {
      expect(speaker.bot.commands({ type })).toEqual([HELP]);
    }
    for (const chat_id of [1001, 1002]) {
      expect(speaker.bot.commands({ type: "chat", chat_id })).toEqual([HELP, RESTART]);
    }
  });

  it("[T16] a menu that is as it should be is not set again, one that differs is", async () => {
    await set(["1001"]);
    const before = speaker.fake.callsOf("setMyCommands").length;
    await set(["1001"]);
    expect(speaker.fake.callsOf("setMyCommands")).toHaveLength(before);
    await set(["1001"], [MENU[0], { ...MENU[1], summary: "Begin anew" }] as typeof MENU);
    expect(speaker.fake.callsOf("setMyCommands")).toHaveLength(before + 1);
    expect(speaker.bot.commands({ type: "chat", chat_id: 1001 })).toEqual([
      HELP,
      { ...RESTART, description: "Begin anew" },
    ]);
  });

  it("[T16] who is no operator any more has everybody's menu again, who became one has theirs", async () => {
    await set(["1001", "1002"]);
    await set(["1002", "1003"]);
    expect(speaker.bot.commands({ type: "chat", chat_id: 1001 })).toEqual([]);
    for (const chat_id of [1002, 1003]) {
      expect(speaker.bot.commands({ type: "chat", chat_id })).toEqual([HELP, RESTART]);
    }
    expect(speaker.fake.callsOf("deleteMyCommands")).toHaveLength(1);
  });

  it("[T16] an operator who never wrote to the bot is passed over without a word", async () => {
    const body = { ok: false, error_code: 400, description: "Bad Request: chat not found" };
    const { faults } = speaker.fake;
    faults.fail("getMyCommands", { status: 200, body: { ok: true, result: [HELP] } }, 3);
    faults.fail("setMyCommands", { status: 400, body }, 1);
    await set(["1001", "1002"]);
    expect(speaker.bot.commands({ type: "chat", chat_id: 1002 })).toEqual([HELP, RESTART]);
    expect(speaker.told()).toBe("[]");
  });

  it("[T16] a summary that is too long or empty, and an operator who is no number, spoil nothing", async () => {
    const menu = [
      { ...MENU[0], summary: "é".repeat(300) },
      { ...MENU[1], summary: "" },
    ] as typeof MENU;
    await set(["ann", "1001"], menu);
    expect(speaker.bot.commands({ type: "chat", chat_id: 1001 })).toEqual([
      { command: "help", description: "é".repeat(256) },
      { command: "restart", description: "restart" },
    ]);
    expect(speaker.told()).toBe("[]");
  });

  it("[T16] one scope that is refused is told, and the others are set", async () => {
    const body = { ok: false, error_code: 400, description: "Bad Request: BOT_COMMAND_INVALID" };
    speaker.fake.faults.fail("setMyCommands", { status: 400, body }, 1);
    await set([]);
    expect(speaker.bot.commands({ type: "all_group_chats" })).toEqual([HELP]);
    expect(speaker.told()).toMatch(/command menu not set/);
  });

  it.each(["outage", "flood", "revoked"])(
    "[T16] an %s is told once and stops no start",
    async (what) => {
      const { fake, bot } = speaker;
      if (what === "outage") await fake.faults.outage("refuse");
      else if (what === "flood") fake.faults.tooMany("*", 60);
      else bot.revoke();
      await set(["1001"]);
      expect(speaker.told().match(/command menu not set/g)).toHaveLength(1);
    },
  );
});

describe("a press of a button", () => {
  async function pressed() {
    const buttons = [[{ label: "Allow", data: "r1:allow" }]];
    await speaker.place(speaker.chat, { text: "May I?", buttons });
    return speaker.chat.press(speaker.chat.seen()[0]?.id ?? 0, "Allow");
  }

  it("[T12] is answered with words, or none", async () => {
    const one = await pressed();
    await speaker.outbound.answerPress(one.id, null);
    expect(one.answer).toEqual({ text: "", showAlert: false });
    const other = await pressed();
    await speaker.outbound.answerPress(other.id, "é".repeat(250));
    expect(other.answer?.text).toBe("é".repeat(200));
  });

  it("[T12] that cannot be answered any more disturbs nobody", async () => {
    await speaker.outbound.answerPress("12345", "too late");
    await speaker.fake.faults.outage("refuse");
    await speaker.outbound.answerPress("12345", "too late");
    expect(speaker.told()).toBe("[]");
  });
});

describe("typing", () => {
  it("[T17] is shown in the chat", async () => {
    await speaker.outbound.typing(speaker.address(speaker.chat));
    await speaker.outbound.typing(speaker.address(speaker.chat));
    expect(speaker.chat.actions).toMatchObject([
      { action: "typing", thread: null },
      { action: "typing", thread: null },
    ]);
  });

  it("[T17] fails in silence", async () => {
    speaker.chat.block();
    await speaker.outbound.typing(speaker.address(speaker.chat));
    await speaker.outbound.typing({ ...speaker.address(speaker.chat), chat: "nowhere" });
    await speaker.fake.faults.outage("refuse");
    await speaker.outbound.typing(speaker.address(speaker.chat));
    expect(speaker.told()).toBe("[]");
  });

  it("[T17] that is not answered is asked once at a time, and given up after a while", async () => {
    const clock = createFakeClock();
    const slow = await startSpeaker({ clock });
    slow.fake.faults.blackHole("sendChatAction");
    const place = slow.address(slow.chat);
    const first = slow.outbound.typing(place);
    await slow.outbound.typing(place);
    await vi.waitFor(() => expect(slow.fake.calls).toHaveLength(1));
    await clock.advance(10_000);
    await first;
    slow.fake.faults.heal();
    await slow.outbound.typing(place);
    expect(slow.chat.actions).toHaveLength(1);
    await slow.stop();
  });
});

it("a person is spoken to alone where their private chat is", async () => {
  const { outbound, ann, chat } = speaker;
  const { signal } = new AbortController();
  expect(await outbound.direct(String(ann.id), signal)).toEqual(speaker.address(chat));
  expect(await outbound.direct("-1001234", signal)).toBe(null);
});
