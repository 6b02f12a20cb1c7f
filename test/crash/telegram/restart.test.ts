import { describe, expect, it } from "vitest";

import type { FakeChat, FakePress, SeenMessage } from "../../fakes/telegram/fake-telegram.ts";
import { until } from "../crash-world.ts";
import { readJournal } from "../journal.ts";
import { remains } from "./batch-run.ts";
import { openWorld } from "./open-world.ts";
import type { TelegramWorld } from "./telegram-world.ts";

const GOES_ON = "cut short by a shutdown and go on from there.";

describe("a restart of a Telegram bot", () => {
  it.concurrent("cuts the running turn at the drain's end, says so in its message, and goes on with the next one", async (test) => {
    const world = await openWorld(test);
    const ann = world.chat("ann");
    const first = await world.bootReady();
    ann.say("slow 30");
    await until(() => ann.texts().length === 1);
    expect(await first.end("SIGTERM")).toBe(0);
    expect(ann.texts()[0]).toContain("⏸ Cut short by a shutdown.");
    ann.say("go on");
    const second = await world.bootReady();
    await until(() => textsWith(ann, GOES_ON).length === 1);
    await second.end("SIGTERM");
    expect(textsWith(ann, "⏸")).toHaveLength(1);
    expect(world.fake.callsOf("sendMessage").filter(isAnswer)).toHaveLength(2);
    expect(remains(world)).toEqual([]);
  });

  it.concurrent("[T12] offers to continue, and a press of Continue that came while it was down is taken once", async (test) => {
    const world = await openWorld(test, { network: "resume: ask" });
    const ann = world.chat("ann");
    const first = await world.bootReady();
    ann.say("slow 30");
    await until(() => ann.texts().length === 1);
    await first.end("SIGTERM");
    const cut = withButtons(ann);
    ann.press(cut.id, "▶ Continue");
    const second = await world.bootReady();
    // The demo agent begins again when it is told to go on.
    await until(() => world.fake.callsOf("sendMessage").filter(isAnswer).length === 2);
    await second.end("SIGKILL");
    ann.press(cut.id, { data: dataOf(cut, 0) });
    const third = await world.bootReady();
    await until(() => world.bot.pending.length === 0);
    await third.end("SIGTERM");
    expect(world.fake.callsOf("sendMessage").filter(isAnswer)).toHaveLength(2);
    expect(remains(world)).toEqual([]);
  });

  it.concurrent("[T12] keeps an open question over a SIGKILL: its button works afterwards, and once", async (test) => {
    const world = await openWorld(test);
    const ann = world.chat("ann");
    const first = await world.bootReady();
    ann.say("ask May I?");
    await until(() => hasButtons(ann) && isStored(world));
    await first.end("SIGKILL");
    const second = await world.bootReady();
    const question = withButtons(ann);
    const press = ann.press(question.id, "✅ Allow");
    const again = ann.press(question.id, { data: dataOf(question, 0) });
    await until(() => textsWith(ann, "Allowed: May I?").length === 1);
    await until(() => isAnswered(press) && isAnswered(again) && isStored(world));
    await second.end("SIGTERM");
    expect(textsWith(ann, "Allowed: May I?")).toHaveLength(1);
    expect(textsWith(ann, "— allowed by ann")).toHaveLength(1);
    expect(hasButtons(ann)).toBe(false);
    expect(remains(world)).toEqual([]);
  });

  it.concurrent("[T12] takes a press that came while it was down, though Telegram waits for its answer no more", async (test) => {
    const world = await openWorld(test, { telegram: { callbackLifeMs: 300 } });
    const ann = world.chat("ann");
    const first = await world.bootReady();
    ann.say("ask May I?");
    await until(() => hasButtons(ann) && isStored(world));
    await first.end("SIGKILL");
    const question = withButtons(ann);
    const press = ann.press(question.id, "🚫 Deny");
    const second = await world.bootReady();
    await until(() => textsWith(ann, "— denied by ann").length === 1);
    await until(() => world.fake.callsOf("answerCallbackQuery").length === 1);
    ann.say("echo more");
    await until(() => ann.texts().includes("more"));
    await second.end("SIGTERM");
    expect(isAnswered(press)).toBe(false);
    expect(textsWith(ann, "Allowed")).toEqual([]);
    expect(remains(world)).toEqual([]);
  });

  it.concurrent("[T12] runs what was allowed just once when a SIGKILL follows the press", async (test) => {
    const world = await openWorld(test);
    const ann = world.chat("ann");
    const first = await world.bootReady();
    ann.say("ask May I?");
    await until(() => hasButtons(ann) && isStored(world));
    const question = withButtons(ann);
    ann.press(question.id, "✅ Allow");
    await until(() => world.fake.callsOf("answerCallbackQuery").length === 1);
    await first.end("SIGKILL");
    ann.press(question.id, { data: dataOf(question, 0) });
    const second = await world.bootReady();
    const isTold = (): boolean =>
      [...textsWith(ann, "Allowed: May I?"), ...textsWith(ann, "⏸")].length > 0;
    await until(isTold, () => ann.texts().join(" | "));
    ann.say("echo more");
    await until(() => ann.texts().includes("more"));
    await second.end("SIGTERM");
    const told = [...textsWith(ann, "Allowed: May I?"), ...textsWith(ann, "⏸")];
    expect(told.filter((text) => !text.includes("may be a duplicate"))).toHaveLength(1);
    expect(remains(world)).toEqual([]);
  });
});

