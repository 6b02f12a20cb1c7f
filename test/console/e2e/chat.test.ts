import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startChromium } from "../browser/chromium.ts";
import type { Chromium } from "../browser/chromium.ts";
import { findChromium, NO_CHROMIUM } from "../browser/find-chromium.ts";
import type { Page } from "../browser/page.ts";
import { ARTICLE } from "./busy-house.ts";
import { sayOnPage, shownOnPage, waitShownOnce } from "./chat-page.ts";
import { openConsoleHouse } from "./console-house.ts";
import type { ConsoleHouse } from "./console-house.ts";

// A real browser and a real gateway share the machine with everything else that runs on it.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);

describe.skipIf(findChromium() === null)(`the chat (or: ${NO_CHROMIUM})`, () => {
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

  const chatting = async (chat: string): Promise<Page> => {
    const page = await house.visit(chromium);
    await page.goto(`${house.origin}/#/chat/${chat}`);
    return page;
  };

  it("presses an answer's buttons", async () => {
    const page = await chatting("buttons");
    await sayOnPage(page, "ask May I press on?");
    await page.at("button", /Allow/).click();
    await waitShownOnce(page, /Allowed: May I press on\?/);
    await page.at("button", /Allow/).waitGone();
    expect(page.faults).toEqual([]);
    await page.close();
  });

  it("sends files and shows those that come", async () => {
    const page = await chatting("files");
    const [notes, pixel] = [join(house.directory, "notes.txt"), join(house.directory, "pixel.png")];
    writeFileSync(notes, "some notes\n");
    writeFileSync(pixel, PIXEL);
    await page.choose("input[type=file]", [notes, pixel]);
    await page.at("button", "Remove notes.txt").waitThere();
    await page.waitFor(`document.querySelectorAll(".attached progress").length === 0`);
    await sayOnPage(page, "here they are");
    const answer = await waitShownOnce(page, /You said: here they are/);
    expect(answer).toContain("notes.txt");
    expect(answer).toContain("pixel.png");
    await page.waitFor(`document.querySelector("img[alt='pixel.png']")?.naturalWidth === 1`);

    await sayOnPage(page, "file of great worth");
    await waitShownOnce(page, /Here is a file/);
    const link = page.at("link", /demo\.txt/);
    const got = await link.read<string>("fetch(it.href).then((answer) => answer.text())");
    expect(got).toBe("of great worth\n");
    expect(page.faults).toEqual([]);
    await page.close();
  });

  it("goes on with an answer after a reload in the middle of it, and in a second tab", async () => {
    const page = await chatting("reloaded");
    await sayOnPage(page, "slow 3");
    await waitShownOnce(page, /Counting to 12: 1/);
    await page.reload();
    const beside = await chromium.beside(page);
    await beside.goto(`${house.origin}/#/chat/reloaded`);
    for (const each of [page, beside]) {
      expect(await waitShownOnce(each, /Counting to 12: 1[^]*Done\./)).toContain("11 12. Done.");
      expect(await shownOnPage(each)).toHaveLength(2);
    }
    await sayOnPage(beside, "from the second tab");
    await waitShownOnce(page, /You said: from the second tab/);
    expect([...page.faults, ...beside.faults]).toEqual([]);
    await beside.close();
    await page.close();
  });

  it("shows Markdown as what it means, and what a person wrote as it stands", async () => {
    const page = await chatting("markdown");
    await sayOnPage(page, `echo ${ARTICLE}`);
    const answer = await waitShownOnce(page, /^(?![^]*echo)[^]*A heading/);
    expect(answer).not.toContain("**");
    await waitShownOnce(page, /echo # A heading[^]*\*\*strong\*\*/);
    const log = page.at("log", "Messages");
    await log.at("heading", "A heading").waitThere();
    await log.at("table").waitThere();
    const link = log.at("link", "link");
    expect(await link.read("[it.href, it.rel, it.target]")).toEqual([
      "https://example.org/a",
      "noopener noreferrer",
      "_blank",
    ]);
    expect(await log.at("code").names()).toHaveLength(2);
    expect(page.faults).toEqual([]);
    await page.close();
  });
});
