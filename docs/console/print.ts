import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { startChromium } from "../../test/console/browser/chromium.ts";
import type { Page, Show } from "../../test/console/browser/page.ts";
import { smallPng } from "./small-png.ts";
import { openStory } from "./story.ts";
import type { Story } from "./story.ts";

/** Draws the pictures of docs/console.md, from a real gateway in a real browser. */
const DESK: Show = { width: 1180, height: 740, scale: 1.5, reducedMotion: true };
const PHONE: Show = { width: 360, height: 720, scale: 2, phone: true, reducedMotion: true };

const story = await openStory();
const chromium = await startChromium();
try {
  const page = await story.house.visit(chromium);
  await page.show(DESK);
  await story.begin();
  await story.restart(() => drain(page));
  await story.kill();
  await story.settle();
  await look(page, story);
} finally {
  await chromium.close();
  await story.close();
}

async function drain(page: Page): Promise<void> {
  await page.goto(`${story.house.origin}/#/restart`);
  await page.at("button", "Restart…").click();
  await page.at("dialog").at("button", "Restart").click();
  await page.at("progressbar").waitThere();
  await page.evaluate("new Promise((go) => setTimeout(go, 3000))");
  await both(page, "restart", DESK);
}

async function look(page: Page, { house }: Story): Promise<void> {
  const shots = [
    ["chat", "chat/home", "Cut short"],
    ["sessions", "sessions", "night-shift"],
    ["session", `sessions/${encodeURIComponent("local:main:billing")}`, "go on, please"],
    ["approvals", "approvals", "version 2.4"],
    ["timeline", "timeline", "killed"],
    ["delivery", "delivery", "telegram"],
  ] as const;
  // Told once is enough.
  await page.at("button", "Dismiss").click();
  for (const [name, view, word] of shots) {
    await page.goto(`${house.origin}/#/${view}`);
    await page.waitForText(word);
    await both(page, name, DESK);
  }
  await page.show(PHONE);
  await page.goto(`${house.origin}/#/chat/home`);
  await page.waitForText("Cut short");
  await shoot(page, "phone-chat-light");
  await page.show({ ...PHONE, dark: true });
  await page.goto(`${house.origin}/#/timeline`);
  await page.waitForText("killed");
  await shoot(page, "phone-timeline-dark");
}

async function both(page: Page, name: string, show: Show): Promise<void> {
  for (const dark of [false, true]) {
    await page.show({ ...show, dark });
    await shoot(page, `${name}-${dark ? "dark" : "light"}`);
  }
  await page.show(show);
}

async function shoot(page: Page, name: string): Promise<void> {
  await page.evaluate("new Promise((go) => setTimeout(go, 400))");
  const file = fileURLToPath(new URL(`${name}.png`, import.meta.url));
  writeFileSync(file, smallPng(await page.screenshot()));
}
