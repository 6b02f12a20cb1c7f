import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startChromium } from "../browser/chromium.ts";
import type { Chromium } from "../browser/chromium.ts";
import { findChromium, NO_CHROMIUM } from "../browser/find-chromium.ts";
import type { Page } from "../browser/page.ts";
import { openConsoleHouse } from "./console-house.ts";
import type { ConsoleHouse } from "./console-house.ts";

// A real browser and a real gateway share the machine with everything else that runs on it.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Px of the element that are in sight, at most, once it is scrolled to. */
const heightOf = (selector: string) => `(() => {
  const element = document.querySelector(${JSON.stringify(selector)});
  element?.scrollIntoView({ block: "center" });
  return element === null ? 0 : element.clientHeight;
})()`;
/** What tells apart the one that is current, chosen or selected when all grounds are one. */
const LOOKS = `[...document.querySelectorAll("nav a, .choice, .session-row")].map((one) => {
  const is = one.ariaCurrent === "page" || one.ariaPressed === "true" || one.ariaSelected === "true";
  const { backgroundColor, color, borderInlineStartWidth } = getComputedStyle(one);
  return [one.className || "nav", is, [backgroundColor, color, borderInlineStartWidth].join(" ")];
})`;

describe.skipIf(findChromium() === null)(
  `a page with little to show it (or: ${NO_CHROMIUM})`,
  () => {
    let house: ConsoleHouse;
    let chromium: Chromium;
    let page: Page;
    beforeAll(async () => {
      house = await openConsoleHouse();
      [chromium] = await Promise.all([startChromium(), house.run()]);
      for (const chat of ["home", "other"]) await house.say(chat, "echo one\\ntwo\\nthree");
      await house.waitSaid("other", /one/);
      page = await house.visit(chromium);
    });
    afterAll(async () => {
      await chromium.close();
      await house.close();
    });

    it("has room for messages and sessions at 400 % on a desk, and nothing to scroll sideways", async () => {
      await page.show({ width: 320, height: 256 });
      await page.waitFor(`document.querySelector(".post") !== null`);
      expect(await page.evaluate<number>(heightOf(".log"))).toBeGreaterThan(100);
      await page.goto(`${house.origin}/#/sessions`);
      await page.at("option", /home/).waitThere();
      expect(await page.evaluate<number>(heightOf(".session-list"))).toBeGreaterThan(120);
      expect(
        await page.evaluate<boolean>(
          "document.documentElement.scrollWidth <= document.documentElement.clientWidth",
        ),
      ).toBe(true);
      expect(page.faults).toEqual([]);
    });

    it("tells what is current, chosen and selected without colours of its own", async () => {
      await page.show({});
      await page.goto(`${house.origin}/#/sessions/local%3Amain%3Ahome`);
      await page.at("option", /home/).waitThere();
      await page.send("Emulation.setEmulatedMedia", {
        features: [{ name: "forced-colors", value: "active" }],
      });
      await page.waitFor(`matchMedia("(forced-colors: active)").matches`);
      const looks = await page.evaluate<readonly (readonly [string, boolean, string])[]>(LOOKS);
      for (const kind of ["nav", "choice", "session-row"]) {
        const ofKind = looks.filter(([name]) => name.startsWith(kind));
        const others = new Set(ofKind.filter(([, is]) => !is).map(([, , look]) => look));
        const chosen = ofKind.filter(([, is]) => is).map(([, , look]) => look);
        expect([kind, chosen.length, others.size > 0]).toEqual([kind, 1, true]);
        expect([kind, others.has(chosen[0] ?? "")]).toEqual([kind, false]);
      }
      expect(page.faults).toEqual([]);
    });

    it("keeps the place of the keyboard when what was pressed is gone", async () => {
      await page.show({});
      await house.say("busy", "slow 600");
      await page.goto(`${house.origin}/#/sessions/local%3Amain%3Abusy`);
      const stop = page.at("button", "Stop the turn");
      await stop.focus();
      await page.press("Enter");
      await stop.waitGone();
      await page.waitFor(`document.activeElement.closest(".session-page") !== null`);
      await page.goto(`${house.origin}/#/restart`);
      await page.at("button", "Drain and stay").focus();
      await page.press("Enter");
      await page.at("button", "Undrain").waitThere();
      await page.waitFor(`document.activeElement.closest("#main") !== null`);
      await page.at("button", "Undrain").focus();
      await page.press("Enter");
      await page.at("button", "Drain and stay").waitThere();
      await page.waitFor(`document.activeElement.closest("#main") !== null`);
      expect(page.faults).toEqual([]);
    });

    it("shows a command in the order in which it runs, whatever script it begins with", async () => {
      await house.say("turned", "ask \u05D0 && rm -rf / || echo kept");
      await page.goto(`${house.origin}/#/approvals`);
      await page.waitForText("echo kept");
      const first = `(() => {
        const text = document.querySelector(".long-text.is-code").firstChild;
        const left = (from) => {
          const range = document.createRange();
          range.setStart(text, from);
          range.setEnd(text, from + 1);
          return range.getBoundingClientRect().left;
        };
        return left(text.data.indexOf("\u05D0")) < left(text.data.indexOf("r"));
      })()`;
      expect(await page.evaluate<boolean>(first)).toBe(true);
    });

    it("takes no press on a request that has just slipped under the pointer", async () => {
      await house.say("second", "ask the second?");
      await page.goto(`${house.origin}/#/approvals`);
      await page.waitForText("the second?");
      await page.evaluate(`(() => {
        const cards = () => [...document.querySelectorAll(".request")];
        const before = cards().length;
        new MutationObserver((_, observer) => {
          if (cards().length === before) return;
          observer.disconnect();
          const click = new MouseEvent("click", { bubbles: true, detail: 1 });
          cards()[0].querySelector("button").dispatchEvent(click);
        }).observe(document.querySelector(".requests"), { childList: true });
      })()`);
      const [first] = await house.control.requests();
      await house.control.answer(first?.id ?? "", "deny", "somebody else");
      await page.waitForText("Another request stood here a moment ago");
      expect(await house.control.requests()).toHaveLength(1);
    });
  },
);
