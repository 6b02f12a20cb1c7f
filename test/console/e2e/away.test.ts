import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startChromium } from "../browser/chromium.ts";
import type { Chromium } from "../browser/chromium.ts";
import { findChromium, NO_CHROMIUM } from "../browser/find-chromium.ts";
import { sayOnPage, shownOnPage, waitShownOnce } from "./chat-page.ts";
import { openConsoleHouse } from "./console-house.ts";
import type { ConsoleHouse } from "./console-house.ts";

// A real browser and a real gateway share the machine with everything else that runs on it.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const AWAY_MS = 30_000;
const TYPED = ["first of the absence", "second of the absence", "third of the absence"];

describe.skipIf(findChromium() === null)(`half a minute away (or: ${NO_CHROMIUM})`, () => {
  let house: ConsoleHouse;
  let chromium: Chromium;
  beforeAll(async () => {
    house = await openConsoleHouse();
    chromium = await startChromium();
  });
  afterAll(async () => {
    await chromium.close();
    await house.close();
  });

  it("the page waits for the gateway, comes back by itself, and what was typed meanwhile is there once", async () => {
    const run = await house.run();
    const page = await house.visit(chromium);
    const second = await chromium.beside(page);
    await second.goto(`${house.origin}/#/sessions`);
    await sayOnPage(page, "before it");
    await waitShownOnce(page, /You said: before it/);

    const { pid } = await house.control.status();
    process.kill(pid, "SIGKILL");
    await run.result;
    const since = Date.now();
    for (const each of [page, second]) await each.waitForText(/gateway is away since/i);
    for (const text of TYPED) {
      await sayOnPage(page, text);
      await waitShownOnce(page, new RegExp(text));
    }
    await pause(Math.max(0, since + AWAY_MS - Date.now()));
    expect(await shownOnPage(page)).toHaveLength(2 + TYPED.length);

    await house.run();
    for (const each of [page, second]) await each.waitForText(/Back after 3\d s.*restarted/i);
    for (const text of TYPED) await waitShownOnce(page, new RegExp(`You said: [^]*${text}`));
    await house.waitStatus("home", "idle");
    const { transcript } = await house.control.session("local:main:home");
    const heard = transcript.flatMap(({ body }) => (body.kind === "user" ? [body.text] : []));
    expect(heard.join("\n").split("\n")).toEqual(["before it", ...TYPED]);
    for (const text of ["before it", ...TYPED]) {
      const own = (await shownOnPage(page)).filter((one) => one.includes(text));
      expect([text, own.length]).toEqual([text, 2]);
    }
    // The list of the other page is as fresh as a new one.
    await second.waitForText("home");
    // Requests failed while nobody listened; nothing else went wrong.
    const faults = [...page.faults, ...second.faults].filter(({ kind }) => kind !== "network");
    expect(faults).toEqual([]);
  });
});
