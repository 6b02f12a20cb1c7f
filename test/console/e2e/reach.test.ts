import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { axeViolations } from "../browser/axe.ts";
import { startChromium } from "../browser/chromium.ts";
import type { Chromium } from "../browser/chromium.ts";
import { findChromium, NO_CHROMIUM } from "../browser/find-chromium.ts";
import type { Page, Show } from "../browser/page.ts";
import { until } from "../browser/until.ts";
import { openBusyHouse } from "./busy-house.ts";
import { waitShownOnce } from "./chat-page.ts";
import type { ConsoleHouse } from "./console-house.ts";

// A real browser and a real gateway share the machine with everything else that runs on it.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

/** Each view, and a word that is there once it has what it shows. */
const VIEWS = [
  ["chat/home", "A heading"],
  ["chat/cut", "Cut short"],
  ["chat/nothing-yet", "slow"],
  ["sessions", "question"],
  ["sessions/local%3Amain%3Ahome", "A heading"],
  ["sessions/local%3Amain%3Acut", "Counting"],
  ["approvals", "old backups"],
  ["timeline", "cut"],
  ["restart", "busy"],
  ["delivery", "local"],
] as const;

const PHONE: Show = { width: 360, height: 740, phone: true };
const SHOWS: readonly (readonly [string, Show])[] = [
  ["light", {}],
  ["dark", { dark: true }],
  ["phone, light", PHONE],
  ["phone, dark", { ...PHONE, dark: true }],
];

/** What sticks out of the page to the right, unless something of its own scrolls it. */
const OVERFLOW = `(() => {
  const width = document.documentElement.clientWidth;
  const found = document.documentElement.scrollWidth > width ? ["the page is " + document.documentElement.scrollWidth + " wide"] : [];
  // Views scroll in the frame, and never with it.
  const { scrollHeight, clientHeight } = document.documentElement;
  if (scrollHeight > clientHeight + 1) found.push("the page is " + scrollHeight + " high");
  for (const node of document.querySelectorAll("#app *")) {
    const style = getComputedStyle(node);
    const canScroll = /auto|scroll/.test(style.overflowX) && node.scrollWidth > node.clientWidth + 1;
    if (canScroll && node.closest("pre, .table, .timeline-table") === null) {
      found.push("scrolls sideways: " + node.outerHTML.slice(0, 160));
    }
  }
  const isHeld = (node) => {
    for (let up = node; up !== null && up.id !== "app"; up = up.parentElement) {
      if (getComputedStyle(up).overflowX !== "visible") return true;
    }
    return false;
  };
  for (const node of document.querySelectorAll("#app *")) {
    const box = node.getBoundingClientRect();
    if (box.width > 0 && box.right > width + 1 && !isHeld(node)) found.push(node.outerHTML.slice(0, 160));
  }
  return found.slice(0, 5);
})()`;

