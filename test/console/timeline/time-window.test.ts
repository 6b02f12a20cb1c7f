import { describe, expect, it } from "vitest";

import { scaleOf, timeAt } from "../../../console/timeline/scale.ts";
import { stopWatch, ticksOf, wallClock } from "../../../console/timeline/time-ticks.ts";
import {
  LONGEST_MS,
  SHORTEST_MS,
  isLive,
  notBeyond,
  pan,
  upTo,
  zoom,
} from "../../../console/timeline/time-window.ts";
import { T0, at } from "./sample.ts";

const HOUR = 3_600_000;

describe("the window", () => {
  const window = { from: 1000_000, until: 1100_000 };

  it("keeps the time that it is zoomed about where it is", () => {
    expect(zoom(window, 0.5, 1020_000)).toEqual({ from: 1010_000, until: 1060_000 });
    expect(zoom(window, 2, 1020_000)).toEqual({ from: 980_000, until: 1180_000 });
    expect(zoom(window, 2)).toEqual({ from: 950_000, until: 1150_000 });
  });

  it("is never shorter or longer than can be drawn", () => {
    const short = zoom(window, 1e-9);
    expect(short.until - short.from).toBeCloseTo(SHORTEST_MS, 3);
    const long = zoom(window, 1e12);
    expect(long.until - long.from).toBeCloseTo(LONGEST_MS, 0);
  });

  it("moves by a share of itself, and not into a future of which nothing is known", () => {
    expect(pan(window, -0.5, 2000_000)).toEqual({ from: 950_000, until: 1050_000 });
    const last = pan(window, 50, 1090_000);
    expect(last.until - last.from).toBe(100_000);
    expect(last.until).toBeGreaterThan(1090_000);
    expect(last.until).toBeLessThan(1100_000);
    expect(notBeyond(last, 1090_000)).toEqual(last);
  });

  it("that ends now shows a little of what is to come, and moves on", () => {
    const live = upTo(5000_000, 100_000);
    expect(live.until - live.from).toBe(100_000);
    expect(isLive(live, 5000_000)).toBe(true);
    expect(isLive(window, 5000_000)).toBe(false);
  });
});

describe("the scale", () => {
  const scale = scaleOf({ from: 0, until: 1000 }, { width: 508, gutter: 100, now: 0 });

  it("puts times between the names and the edge, and what is outside at the edges", () => {
    expect([0, 500, 1000].map(scale.x)).toEqual([100, 300, 500]);
    expect([-5000, 99_999].map(scale.x)).toEqual([100, 500]);
  });

  it("finds the time of a place", () => {
    expect(timeAt(300, scale)).toBe(500);
    expect(timeAt(scale.x(730), scale)).toBeCloseTo(730, 6);
  });
});

describe("ticks", () => {
  it.each([
    [10_000, 6],
    [90_000, 10],
    [HOUR, 5],
    [24 * HOUR, 8],
    [7 * 24 * HOUR, 12],
    [90 * 24 * HOUR, 4],
  ])("of a span of %d ms are at most %d, at round times", (span, most) => {
    const ticks = ticksOf({ from: T0, until: T0 + span }, most, wallClock(0));
    expect(ticks.length).toBeGreaterThan(1);
    expect(ticks.length).toBeLessThanOrEqual(most + 1);
    const step = (ticks[1]?.at ?? 0) - (ticks[0]?.at ?? 0);
    for (const tick of ticks) expect(tick.at % Math.min(step, HOUR)).toBe(0);
  });

  it("stand at the full hours of the clock on the wall", () => {
    const ahead = 5.5 * HOUR;
    const ticks = ticksOf({ from: T0, until: T0 + 6 * HOUR }, 6, wallClock(ahead));
    for (const tick of ticks) expect((tick.at + ahead) % HOUR).toBe(0);
    expect(ticks[0]?.label).toMatch(/^\d\d:00$/);
  });

  it("name the day where one begins, and seconds only where they differ", () => {
    const day = Date.UTC(2025, 5, 16);
    const clock = wallClock(0);
    expect(clock.label(day, HOUR)).toBe("16 Jun");
    expect(clock.label(day + HOUR, HOUR)).toBe("01:00");
    expect(clock.label(day + 61_000, 1000)).toBe("00:01:01");
    expect(stopWatch(T0).label(at(5), 5000)).toBe("5 s");
    expect(stopWatch(T0).label(at(120), 5000)).toBe("2 min");
  });
});
