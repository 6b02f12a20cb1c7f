import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startFakeTelegram } from "../../fakes/telegram/start-fake-telegram.ts";
import type { FakeChat, FakeTelegram, SeenMessage } from "../../fakes/telegram/fake-telegram.ts";
import { startChromium } from "../browser/chromium.ts";
import type { Chromium } from "../browser/chromium.ts";
import { findChromium, NO_CHROMIUM } from "../browser/find-chromium.ts";
import { until } from "../browser/until.ts";
import { openConsoleHouse } from "./console-house.ts";
import type { ConsoleHouse } from "./console-house.ts";

// A real browser and a real gateway share the machine with everything else that runs on it.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const TOKEN = "7100000001:AAPlanted-for-the-console-9f3kQzT";

describe.skipIf(findChromium() === null)(`approvals (or: ${NO_CHROMIUM})`, () => {
  let telegram: FakeTelegram;
  let chat: FakeChat;
  let house: ConsoleHouse;
  let chromium: Chromium;
  beforeAll(async () => {
    telegram = await startFakeTelegram({ limits: "off" });
    const bot = telegram.bot({ username: "sluice_bot", token: TOKEN });
    chat = telegram.privateChat(telegram.person("Ann"), bot);
    house = await openConsoleHouse({
      networks: `telegram: { adapter: telegram, apiRoot: "${telegram.url}", token: { env: BOT_TOKEN }, allow: ["*"] }`,
      environment: { BOT_TOKEN: TOKEN },
    });
    [chromium] = await Promise.all([startChromium(), house.run()]);
  });
  afterAll(async () => {
    await chromium.close();
    await house.close();
    await telegram.stop();
  });

  /** The question as Ann sees it. */
  const asked = (about: string): Promise<SeenMessage> =>
    until(
      () => Promise.resolve(chat.seen().find((one) => isQuestion(one, about)) ?? null),
      () => `a question about ${about} in ${JSON.stringify(chat.texts())}`,
    );
  const answered = (words: string): Promise<true> =>
    until(
      () => Promise.resolve(chat.texts().some((text) => text.includes(words)) || null),
      () => `${words} in ${JSON.stringify(chat.texts())}`,
    );

  it("that are given on the page settle the question in Telegram too", async () => {
    const page = await house.visit(chromium, "approvals");
    chat.say("ask May I tidy up?");
    const question = await asked("tidy up");
    const card = page.at("article", /The demo agent asks/);
    await card.waitThere();
    expect(await card.text()).toContain("May I tidy up?");
    expect(await card.text()).toContain("telegram");
    await page.waitFor(`document.title.startsWith("(1)")`);

    await card.at("button", /^Allow\b/).click();
    await answered("Allowed: May I tidy up?");
    // Sooner than it would be asked for again.
    await card.waitGone(4000);
    await page.waitFor(`!document.title.startsWith("(")`);
    await until(
      () => Promise.resolve(chat.message(question.id)?.buttons.length === 0 || null),
      () => `no buttons on ${JSON.stringify(chat.message(question.id))}`,
    );
    expect(chat.message(question.id)?.text).toMatch(/allowed/i);
    expect(page.faults).toEqual([]);
    await page.close();
  });

  it("that are given in Telegram leave the page at once", async () => {
    const page = await house.visit(chromium, "approvals");
    const besides = await chromium.beside(page);
    await besides.goto(`${house.origin}/#/sessions`);
    chat.say("ask May I paint it?");
    const question = await asked("paint it");
    const card = page.at("article", /The demo agent asks/);
    await card.waitThere();
    await besides.waitFor(`document.title.startsWith("(1)")`);
    chat.press(question.id, /Deny/);
    await answered("Declined: May I paint it?");
    // Sooner than it would be asked for again.
    await card.waitGone(4000);
    await besides.waitFor(`!document.title.startsWith("(")`);
    expect(page.faults).toEqual([]);
    await besides.close();
    await page.close();
  });
});

function isQuestion({ byBot, buttons, text }: SeenMessage, about: string): boolean {
  return byBot && buttons.length > 0 && text.includes(about);
}
