import { Api } from "grammy";
import { describe, expect, it } from "vitest";

import { createFakeClock } from "../../fakes/fake-clock.ts";
import { setUp, untilMoved } from "./rig.ts";
import type { Rig } from "./rig.ts";

const HOUR = 3_600_000;

async function setUpTimes() {
  const clock = createFakeClock();
  const rig = await setUp({ clock });
  const stored = (text: string, stepMs = 50): Promise<void> =>
    untilMoved(clock, stepMs, () => rig.texts().includes(text));
  return { ...rig, clock, stored };
}

function said(rig: Rig, name: string): number {
  return rig.lines.filter((line) => line.startsWith(name)).length;
}

describe("a Telegram bot over long times", () => {
  it("[T05] a poll that falls silent is noticed within 45 s, and asked again over another connection", async () => {
    const { fake, bot, chat, clock, host, connected, stored } = await setUpTimes();
    fake.faults.blackHole("getUpdates", 1);
    await connected();
    await untilMoved(clock, 0, () => fake.callsOf("getUpdates").length === 1);
    chat.say("hello");
    const at = clock.monotonic();
    await stored("hello", 500);
    expect(clock.monotonic() - at).toBeLessThanOrEqual(45_000);
    expect(host.states).toContainEqual(
      expect.objectContaining({ at: "retrying", reason: "no answer in time" }),
    );
    await untilMoved(clock, 50, () => bot.pending.length === 0);
  });

  it("[T05] not to be reached for two minutes is one error", async () => {
    const rig = await setUpTimes();
    await rig.connected();
    await rig.fake.faults.outage("refuse");
    await untilMoved(rig.clock, 2000, () => rig.clock.monotonic() > 110_000);
    expect(said(rig, "telegram not reached")).toBe(0);
    await untilMoved(rig.clock, 5000, () => rig.clock.monotonic() > 400_000);
    expect(said(rig, "telegram not reached")).toBe(1);
    const waits = rig.host.states.flatMap((state) => (state.at === "retrying" ? [state.inMs] : []));
    expect(waits[0]).toBeGreaterThanOrEqual(500);
    expect(waits.at(-1)).toBeGreaterThan(15_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(30_000);
    await rig.fake.faults.restore();
    rig.chat.say("back");
    await rig.stored("back", 2000);
    expect(rig.host.states.at(-1)).toEqual({ at: "connected" });
  });

  it("[T05] once a rival has gone, being connected again shows within seconds, also when nothing comes", async () => {
    const { fake, bot, clock, host, connected } = await setUpTimes();
    await connected();
    await untilMoved(clock, 0, () => bot.polling === 1);
    const stolen = new Api(bot.token, { apiRoot: fake.url }).getUpdates({ timeout: 1 });
    await untilMoved(clock, 10, () => host.states.at(-1)?.at === "retrying");
    const at = clock.monotonic();
    await untilMoved(clock, 100, () => host.states.at(-1)?.at === "connected");
    expect(clock.monotonic() - at).toBeLessThan(11_000);
    expect(await stolen).toEqual([]);
  });

  it("[T06] the absence of another bot is not this one's", async () => {
    const { fake, chat, clock, host, ann, connected, stored } = await setUpTimes();
    const first = await connected();
    chat.say("before");
    await stored("before");
    await first.disconnect();
    await clock.advance(30 * HOUR);
    const other = fake.bot({ username: "other_bot" });
    await connected({ token: other.token });
    fake.privateChat(ann, other).say("hello");
    await stored("hello");
    expect(host.gaps).toEqual([]);
  });

  it("[T06] an absence of more than 24 h is told with the number of updates that expired", async () => {
    const { bot, chat, clock, host, connected, stored } = await setUpTimes();
    const first = await connected();
    chat.say("before");
    await stored("before");
    const from = clock.now();
    await untilMoved(clock, 0, () => bot.pending.length === 0);
    await first.disconnect();
    for (const text of ["lost", "lost", "lost"]) chat.say(text);
    await clock.advance(30 * HOUR);
    chat.say("after");
    expect(bot.expired).toBe(3);
    await connected();
    await stored("after");
    expect(host.gaps).toMatchObject([{ address: null, about: 3 }]);
    expect(Math.abs((host.gaps[0]?.until ?? 0) - (clock.now() - 24 * HOUR))).toBeLessThan(1000);
    expect(Math.abs((host.gaps[0]?.from ?? 0) - from)).toBeLessThan(10_000);
  });

  it("[T06] an absence after which nothing came is told without a number", async () => {
    const { chat, clock, host, connected, stored } = await setUpTimes();
    const first = await connected();
    chat.say("before");
    await stored("before");
    await first.disconnect();
    await clock.advance(25 * HOUR);
    await connected();
    // The long poll itself tells when it comes back.
    await untilMoved(clock, 1000, () => host.gaps.length > 0);
    expect(host.gaps).toMatchObject([{ about: null }]);
  });

  it("[T06] no update missing, no gap: the numbers tell", async () => {
    const { chat, clock, host, connected, stored } = await setUpTimes();
    const first = await connected();
    chat.say("before");
    await stored("before");
    await first.disconnect();
    await clock.advance(30 * HOUR);
    chat.say("after");
    await connected();
    await stored("after");
    expect(host.gaps).toEqual([]);
  });

  it("[T06] a quiet week in one life is no absence, nor is the first start", async () => {
    const { bot, chat, clock, host, connected, stored } = await setUpTimes();
    const first = await connected();
    chat.say("before");
    await stored("before");
    await untilMoved(clock, 29_000, () => clock.monotonic() > HOUR);
    // A crash: nothing is written on the way out.
    const seen = await host.cursor("polled");
    expect(seen).toMatchObject({ bot: bot.id });
    expect(clock.now() - (seen as { at: number }).at).toBeLessThan(6 * 60_000);
    await first.disconnect();
    await connected();
    chat.say("after");
    await stored("after");
    expect(host.gaps).toEqual([]);
  });

  it("[T06] an outage of more than 24 h in one life is told, too, before anything else moves", async () => {
    const { fake, chat, clock, host, connected, stored } = await setUpTimes();
    await connected();
    chat.say("before");
    await stored("before");
    await fake.faults.outage("refuse");
    chat.say("lost");
    clock.jump(26 * HOUR);
    await untilMoved(clock, 5000, () => clock.monotonic() > 60_000);
    await fake.faults.restore();
    chat.say("after");
    await stored("after", 1000);
    expect(host.gaps).toMatchObject([{ about: 1 }]);
  });

  it("[T06] numbers that began anew after a quiet week hide no message, and give no number", async () => {
    const { bot, chat, clock, host, connected, stored } = await setUpTimes();
    const first = await connected();
    chat.say("before");
    await stored("before");
    await untilMoved(clock, 0, () => bot.pending.length === 0);
    await first.disconnect();
    await clock.advance(8 * 24 * HOUR);
    bot.jumpIds(3);
    chat.say("low number");
    await connected();
    await stored("low number");
    expect(host.gaps).toMatchObject([{ about: null }]);
  });
});
