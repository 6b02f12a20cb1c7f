import type { GrammyError } from "grammy";
import { describe, expect, it } from "vitest";

import { createFakeClock } from "../fake-clock.ts";
import type { FakeClock } from "../fake-clock.ts";
import { setUp } from "./stand.ts";
import type { Stand } from "./stand.ts";

async function world(): Promise<Stand & { clock: FakeClock }> {
  const clock = createFakeClock();
  return { clock, ...(await setUp({ clock, limits: "telegram" })) };
}

/** 0 when it was taken, else the seconds to wait. */
async function waitOf(call: Promise<unknown>): Promise<number> {
  const error: unknown = await call.then(
    () => null,
    (caught: unknown) => caught,
  );
  if (error === null) return 0;
  const { error_code: code, description, parameters } = error as GrammyError;
  expect(code).toBe(429);
  expect(description).toBe(`Too Many Requests: retry after ${parameters.retry_after}`);
  return parameters.retry_after ?? -1;
}

describe("the fake Bot API's rate limits", () => {
  it("let a short burst through to one chat, then one a second", async () => {
    const { api, chat, clock } = await world();
    for (let count = 0; count < 5; count += 1) await api.sendMessage(chat.id, "hi");
    expect(await waitOf(api.sendMessage(chat.id, "hi"))).toBe(5);
    await clock.advance(5000);
    for (let count = 0; count < 10; count += 1) {
      expect(await waitOf(api.sendMessage(chat.id, "hi"))).toBe(0);
      await clock.advance(1000);
    }
    expect(chat.texts()).toHaveLength(15);
  });

  it("refuse again whoever comes back too early, and count edits", async () => {
    const { api, chat, clock } = await world();
    const { message_id: id } = await api.sendMessage(chat.id, "0");
    await clock.advance(500);
    for (let count = 1; count < 5; count += 1) await api.editMessageText(chat.id, id, `${count}`);
    expect(await waitOf(api.editMessageText(chat.id, id, "5"))).toBe(5);
    // Its place in the burst is free again, but it was told to wait for 5 s.
    await clock.advance(4600);
    expect(await waitOf(api.sendMessage(chat.id, "x"))).toBe(1);
    await clock.advance(1000);
    expect(await waitOf(api.sendMessage(chat.id, "x"))).toBe(0);
    expect(chat.message(id)?.text).toBe("4");
  });

  it("end at their time, however many ask meanwhile", async () => {
    const { api, chat, clock } = await world();
    for (let count = 0; count < 5; count += 1) await api.sendMessage(chat.id, "hi");
    expect(await waitOf(api.sendMessage(chat.id, "hi"))).toBe(5);
    await clock.advance(4500);
    expect(await waitOf(api.sendMessage(chat.id, "hi"))).toBe(1);
    await clock.advance(500);
    expect(await waitOf(api.sendMessage(chat.id, "hi"))).toBe(0);
  });

  it("let 20 a minute into a group", async () => {
    const { api, fake, ann, bot, clock } = await world();
    const group = fake.group("Ops", { people: [ann], bots: [bot] });
    for (let count = 0; count < 20; count += 1) {
      await api.sendMessage(group.id, "hi");
      await clock.advance(1000);
    }
    expect(await waitOf(api.sendMessage(group.id, "hi"))).toBe(40);
    await clock.advance(40_000);
    expect(await waitOf(api.sendMessage(group.id, "hi"))).toBe(0);
  });

  it("let 30 a second through for one bot, and keep bots apart", async () => {
    const { api, fake, bot } = await world();
    const chats = Array.from({ length: 31 }, (_, number) =>
      fake.privateChat(fake.person(`P${number}`), bot),
    );
    const last = chats.pop();
    for (const chat of chats) await api.sendMessage(chat.id, "hi");
    expect(await waitOf(api.sendMessage(last?.id ?? 0, "hi"))).toBe(1);
  });

  it("count nothing that was refused for another reason, nor typing", async () => {
    const { api, chat } = await world();
    for (let count = 0; count < 10; count += 1) {
      await api.sendMessage(chat.id, "").catch(() => null);
      await api.sendChatAction(chat.id, "typing");
    }
    expect(await waitOf(api.sendMessage(chat.id, "hi"))).toBe(0);
  });

  it("can be set, and switched off", async () => {
    const { api, chat, fake } = await world();
    fake.setLimits({ burst: 1, perChatMs: 2000, perGroupMinute: 20, perSecond: 30 });
    await api.sendMessage(chat.id, "hi");
    expect(await waitOf(api.sendMessage(chat.id, "hi"))).toBe(2);
    fake.setLimits("off");
    for (let count = 0; count < 50; count += 1) await api.sendMessage(chat.id, "hi");
    expect(chat.texts()).toHaveLength(51);
  });

  it("tell the wait in a header, too", async () => {
    const { api, bot, chat, fake } = await world();
    fake.setLimits({ burst: 1, perChatMs: 2000, perGroupMinute: 20, perSecond: 30 });
    await api.sendMessage(chat.id, "hi");
    const response = await fetch(
      `${fake.url}/bot${bot.token}/sendMessage?chat_id=${chat.id}&text=hi`,
    );
    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).toBe("2");
  });
});
