import { afterEach, expect, it } from "vitest";

import { startSpeaker } from "./speaker.ts";
import type { Speaker } from "./speaker.ts";

let speaker: Speaker;
afterEach(() => speaker.stop());

async function start(quote: "auto" | "always" | "never"): Promise<void> {
  speaker = await startSpeaker({ quote });
}

/** Ann's question in her chat, which is the newest one there unless told otherwise. */
function ask(): { id: number; replyTo: string } {
  const id = speaker.chat.say("why?");
  speaker.latest.set(String(speaker.chat.id), id);
  return { id, replyTo: speaker.externalId(speaker.chat, id) };
}

function answers(): (number | null)[] {
  return speaker.chat
    .seen()
    .filter(({ byBot }) => byBot)
    .map(({ replyTo }) => replyTo);
}

it("an answer to the newest message of a private chat quotes nothing", async () => {
  await start("auto");
  const { replyTo } = ask();
  await speaker.place(speaker.chat, { text: "because", replyTo });
  expect(answers()).toEqual([null]);
  expect(speaker.fake.callsOf("sendMessage")[0]?.payload).not.toHaveProperty("reply_parameters");
});

it("an answer quotes its question when something was said in between", async () => {
  await start("auto");
  const first = ask();
  ask();
  await speaker.place(speaker.chat, { text: "because", replyTo: first.replyTo });
  expect(answers()).toEqual([first.id]);
});

it("an answer quotes its question when it is unknown what was said since, as after a boot", async () => {
  await start("auto");
  const { id, replyTo } = ask();
  speaker.latest.clear();
  await speaker.place(speaker.chat, { text: "because", replyTo });
  expect(answers()).toEqual([id]);
});

it("an answer in a group quotes its question", async () => {
  await start("auto");
  const { fake, ann, bot } = speaker;
  const group = fake.group("Ops", { people: [ann], bots: [bot] });
  const id = group.say("@sluice_bot why?");
  speaker.latest.set(String(group.id), id);
  await speaker.place(group, { text: "because", replyTo: speaker.externalId(group, id) });
  expect(group.seen().at(-1)).toMatchObject({ text: "because", replyTo: id });
});

it("an answer to a question that was deleted meanwhile is sent without it", async () => {
  await start("always");
  const { id, replyTo } = ask();
  speaker.chat.remove(id);
  await speaker.place(speaker.chat, { text: "because", replyTo });
  expect(answers()).toEqual([null]);
});

it("quoting is as it is wished", async () => {
  await start("always");
  const one = ask();
  await speaker.place(speaker.chat, { text: "because", replyTo: one.replyTo });
  expect(answers()).toEqual([one.id]);
  const never = speaker.another({ quote: "never" });
  const message = { text: "so", buttons: [], file: null, replyTo: one.replyTo };
  const options = { id: "out_x" as never, uncertain: false, signal: new AbortController().signal };
  await never.send(speaker.address(speaker.chat), message, options);
  expect(answers()).toEqual([one.id, null]);
});

it("a question of another chat, another bot, or a press of a button is not quoted", async () => {
  await start("always");
  const { replyTo } = ask();
  const { fake, ann, bot } = speaker;
  const group = fake.group("Ops", { people: [ann], bots: [bot] });
  await speaker.place(group, { text: "because", replyTo });
  await speaker.place(speaker.chat, { text: "because", replyTo: replyTo.replace(/^\d+/, "777") });
  await speaker.place(speaker.chat, { text: "because", replyTo: `${bot.id}:cb:123` });
  for (const { payload } of fake.callsOf("sendMessage")) {
    expect(payload).not.toHaveProperty("reply_parameters");
  }
});

it("an answer to a changed message quotes that message", async () => {
  await start("always");
  const { id, replyTo } = ask();
  await speaker.place(speaker.chat, { text: "because", replyTo: `${replyTo}:e1760000000-12` });
  expect(answers()).toEqual([id]);
});