describe.skipIf(findChromium() === null)(
  `everybody reaches the console (or: ${NO_CHROMIUM})`,
  () => {
    let house: ConsoleHouse;
    let chromium: Chromium;
    beforeAll(async () => {
      [chromium, house] = await Promise.all([startChromium(), openBusyHouse()]);
    });
    afterAll(async () => {
      await chromium.close();
      await house.close();
    });

    it.each(SHOWS)(
      "axe finds nothing, in no view, and nothing sticks out: %s",
      async (_name, show) => {
        const page = await house.visit(chromium);
        await page.show({ ...show, reducedMotion: true });
        const wrong: string[] = [];
        for (const [view, word] of VIEWS) {
          await page.goto(`${house.origin}/#/${view}`);
          await page.waitForText(word);
          const found = [
            ...(await axeViolations(page)),
            ...(await page.evaluate<string[]>(OVERFLOW)),
          ];
          wrong.push(...found.map((one) => `#/${view}: ${one}`));
        }
        expect(wrong).toEqual([]);
        expect(page.faults).toEqual([]);
        await page.close();
      },
    );

    it("axe finds nothing in what opens over a view, nor while the gateway does not answer", async () => {
      const page = await house.visit(chromium);
      const wrong: string[] = [];
      const look = async (where: string): Promise<void> => {
        for (const dark of [false, true]) {
          await page.show({ dark, reducedMotion: true });
          const found = [
            ...(await axeViolations(page)),
            ...(await page.evaluate<string[]>(OVERFLOW)),
          ];
          wrong.push(...found.map((one) => `${where}: ${one}`));
        }
      };
      for (const [view, opener] of [
        ["restart", /^Restart now/],
        ["delivery", /^Drop/],
        ["sessions/local%3Amain%3Ahome", /^Forget/],
      ] as const) {
        await page.goto(`${house.origin}/#/${view}`);
        await page.at("button", opener).click();
        await page.at("dialog").waitThere();
        await look(`the dialog of ${view}`);
        await page.press("Escape");
        await page.at("dialog").waitGone();
      }
      await page.goto(`${house.origin}/#/timeline`);
      await page.at("button", "As a table").click();
      await page.at("region", "What happened").waitThere();
      await look("the table");

      const { pid } = await house.ready();
      process.kill(pid, "SIGSTOP");
      try {
        await page.waitForText(/gateway is away since/);
        for (const view of ["chat/home", "restart"]) {
          await page.goto(`${house.origin}/#/${view}`);
          await look(`${view}, away`);
        }
      } finally {
        process.kill(pid, "SIGCONT");
      }
      await page.waitForText(/Back .*: the gateway is the same as before/);
      await look("back");
      expect(wrong).toEqual([]);
      await page.close();
    });

    it("the keyboard alone leads everywhere, and shows where it is", async () => {
      // The chat gives the focus to what one writes in; elsewhere it begins at the top.
      const page = await house.visit(chromium, "approvals");
      await page.reload();
      await page.at("navigation", "Views").waitThere();
      await page.press("Tab");
      await page.waitFor(`document.activeElement.textContent === "Skip to the content"`);
      expect(await page.evaluate<boolean>(IS_SEEN)).toBe(true);
      await page.press("Enter");
      await page.waitFor(`document.activeElement.id === "main"`);

      await page.goto(`${house.origin}/#/sessions`);
      await page.reload();
      await page.at("navigation", "Views").waitThere();
      await tabTo(
        page,
        `document.activeElement.matches("nav a") && /Approvals/.test(document.activeElement.textContent)`,
      );
      await page.press("Enter");
      await page.waitFor(`location.hash === "#/approvals"`);
      await page.waitForText("old backups");
      await tabTo(page, `/^Allow\\b/.test(document.activeElement.textContent)`);
      await page.press("Enter");
      await house.waitSaid("question", /^Allowed: May I delete/);

      await page.goto(`${house.origin}/#/sessions`);
      await page.waitForText("busy");
      await tabTo(
        page,
        `document.activeElement.closest("[role=grid], [role=listbox], [role=list]") !== null`,
      );
      await page.press("ArrowDown");
      await page.press("End");
      await page.press("Home");
      await page.press("Enter");
      await page.waitFor(`location.hash.startsWith("#/sessions/local")`);

      await page.goto(`${house.origin}/#/chat/typed`);
      await tabTo(page, `document.activeElement.matches("textarea")`);
      await page.type("echo by the keyboard");
      await page.press("Enter");
      await waitShownOnce(page, /^(?![^]*echo)[^]*by the keyboard/);

      await page.goto(`${house.origin}/#/restart`);
      await page.waitForText("busy");
      await tabTo(page, `/^Restart now/.test(document.activeElement.textContent)`);
      await page.press("Enter");
      await page.at("dialog").waitThere();
      await page.waitFor(`document.activeElement.closest("dialog") !== null`);
      await page.press("Escape");
      await page.at("dialog").waitGone();
      await page.waitFor(`/^Restart now/.test(document.activeElement.textContent)`);
      expect((await house.control.status()).drain).toBeNull();
      expect(page.faults).toEqual([]);
      await page.close();
    });
  },
);

/** Whether who looks can tell what has the focus. */
const IS_SEEN = `(() => {
  const style = getComputedStyle(document.activeElement);
  return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
})()`;

/** With Tab alone; fails when nothing shows that it has the focus on the way. */
async function tabTo(page: Page, expression: string): Promise<void> {
  const passed: string[] = [];
  await until(
    async () => {
      if (await page.evaluate<boolean>(`Boolean(${expression})`)) return true;
      await page.press("Tab");
      const at = await page.evaluate<string>("document.activeElement.outerHTML.slice(0, 120)");
      passed.push(at);
      if (!at.startsWith("<body")) await page.waitFor(IS_SEEN, 3000);
      return null;
    },
    () => `Tab leads to ${expression}; it led to\n${passed.slice(-40).join("\n")}`,
  );
}
