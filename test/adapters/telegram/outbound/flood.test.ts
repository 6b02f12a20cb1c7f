import { afterEach, beforeEach, expect, it } from "vitest";

import { TELEGRAM_CAPABILITIES } from "../../../../adapters/telegram/outbound/capabilities.ts";
import { createFakeClock } from "../../../fakes/fake-clock.ts";
import type { FakeClock } from "../../../fakes/fake-clock.ts";
import { startSpeaker } from "./speaker.ts";
import type { Speaker } from "./speaker.ts";

let clock: FakeClock;
let speaker: Speaker;
beforeEach(async () => {
  clock = createFakeClock();
  speaker = await startSpeaker({ clock, limits: "telegram" });
});
afterEach(() => speaker.stop());

it("[T09] a chat that is told to wait is asked nothing until then, and no other chat waits", async () => {
  const { fake, chat, bot } = speaker;
  const other = fake.privateChat(fake.person("Bea"), bot);
  const id = await speaker.place(chat, "first");
  fake.faults.tooMany("sendMessage", 7, 1);
  expect(await speaker.send(chat, "more")).toEqual({ outcome: "rate_limited", retryAfterMs: 7000 });
  expect(await speaker.send(other, "hello")).toMatchObject({ outcome: "sent" });
  await clock.advance(3000);
  expect(await speaker.send(chat, "more")).toEqual({ outcome: "rate_limited", retryAfterMs: 4000 });
  expect(await speaker.edit(chat, id, "more")).toMatchObject({ outcome: "rate_limited" });
  await speaker.outbound.typing(speaker.address(chat));
  expect(fake.calls).toHaveLength(3);
  await clock.advance(4000);
  expect(await speaker.send(chat, "more")).toMatchObject({ outcome: "sent" });
});

it("[T09] twenty chats take a burst side by side, and each waits for itself", async () => {
  const { fake, bot } = speaker;
  fake.setLimits({ burst: 3, perChatMs: 1000, perGroupMinute: 20, perSecond: 1000 });
  const chats = Array.from({ length: 20 }, (_, n) => fake.privateChat(fake.person(`P${n}`), bot));
  await Promise.all(
    chats.map(async (chat) => {
      for (let left = 3; left > 0; left -= 1) await speaker.place(chat, `n${left}`);
      expect(await speaker.send(chat, "n0")).toMatchObject({ outcome: "rate_limited" });
    }),
  );
  for (const chat of chats) expect(chat.texts()).toEqual(["n3", "n2", "n1"]);
});

it("[T11] edits that Telegram has enough of are told so", async () => {
  const id = await speaker.place(speaker.chat, "…");
  let outcome = "sent";
  for (let n = 0; n < 10 && outcome === "sent"; n += 1) {
    outcome = (await speaker.edit(speaker.chat, id, `so far ${n}`)).outcome;
  }
  expect(outcome).toBe("rate_limited");
});

it("[T11] edits at the pace of the capabilities are never refused", async () => {
  const { fake, chat, bot, ann } = speaker;
  const group = fake.group("Ops", { people: [ann], bots: [bot] });
  const able = TELEGRAM_CAPABILITIES;
  for (const [where, every] of [
    [chat, able.editIntervalMs],
    [group, able.editIntervalInGroupsMs],
  ] as const) {
    const id = await speaker.place(where, "…");
    for (let n = 0; n < 40; n += 1) {
      await clock.advance(every);
      expect(await speaker.edit(where, id, `so far ${n}`)).toMatchObject({ outcome: "sent" });
    }
  }
});
