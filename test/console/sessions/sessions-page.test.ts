import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { startChromium } from "../browser/chromium.ts";
import type { Chromium } from "../browser/chromium.ts";
import { findChromium, NO_CHROMIUM } from "../browser/find-chromium.ts";
import type { Page } from "../browser/page.ts";
import { openConsoleHouse } from "../e2e/console-house.ts";
import type { ConsoleHouse } from "../e2e/console-house.ts";

// A real browser and a real gateway share the machine with everything else that runs on it.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

describe.skipIf(findChromium() === null)(`the page of sessions (or: ${NO_CHROMIUM})`, () => {
  let house: ConsoleHouse;
  let chromium: Chromium;
  let page: Page;
  beforeAll(async () => {
    house = await openConsoleHouse();
    [chromium] = await Promise.all([startChromium(), house.run()]);
  });
  afterAll(async () => {
    await chromium.close();
    await house.close();
  });
  beforeEach(async () => {
    page = await house.visit(chromium, "sessions");
  });
  afterEach(async () => {
    expect(page.faults).toEqual([]);
    await page.close();
  });

  const row = (chat: string, words: string) =>
    page.at("option", new RegExp(`^(?=.*${chat})(?=.*${words})`));
  const open = (chat: string) =>
    page.goto(`${house.origin}/#/sessions/${encodeURIComponent(`local:main:${chat}`)}`);

  it("shows a session that begins, and its turn while it runs, without being asked", async () => {
    await page.waitForText("Sessions");
    await house.say("work", "slow 60");
    await row("work", "running").waitThere();
    await row("work", "running").click();
    await page.waitForText(/so far/);
    await page.waitForText(/Counting to 240: 1 2/);
    await house.say("work", "and then this");
    await page.waitForText(/Queue · 1/);
    await page.at("button", "Stop the turn").click();
    await page.waitForText(/You said: and then this/);
    await page.waitForText(/stopped[^]*cut short/);
    await row("work", "idle").waitThere();
    await page.at("button", "Stop the turn").waitGone();
  });

  it("lets a turn that was cut go on", async () => {
    await house.say("cut", "crash");
    await row("cut", "resume pending").waitThere();
    await open("cut");
    await page.waitForText(/because its worker was lost/);
    await page.at("button", "Resume now").click();
    await page.waitForText(/Restart note/);
    await house.waitStatus("cut", "idle");
    await row("cut", "idle").waitThere();
  });

  it("asks before a session is forgotten, says what is lost, and forgets it once it is told to", async () => {
    await house.say("gone", "echo hello");
    await house.waitSaid("gone", /hello/);
    await house.waitStatus("gone", "idle");
    await open("gone");
    await page.at("button", "Forget…").click();
    const dialog = page.at("dialog", "Forget this session?");
    await dialog.waitThere();
    expect(await dialog.text()).toContain("the transcript of 1 turn");
    await dialog.at("button", "Keep it").click();
    await dialog.waitGone();
    expect(await house.statusOf("gone")).toBe("idle");

    await page.at("button", "Forget…").click();
    await dialog.at("button", "Forget it").click();
    await page.waitFor(`location.hash === "#/sessions"`);
    await row("gone", "").waitGone();
    expect(await house.statusOf("gone")).toBe("none");
  });

  it("[G05] has the open requests of a session on its page too", async () => {
    await house.say("asks", "ask May I?");
    await row("asks", "awaiting input").waitThere();
    await open("asks");
    const card = page.at("article", "The demo agent asks");
    await card.at("button", /^Deny/).click();
    await card.waitGone();
    await house.waitSaid("asks", /^Declined: May I\?/);
    await row("asks", "idle").waitThere();
  });
});
