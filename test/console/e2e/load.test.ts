import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { speak } from "../../cli/cli.ts";
import { startChromium } from "../browser/chromium.ts";
import type { Chromium } from "../browser/chromium.ts";
import { findChromium, NO_CHROMIUM } from "../browser/find-chromium.ts";
import type { Page } from "../browser/page.ts";
import { VIEWS } from "../../../console/route.ts";
import { openConsoleHouse } from "./console-house.ts";
import type { ConsoleHouse } from "./console-house.ts";

// A real browser and a real gateway share the machine with everything else that runs on it.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

interface Loaded {
  /** Bodies as they came over the wire. */
  readonly bytes: number;
  readonly plain: number;
  readonly files: number;
  /** First contentful paint, ms after the link was followed. */
  readonly paint: number;
}

const LOADED = `(() => {
  const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .filter(({ name }) => !/^\\/(api|chat)\\//.test(new URL(name).pathname));
  const sum = (key) => all.reduce((total, entry) => total + entry[key], 0);
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  return { bytes: sum("encodedBodySize"), plain: sum("decodedBodySize"), files: all.length, paint: paint.startTime };
})()`;

describe.skipIf(findChromium() === null)(`the first load (or: ${NO_CHROMIUM})`, () => {
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

  const load = async (): Promise<Loaded & { readonly page: Page }> => {
    const page = await house.visit(chromium);
    await page.waitFor(`performance.getEntriesByName("first-contentful-paint").length === 1`);
    return { ...(await page.evaluate<Loaded>(LOADED)), page };
  };

  it("takes less than 150 kB, and is painted within a second", async () => {
    let best = await load();
    // On a busy machine the browser may have had to wait for others: that is not the page's time.
    for (let tries = 1; tries < 12 && best.paint >= 1000; tries += 1) {
      await best.page.close();
      const next = await load();
      if (next.paint < best.paint) best = next;
    }
    const { bytes, plain, files, paint, page } = best;
    console.log(
      `first load: ${bytes} bytes (${plain} unpacked) in ${files} files, painted after ${Math.round(paint)} ms`,
    );
    expect(files).toBeGreaterThan(10);
    expect(plain).toBeGreaterThan(bytes);
    expect(bytes).toBeLessThan(150_000);
    expect(paint).toBeLessThan(1000);
    await page.close();
  });

  it("asks nobody but the gateway, in no view, and nothing fails", async () => {
    const { page } = await load();
    for (const view of VIEWS) {
      await page.goto(`${house.origin}/#/${view}`);
      await page.waitFor(`document.querySelector("main h1") !== null`);
    }
    await page.reload();
    await page.at("navigation", "Views").waitThere();
    const foreign = page.requests.filter(
      (url) => !url.startsWith(`${house.origin}/`) && !/^(data|blob):/.test(url),
    );
    expect(foreign).toEqual([]);
    expect(page.faults).toEqual([]);
    await page.close();
  });

  it("keeps the token out of the address, of what scripts can read, and of what is asked next", async () => {
    const { page } = await load();
    const token = new URL(house.link()).searchParams.get("token") ?? "none";
    expect(await page.evaluate<string>("location.href")).not.toContain(token);
    expect(await page.evaluate<string>("document.cookie")).toBe("");
    expect(await page.evaluate<string>("document.referrer")).not.toContain(token);
    expect(await page.evaluate<string>("document.documentElement.outerHTML")).not.toContain(token);
    const stored = "JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage })";
    expect(await page.evaluate<string>(stored)).not.toContain(token);
    const told = page.requests.filter((url) => url.includes(token));
    expect(told).toEqual([house.link()]);
  });

  it("begins with the link that the command line prints", async () => {
    const { code, out } = await speak(house.directory, ["console"]);
    expect(code).toBe(0);
    const page = await chromium.page();
    await page.goto(out.trim());
    await page.at("navigation", "Views").waitThere();
    expect(page.faults).toEqual([]);
    await page.close();
  });

  it("is a plain explanation without the token", async () => {
    const page = await chromium.page();
    await page.goto(house.origin);
    await page.waitForText("sluice console");
    expect(await page.evaluate<number>("document.scripts.length")).toBe(0);
  });
});
