/** The span that is looked at, epoch ms. */
export interface TimeWindow {
  readonly from: number;
  readonly until: number;
}

export const SHORTEST_MS = 2000;
export const LONGEST_MS = 90 * 24 * 60 * 60_000;

/** `factor` 2 shows twice as long a span. `at` keeps its place. */
export function zoom(window: TimeWindow, factor: number, at = middleOf(window)): TimeWindow {
  const span = window.until - window.from;
  const wanted = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, span * factor));
  const share = (at - window.from) / span;
  const from = at - wanted * share;
  return { from, until: from + wanted };
}

/** By a share of the span; never so far that nothing but the future is seen. */
export function pan(window: TimeWindow, share: number, now: number): TimeWindow {
  const span = window.until - window.from;
  return notBeyond({ from: window.from + span * share, until: window.until + span * share }, now);
}

/** A window that ends a little after now: what goes on has room to grow. */
export function upTo(now: number, spanMs: number): TimeWindow {
  const until = now + spanMs * MARGIN;
  return { from: until - spanMs, until };
}

/** It shows now, so it moves on with it. */
export function isLive(window: TimeWindow, now: number): boolean {
  return window.until >= now;
}

export function notBeyond(window: TimeWindow, now: number): TimeWindow {
  const span = window.until - window.from;
  const latest = now + span * MARGIN;
  return window.until <= latest ? window : { from: latest - span, until: latest };
}

/** Of a span, right of now. */
const MARGIN = 0.04;

function middleOf({ from, until }: TimeWindow): number {
  return (from + until) / 2;
}
