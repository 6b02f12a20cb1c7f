import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startChromium } from "../browser/chromium.ts";
import type { Chromium } from "../browser/chromium.ts";
import { findChromium, NO_CHROMIUM } from "../browser/find-chromium.ts";
import type { Page } from "../browser/page.ts";
import { openConsoleHouse } from "./console-house.ts";
import type { ConsoleHouse } from "./console-house.ts";
import { CONTROLS, MARKUP } from "./hostile-words.ts";

// A real browser and a real gateway share the machine with everything else that runs on it.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const AGENT = fileURLToPath(new URL("programs/hostile-agent.ts", import.meta.url));
const VIEWS = [
  "chat/home",
  "chat/asking",
  "sessions",
  "sessions/local:main:home",
  "sessions/local:main:asking",
  "approvals",
  "timeline",
  "restart",
  "delivery",
];
/** A page that lays out a megabyte at once stands still for seconds. */
const LONGEST_TASK_MS = 1000;

/** All that could act, lead away, or turn around what is beside it. */
const SUSPECTS = `(() => {
  const found = [];
  for (const node of document.querySelectorAll("#app *")) {
    for (const { name } of node.attributes) if (name.startsWith("on")) found.push(node.outerHTML);
    for (const name of ["href", "src", "action", "srcdoc", "formaction"]) {
      const value = node.getAttribute(name);
      if (value === null) continue;
      const url = new URL(value, location.href);
      const isOut = node.tagName === "A" && node.target === "_blank" && /^(https?|mailto):$/.test(url.protocol)
        && /noopener/.test(node.rel) && /noreferrer/.test(node.rel);
      if (url.origin !== location.origin && !isOut) found.push(node.outerHTML);
    }
    if (/^(SCRIPT|IFRAME|OBJECT|EMBED|STYLE|LINK|BASE|META)$/.test(node.tagName)) found.push(node.outerHTML);
  }
  const walker = document.createTreeWalker(document.getElementById("app"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    if (!/[\\u202A-\\u202E\\u2066-\\u2069]/.test(text.data)) continue;
    // A block keeps it from other blocks; only these keep it from what stands beside it.
    const isApart = text.parentElement.closest("bdi, [dir=auto], pre, textarea") !== null;
    if (!isApart) found.push("turns around: " + text.data.slice(0, 80));
  }
  return found.map((one) => one.slice(0, 300));
})()`;

const WATCH_TASKS = `(() => {
  window.watched?.disconnect();
  window.tasks = [];
  window.watched = new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map(({ duration }) => duration)));
  window.watched.observe({ type: "longtask" });
})()`;

/** What `SUSPECTS` must find, in ways that the page itself never uses. */
const PLANT = `(() => {
  const app = document.getElementById("main");
  const plant = (tag, attributes, text = "") => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.textContent = text;
    app.append(node);
  };
  plant("a", { href: "javascript:alert(1)" });
  plant("a", { href: "https://evil.example/" });
  plant("img", { src: "https://evil.example/pixel.png", alt: "" });
  plant("iframe", {});
  plant("span", {}, "abc\u202Egnp.exe");
})()`;

describe.skipIf(findChromium() === null)(`hostile text (or: ${NO_CHROMIUM})`, () => {
  let house: ConsoleHouse;
  let chromium: Chromium;
  let page: Page;
  beforeAll(async () => {
    house = await openConsoleHouse({
      top: [
        `defaultWorker: hostile`,
        `delivery: { fileAbove: 0 }`,
        `notices: { perChatPerHour: 1000 }`,
      ],
      workers: `hostile: { kind: command, mode: session, command: "${process.execPath}", args: ["${AGENT}"], maxOutputChars: 4000000 }`,
    });
    [chromium] = await Promise.all([startChromium(), house.run()]);
    for (const words of [...MARKUP, ...CONTROLS]) await house.say("home", words, `${MARKUP[0]}`);
    await house.say("asking", `ask ${MARKUP[0]}`);
    await house.waitStatus("asking", "awaiting_input");
    await house.say("home", "the last of them");
    await house.waitSaid("home", /alert\(1\)/);
    await house.waitStatus("home", "idle");
    page = await house.visit(chromium);
  });
  afterAll(async () => {
    await chromium.close();
    await house.close();
  });

  const isUnharmed = async (): Promise<void> => {
    expect(await page.evaluate<readonly string[]>(SUSPECTS)).toEqual([]);
    expect(await page.evaluate<string>("document.title")).not.toContain("owned");
    expect(page.requests.filter((url) => !url.startsWith(house.origin))).toEqual([]);
    expect(page.faults).toEqual([]);
  };

  it("is looked for in ways that find it", async () => {
    const planted = await house.visit(chromium);
    expect(await planted.evaluate<readonly string[]>(SUSPECTS)).toEqual([]);
    await planted.evaluate(PLANT);
    expect(await planted.evaluate<readonly string[]>(SUSPECTS)).toHaveLength(5);
    const kinds = new Set(planted.faults.map(({ kind }) => kind));
    expect(kinds).toContain("policy");
    await planted.close();
  });

  it.each(VIEWS)("is text and nothing else at #/%s", async (view) => {
    await page.goto(`${house.origin}/#/${view.split("/").map(encodeURIComponent).join("/")}`);
    await page.waitFor(`document.querySelector("main h1") !== null`);
    if (/home|asking|approvals/.test(view)) await page.waitForText("onerror");
    await isUnharmed();
  });

  it("of a megabyte in one line leaves chat and session usable", async () => {
    await house.say("long", "long");
    await house.waitSaid("long", /long </);
    await house.waitStatus("long", "idle");
    for (const view of ["chat/long", "sessions/local%3Amain%3Along"]) {
      await page.goto(`${house.origin}/#/restart`);
      await page.evaluate(WATCH_TASKS);
      await page.goto(`${house.origin}/#/${view}`);
      await page.waitForText("<b>x</b><b>x</b>");
      if (view.startsWith("chat")) await page.at("textbox", "Message").fill("still here");
      await page.evaluate("new Promise((go) => setTimeout(go, 200))");
      const longest = await page.evaluate<number>("Math.max(0, ...window.tasks)");
      const shown = await page.evaluate<number>("document.body.textContent.length");
      console.log(`a megabyte at #/${view}: ${shown} characters shown, longest task ${longest} ms`);
      expect(longest).toBeLessThan(LONGEST_TASK_MS);
      expect(await page.evaluate<boolean>(IS_WIDE)).toBe(false);
      await isUnharmed();
    }
  });
});

const IS_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth";
