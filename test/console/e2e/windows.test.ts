import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startChromium } from "../browser/chromium.ts";
import type { Chromium } from "../browser/chromium.ts";
import { findChromium, NO_CHROMIUM } from "../browser/find-chromium.ts";
import { sayOnPage, waitShownOnce } from "./chat-page.ts";
import { openConsoleHouse } from "./console-house.ts";
import type { ConsoleHouse } from "./console-house.ts";

// A real browser and a real gateway share the machine with everything else that runs on it.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

/** With two streams each more than a browser has connections to one host. */
const WINDOWS = 5;

const WATCH_LINES = `(() => {
  window.wasAway = false;
  new MutationObserver(() => { window.wasAway ||= /gateway is away/i.test(document.body.innerText); })
    .observe(document.body, { childList: true, subtree: true, characterData: true });
})()`;

describe.skipIf(findChromium() === null)(`many windows (or: ${NO_CHROMIUM})`, () => {
  let house: ConsoleHouse;
  let chromium: Chromium;
  beforeAll(async () => {
    house = await openConsoleHouse();
    [chromium] = await Promise.all([startChromium(), house.run()]);
  });
  afterAll(async () => {
    await chromium.close();
    await house.close();
  });

  it("of one person all follow the gateway, and keep none of them from asking", async () => {
    const first = await house.visit(chromium);
    const pages = [first];
    while (pages.length < WINDOWS) {
      const page = await chromium.beside(first);
      await page.goto(`${house.origin}/#/chat/home`);
      await page.at("textbox", "Message").waitThere();
      pages.push(page);
    }
    await first.evaluate(WATCH_LINES);
    await pages[WINDOWS - 1]?.evaluate(WATCH_LINES);
    for (const [index, page] of [pages[0], pages[WINDOWS - 1]].entries()) {
      if (page === undefined) throw new Error("there is no such window");
      await sayOnPage(page, `echo from window ${index}`);
      for (const each of pages) {
        await waitShownOnce(each, new RegExp(`(?<!echo )from window ${index}`));
      }
      // Whoever has no connection of its own for long says nothing of it.
      expect(await page.evaluate<boolean>("window.wasAway")).toBe(false);
    }
    for (const page of pages) {
      expect(await page.text()).not.toContain("gateway is away");
      expect(page.faults).toEqual([]);
    }
  });
});
