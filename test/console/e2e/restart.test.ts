import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startChromium } from "../browser/chromium.ts";
import type { Chromium } from "../browser/chromium.ts";
import { findChromium, NO_CHROMIUM } from "../browser/find-chromium.ts";
import type { Page } from "../browser/page.ts";
import { sayOnPage, shownOnPage, waitShownOnce } from "./chat-page.ts";
import { openConsoleHouse } from "./console-house.ts";
import type { ConsoleHouse } from "./console-house.ts";

// A real browser and real gateways share the machine with everything else that runs on it.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

describe.skipIf(findChromium() === null)(`a newcomer with a browser (or: ${NO_CHROMIUM})`, () => {
  let house: ConsoleHouse;
  let chromium: Chromium;
  let page: Page;
  beforeAll(async () => {
    house = await openConsoleHouse({ top: ["drain: { timeoutMs: 2500 }"] });
    // As `npm start` does: whatever ends it, it is started again.
    [chromium] = await Promise.all([startChromium(), house.start()]);
    page = await house.visit(chromium);
  });
  afterAll(async () => {
    await chromium.close();
    await house.close();
  });

  /** Requests fail while the gateway is away; nothing else may go wrong. */
  const faults = () => page.faults.filter(({ kind }) => kind !== "network");

  it("talks to the agent, and sees the answer grow", async () => {
    await sayOnPage(page, "slow 2");
    const seen = new Set<string>();
    await waitShownOnce(page, /Counting to 8: 1/);
    while (!/Done\./.test([...seen].at(-1) ?? "")) seen.add((await shownOnPage(page)).at(-1) ?? "");
    expect(seen.size).toBeGreaterThan(3);
    expect(await waitShownOnce(page, /Counting/)).toContain(
      "Counting to 8: 1 2 3 4 5 6 7 8. Done.",
    );
    await waitShownOnce(page, /slow 2/);
    expect(await shownOnPage(page)).toHaveLength(2);
    expect(page.faults).toEqual([]);
  });

  it("restarts it in the middle of an answer, sees the drain and the mark, and goes on", async () => {
    const { boot } = await house.ready();
    await sayOnPage(page, "slow 30");
    await waitShownOnce(page, /Counting to 120: 1/);
    const watching = await chromium.beside(page);
    await watching.goto(`${house.origin}/#/restart`);
    await watching.waitForText("A restart would wait for 1 turn.");
    expect((await house.control.status()).drain).toBeNull();
    await watching.at("button", "Restart…").click();
    await watching.at("dialog").at("button", "Restart").click();
    await watching.waitForText(/waiting for 1 turn to end/);
    const bar = watching.at("progressbar", "Time that running turns have");
    const before = await bar.read<number>("it.value");
    await bar.waitFor(`it.value !== ${before}`);
    await house.ready(boot);

    // Both pages are back by themselves.
    await watching.waitForText(/Back (at once|after .*): the gateway was restarted/);
    await watching.waitForText("The last restart");
    await watching.waitForText("waits for the next message to be continued");
    await waitShownOnce(page, /Cut short by a restart/);
    await waitShownOnce(page, /Back online/);
    expect(await house.statusOf("home")).toBe("resume_pending");
    await watching.goto(`${house.origin}/#/sessions`);
    await watching.waitForText(/resume pending/i);

    await sayOnPage(page, "what was that?");
    const answer = await waitShownOnce(page, /You said: what was that\?/);
    expect(answer).toMatch(/cut short by a restart and go/);
    await watching.waitForText(/idle/i);
    expect(faults()).toEqual([]);
    expect(watching.faults.filter(({ kind }) => kind !== "network")).toEqual([]);
    await watching.close();
  });

  it("kills it in the middle of an answer, and finds the kill and the recovery on the timeline", async () => {
    const { boot, pid } = await house.ready();
    await sayOnPage(page, "slow 31");
    await waitShownOnce(page, /Counting to 124: 1/);
    process.kill(pid, "SIGKILL");
    await page.waitForText(/gateway is away since/i);
    await house.ready(boot);
    await waitShownOnce(page, /Cut short by a crash/);
    await sayOnPage(page, "and what was that?");
    expect(await waitShownOnce(page, /You said: and what was that\?/)).toMatch(
      /cut short by a crash/,
    );
    await house.waitStatus("home", "idle");

    await page.goto(`${house.origin}/#/timeline`);
    await page.waitForText("killed");
    const bars = page.at("link", /^home/);
    const ends = (await bars.names()).join("\n");
    expect(ends).toContain("cut short by a crash");
    expect(ends).toContain("cut short by a restart");
    expect(ends.match(/completed/g)).toHaveLength(3);
    await page.at("button", "As a table").click();
    const table = await page.at("region", "What happened").text();
    for (const words of ["killed", "cut short by a crash", "cut short by a restart", "completed"]) {
      expect(table).toContain(words);
    }
    expect(faults()).toEqual([]);
  });
});
