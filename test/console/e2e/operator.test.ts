import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startChromium } from "../browser/chromium.ts";
import type { Chromium } from "../browser/chromium.ts";
import { findChromium, NO_CHROMIUM } from "../browser/find-chromium.ts";
import type { Page } from "../browser/page.ts";
import { until } from "../browser/until.ts";
import { openConsoleHouse } from "./console-house.ts";
import type { ConsoleHouse } from "./console-house.ts";

// A real browser and a real gateway share the machine with everything else that runs on it.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

describe.skipIf(findChromium() === null)(`an operator with a browser (or: ${NO_CHROMIUM})`, () => {
  let house: ConsoleHouse;
  let chromium: Chromium;
  let page: Page;
  beforeAll(async () => {
    house = await openConsoleHouse();
    [chromium] = await Promise.all([startChromium(), house.run()]);
    page = await house.visit(chromium);
  });
  afterAll(async () => {
    await chromium.close();
    await house.close();
  });

  it("sees a status change while it changes, stops a turn, and forgets a session", async () => {
    await page.goto(`${house.origin}/#/sessions`);
    await house.say("endless", "hang");
    const row = page.at("option", /endless/);
    await row.waitFor(`/running/.test(it.textContent)`);
    await row.click();
    const one = page.at("region", "One session");
    await one.at("button", "Stop the turn").click();
    await row.waitFor(`/idle/.test(it.textContent)`);
    await house.waitStatus("endless", "idle");

    await one.at("button", "Forget…").click();
    await page.at("dialog").at("button", "Keep it").click();
    await page.at("dialog").waitGone();
    expect(await house.statusOf("endless")).toBe("idle");
    await one.at("button", "Forget…").click();
    await page.at("dialog").at("button", "Forget it").click();
    await row.waitGone();
    expect(await house.statusOf("endless")).toBe("none");
    expect(page.faults).toEqual([]);
  });

  it("tries what was given up again, drops it, and asks what became of it", async () => {
    await house.say("broken", "fail");
    const letters = page.at("region", /^Given up/);
    await page.goto(`${house.origin}/#/delivery`);
    const again = letters.at("button", /^Try again/);
    await again.waitThere();
    const [name = ""] = await again.names();
    const id = /msg_\w+/.exec(name)?.[0] ?? "none";
    await again.click();
    await until(
      async () => {
        const { turns } = await house.control.session("local:main:broken");
        return turns === 2 && (await house.control.deadLetters(1)).length === 1 ? true : null;
      },
      () => "the message has failed once more",
    );
    await page.at("textbox", /^Its id/).fill(id);
    await page.press("Enter");
    await page.waitForText(/failed, as asked for|given up/i);
    await letters.at("button", /^Drop…/).click();
    await page.at("dialog").at("button", "Drop it").click();
    await page.waitForText("Nothing was given up.");
    expect(await house.control.deadLetters(1)).toEqual([]);
    expect(page.faults).toEqual([]);
  });

  it("drains it and stays, and lets it go on", async () => {
    await house.say("kept", "echo before");
    await house.waitSaid("kept", /before/);
    await page.goto(`${house.origin}/#/restart`);
    await page.at("button", "Drain and stay").click();
    await page.waitForText(/It stays so until it is undrained/);
    await house.say("kept", "echo kept over the drain");
    await page.goto(`${house.origin}/#/sessions`);
    await page.at("option", /kept/).waitFor(`/1 queued/.test(it.textContent)`);
    expect(await house.said("kept")).not.toContain("kept over the drain");
    await page.goto(`${house.origin}/#/restart`);
    await page.at("button", "Undrain").click();
    await house.waitSaid("kept", /^kept over the drain$/);
    await page.at("button", "Drain and stay").waitThere();
    expect(page.faults).toEqual([]);
  });
});
