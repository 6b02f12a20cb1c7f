import type { Timeline, TimelineTurn } from "../../gateway/report/timeline.ts";
import type { SessionKey } from "../../sessions/ids.ts";
import { bandsOf, lifeSpans, lostBand, placeLabels } from "./bands.ts";
import type { Band, LifeSpan, PlacedLabel } from "./bands.ts";
import { barsOf, markLines } from "./bars.ts";
import type { Bar, MarkLine } from "./bars.ts";
import { laneName } from "./lane-name.ts";
import type { LaneName } from "./lane-name.ts";
import { scaleOf } from "./scale.ts";
import { ticksOf } from "./time-ticks.ts";
import type { TickClock } from "./time-ticks.ts";
import type { TimeWindow } from "./time-window.ts";

/** The timeline laid out in pixels: what is drawn, and nothing about how. */
export interface Picture {
  readonly width: number;
  /** Where time begins. */
  readonly left: number;
  readonly head: {
    readonly height: number;
    readonly ticks: readonly { readonly x: number; readonly label: string }[];
    readonly life: readonly LifeSpan[];
    readonly labels: readonly PlacedLabel[];
  };
  readonly bands: readonly Band[];
  readonly lanes: readonly Lane[];
  /** Of the lanes alone. */
  readonly height: number;
  /** Null: not in the window. */
  readonly nowX: number | null;
}

export interface Lane {
  readonly key: SessionKey;
  readonly name: LaneName;
  readonly y: number;
  readonly height: number;
  /** Where its name stands: left of the time, or above the bars. */
  readonly isNameAbove: boolean;
  /** Where all are in the same place, none need say so. */
  readonly isPlaceShown: boolean;
  readonly barY: number;
  readonly bars: readonly Bar[];
  readonly marks: readonly MarkLine[];
}

export interface PictureOptions {
  readonly window: TimeWindow;
  readonly width: number;
  /** Px for names left of the time; 0 = they stand above their bars. */
  readonly gutter: number;
  readonly clock: TickClock;
  /** The present, by the gateway's clock. */
  readonly now: number;
  /** Since when it does not answer: what went on then is known until there. Null: it answers. */
  readonly lostAt?: number | null;
}

export const BAR_HEIGHT = 20;
const TICK_PX = 84;

export function toPicture(timeline: Timeline, options: PictureOptions): Picture {
  const { window, width, gutter, clock, now, lostAt = null } = options;
  const scale = scaleOf(window, { width, gutter, now: lostAt ?? now });
  const bands = [
    ...bandsOf(timeline.boots, scale),
    ...(lostAt === null ? [] : lostBand([lostAt, now], scale)),
  ];
  const { labels, rows } = placeLabels(bands, scale);
  const isNameAbove = gutter === 0;
  const laneHeight = isNameAbove ? 50 : 34;
  const isPlaceShown = new Set(timeline.sessions.map(({ key }) => laneName(key).place)).size > 1;
  const lanes = timeline.sessions
    .map(({ key, turns, marks }) => {
      const bars = barsOf(turns.filter(isSeen(window)), scale);
      return { key, bars, marks: markLines(marks, bars, scale) };
    })
    .filter(({ bars, marks }) => bars.length + marks.length > 0)
    .map(({ key, bars, marks }, place): Lane => {
      const y = place * laneHeight;
      const barY = y + (isNameAbove ? 24 : 7);
      return {
        key,
        name: laneName(key),
        y,
        height: laneHeight,
        isNameAbove,
        isPlaceShown,
        barY,
        bars,
        marks,
      };
    });
  const ticks = ticksOf(window, Math.max(2, Math.floor((width - gutter) / TICK_PX)), clock);
  return {
    width,
    left: gutter,
    head: {
      height: 46 + rows * 18,
      ticks: ticks.map(({ at, label }) => ({ x: scale.x(at), label })),
      life: lifeSpans(timeline.boots, scale),
      labels,
    },
    bands,
    lanes,
    height: lanes.length * laneHeight,
    nowX: now >= window.from && now <= window.until ? scale.x(now) : null,
  };
}

function isSeen({ from, until }: TimeWindow): (turn: TimelineTurn) => boolean {
  return (turn) => turn.startedAt <= until && (turn.endedAt ?? Infinity) >= from;
}
