import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startChromium } from "../browser/chromium.ts";
import type { Chromium } from "../browser/chromium.ts";
import { findChromium, NO_CHROMIUM } from "../browser/find-chromium.ts";
import { openConsoleHouse } from "./console-house.ts";
import type { ConsoleHouse } from "./console-house.ts";
import { seedSessions } from "./seed-sessions.ts";

// A real browser and a real gateway share the machine with everything else that runs on it.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const COUNT = 10_000;
/** Nobody can look at more than some screens of rows at once. */
const MOST_ROWS = 120;
/** A person feels a page stutter from 50 ms on; a machine that is busy with other tests is not the page's fault. */
const LONGEST_TASK_MS = 600;

interface Ride {
  readonly frames: number;
  /** Long tasks that the test itself made. */
  readonly heard: number;
  /** Ms that the slowest frame took; 17 is as fast as the screen. */
  readonly slowest: number;
  readonly mostRows: number;
  readonly longest: number;
  readonly tasks: number;
  readonly blank: number;
  readonly last: number;
}

/** From the top to the bottom in 120 frames, as with the scroll bar; looks at each. */
const RIDE = `(async () => {
  const tasks = [];
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
  observer.observe({ type: "longtask" });
  // A stutter of ours is heard of; else there would be none to count.
  await new Promise((go) => setTimeout(() => {
    for (const until = performance.now() + 80; performance.now() < until; );
    setTimeout(go, 100);
  }));
  const heard = tasks.splice(0).length;
  const row = document.querySelector("[aria-posinset], [aria-rowindex]");
  const scrolls = (node) => node.scrollHeight > node.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(node).overflowY);
  let box = row;
  while (box !== document.documentElement && !scrolls(box)) box = box.parentElement;
  const rows = () => [...document.querySelectorAll("[aria-posinset], [aria-rowindex]")];
  const frame = () => new Promise((go) => requestAnimationFrame(go));
  let mostRows = 0, blank = 0, slowest = 0, before = performance.now();
  const FRAMES = 120;
  for (let step = 0; step <= FRAMES; step += 1) {
    box.scrollTop = (box.scrollHeight - box.clientHeight) * step / FRAMES;
    await frame();
    await frame();
    slowest = Math.max(slowest, (performance.now() - before) / 2);
    before = performance.now();
    mostRows = Math.max(mostRows, rows().length);
    const { top, bottom, left } = box.getBoundingClientRect();
    const middle = document.elementFromPoint(left + 60, (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2);
    if (middle?.closest("[aria-posinset], [aria-rowindex]") == null) blank += 1;
  }
  await new Promise((go) => setTimeout(go, 100));
  observer.disconnect();
  const last = Math.max(...rows().map((one) => Number(one.getAttribute("aria-posinset") ?? one.getAttribute("aria-rowindex"))));
  return { frames: FRAMES, heard, slowest: Math.round(slowest), mostRows, longest: Math.max(0, ...tasks), tasks: tasks.length, blank, last };
})()`;

describe.skipIf(findChromium() === null)(`10,000 sessions (or: ${NO_CHROMIUM})`, () => {
  let house: ConsoleHouse;
  let chromium: Chromium;
  beforeAll(async () => {
    house = await openConsoleHouse();
    await seedSessions(house.directory, COUNT);
    [chromium] = await Promise.all([startChromium(), house.run()]);
  });
  afterAll(async () => {
    await chromium.close();
    await house.close();
  });

  it("are listed, counted, and scrolled through from end to end without a stutter", async () => {
    const page = await house.visit(chromium, "sessions");
    await page.waitForText(/10,000|10000/);
    const ride = await page.evaluate<Ride>(RIDE);
    console.log(`10,000 sessions, scrolled end to end: ${JSON.stringify(ride)}`);
    expect(ride.last).toBeGreaterThanOrEqual(COUNT);
    expect(ride.mostRows).toBeLessThanOrEqual(MOST_ROWS);
    expect(ride.mostRows).toBeGreaterThan(5);
    expect(ride.heard).toBe(1);
    expect(ride.longest).toBeLessThan(LONGEST_TASK_MS);
    // A row or a heading between groups is under the middle of the list in nearly every frame.
    expect(ride.blank).toBeLessThan(ride.frames / 10);
    expect(page.faults).toEqual([]);
    await page.close();
  });
});