describe("a wait that Telegram asked for (429)", () => {
  const WAIT = 4;

  it.concurrent("[T09] is kept over a SIGKILL before an answer", async (test) => {
    const world = await openWorld(test);
    const ann = world.chat("ann");
    const bea = world.chat("bea");
    const first = await world.bootReady();
    world.fake.faults.tooMany("sendMessage", WAIT, 1);
    ann.say("echo one");
    await until(() => isWaiting(world));
    bea.say("echo other");
    await until(() => bea.texts().includes("other"));
    await first.end("SIGKILL");
    const second = await world.bootReady();
    await until(() => ann.texts().length > 0);
    await second.end("SIGTERM");
    const sends = world.fake.callsOf("sendMessage").filter(({ payload }) => isTo(payload, ann));
    expect(ann.texts()).toEqual(["one"]);
    expect(waited(sends)).toBeGreaterThanOrEqual(WAIT * 1000);
  });

  it.concurrent("[T09] is kept over a SIGKILL in the middle of an answer", async (test) => {
    const world = await openWorld(test);
    const ann = world.chat("ann");
    const first = await world.bootReady();
    ann.say("slow 30");
    await until(() => ann.texts().length === 1);
    world.fake.faults.tooMany("editMessageText", WAIT, 1);
    await until(() => isWaiting(world));
    await first.end("SIGKILL");
    const second = await world.bootReady();
    await until(() => textsWith(ann, "⏸").length === 1);
    await second.end("SIGTERM");
    expect(ann.texts()).toHaveLength(1);
    expect(waited(world.fake.callsOf("editMessageText"))).toBeGreaterThanOrEqual(WAIT * 1000);
  });
});

/** What is to be seen is known to be sent: a kill now makes no repeat of it. */
function isStored({ stateDir }: TelegramWorld): boolean {
  return readJournal(stateDir).unsentReplies.length === 0;
}

/** The refusal has not just been answered, but heard. */
function isWaiting({ stateDir }: TelegramWorld): boolean {
  return readJournal(stateDir).unsentReplies.some((row) => row.includes("rate limited"));
}

interface Call {
  readonly at: number;
  readonly outcome: unknown;
  readonly payload: Readonly<Record<string, unknown>>;
}

function refusedAt(calls: readonly Call[]): number {
  return calls.find(({ outcome }) => outcome === 429)?.at ?? 0;
}

/** From the refusal to the next try, ms. */
function waited(calls: readonly Call[]): number {
  const at = refusedAt(calls);
  return (calls.find((call) => call.at > at)?.at ?? at) - at;
}

function isTo(payload: Call["payload"], chat: FakeChat): boolean {
  return String(payload["chat_id"]) === String(chat.id);
}

/** Not a notice. */
function isAnswer({ payload }: Call): boolean {
  return /^(Counting|I was)/.test(String(payload["text"]));
}

function textsWith(chat: FakeChat, words: string): readonly string[] {
  return chat.texts().filter((text) => text.includes(words));
}

function hasButtons(chat: FakeChat): boolean {
  return chat.seen().some(({ buttons }) => buttons.length > 0);
}

function withButtons(chat: FakeChat): SeenMessage {
  const found = chat.seen().findLast(({ buttons }) => buttons.length > 0);
  if (found === undefined) throw new Error("nothing has buttons");
  return found;
}

function dataOf({ buttons }: SeenMessage, index: number): string {
  return buttons.flat()[index]?.data ?? "";
}

/** Read anew: it changes when the bot answers. */
function isAnswered(press: FakePress): boolean {
  return press.answer !== null;
}
