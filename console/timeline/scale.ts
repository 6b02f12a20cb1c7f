import type { TimeWindow } from "./time-window.ts";

/** Where a time stands, cut off at the edges of what is shown. */
export interface Scale {
  x(at: number): number;
  readonly left: number;
  readonly right: number;
  readonly window: TimeWindow;
  readonly now: number;
}

const RIGHT_PX = 8;

export function scaleOf(
  window: TimeWindow,
  room: { readonly width: number; readonly gutter: number; readonly now: number },
): Scale {
  const left = room.gutter;
  const right = room.width - RIGHT_PX;
  const perMs = (right - left) / (window.until - window.from);
  return {
    x: (at) => {
      const x = left + (at - window.from) * perMs;
      return Math.round(Math.min(right, Math.max(left, x)) * 10) / 10;
    },
    left,
    right,
    window,
    now: room.now,
  };
}

/** The time that stands at a place. */
export function timeAt(x: number, { left, right, window }: Omit<Scale, "x" | "now">): number {
  return window.from + ((x - left) / (right - left)) * (window.until - window.from);
}
