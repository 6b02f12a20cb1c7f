import type { TimeWindow } from "./time-window.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Steps that people count in. */
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((many) => many * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((many) => many * MINUTE),
  ...[1, 2, 3, 6, 12].map((many) => many * HOUR),
  ...[1, 2, 7, 14, 28].map((many) => many * DAY),
];

export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** How the times of ticks are written, and where days begin. */
export interface TickClock {
  /** Ms that the shown clock is ahead of the epoch's: a tick stands at its full hours. */
  readonly offsetMs: number;
  label(at: number, stepMs: number): string;
}

/** At most `most` round times of the window. */
export function ticksOf(window: TimeWindow, most: number, clock: TickClock): readonly Tick[] {
  const span = window.until - window.from;
  const step = STEPS.find((each) => span / each <= most) ?? 28 * DAY;
  const ticks: Tick[] = [];
  const first = Math.ceil((window.from + clock.offsetMs) / step) * step - clock.offsetMs;
  for (let at = first; at <= window.until; at += step) {
    ticks.push({ at, label: clock.label(at, step) });
  }
  return ticks;
}

/** The clock on the wall of who looks. */
export function wallClock(offsetMs: number): TickClock {
  const two = (many: number): string => String(many).padStart(2, "0");
  return {
    offsetMs,
    label(at, stepMs) {
      const local = new Date(at + offsetMs);
      const hours = two(local.getUTCHours());
      const minutes = two(local.getUTCMinutes());
      const day = `${local.getUTCDate()} ${MONTHS[local.getUTCMonth()] ?? ""}`;
      if (stepMs >= DAY || (at + offsetMs) % DAY === 0) return day;
      if (stepMs >= MINUTE) return `${hours}:${minutes}`;
      return `${hours}:${minutes}:${two(local.getUTCSeconds())}`;
    },
  };
}

/** Seconds and minutes since `start`, for a picture of a run. */
export function stopWatch(start: number): TickClock {
  return {
    offsetMs: -start,
    label(at) {
      const ms = at - start;
      return ms % MINUTE === 0 && ms !== 0 ? `${ms / MINUTE} min` : `${ms / SECOND} s`;
    },
  };
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
