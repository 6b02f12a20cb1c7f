import type {
  TimelineEnd,
  TimelineMark,
  TimelineSegment,
  TimelineTurn,
} from "../../gateway/report/timeline.ts";
import type { Scale } from "./scale.ts";
import { roomFor } from "./text-room.ts";
import { ENDS, MARKS, PHASES, endWords, lengthWords, triesWords } from "./words.ts";

/** One turn. */
export interface Bar {
  readonly turn: TimelineTurn;
  readonly x: number;
  readonly width: number;
  readonly parts: readonly BarPart[];
  /** The sign at its end, and the word where there is room; null while it goes on. */
  readonly end: {
    readonly kind: TimelineEnd;
    readonly x: number;
    readonly text: string | null;
  } | null;
  readonly words: string;
}

export interface BarPart {
  readonly kind: TimelineSegment["phase"] | "waits_alone";
  readonly x: number;
  readonly width: number;
  /** What fits. */
  readonly text: string | null;
}

/** From where a conversation stopped to where it went on. */
export interface MarkLine {
  readonly kind: TimelineMark["kind"];
  readonly x: number;
  readonly width: number;
  readonly text: string | null;
  /** Ends with the turn that continued it. */
  readonly isContinued: boolean;
}

const LEAST_PX = 4;
const SIGN_PX = 16;

export function barsOf(turns: readonly TimelineTurn[], scale: Scale): readonly Bar[] {
  return turns.map((turn, place): Bar => {
    const x = scale.x(turn.startedAt);
    const until = scale.x(turn.endedAt ?? scale.now);
    const width = Math.max(LEAST_PX, until - x);
    const next = turns[place + 1];
    const room = (next === undefined ? scale.right : scale.x(next.startedAt)) - (x + width);
    return {
      turn,
      x,
      width,
      parts: turn.segments.flatMap((segment) => partOf(segment, turn, scale)),
      end: endOf(turn, x + width, { width, room, scale }),
      words: barWords(turn, scale.now),
    };
  });
}

function partOf(segment: TimelineSegment, turn: TimelineTurn, scale: Scale): readonly BarPart[] {
  const until = segment.until ?? scale.now;
  if (until < scale.window.from || segment.from > scale.window.until) return [];
  const x = scale.x(segment.from);
  const width = Math.max(turn.segments.length === 1 ? LEAST_PX : 1, scale.x(until) - x);
  const isAlone = segment.phase === "awaiting_input" && segment.boot === null;
  const isFirst = segment.phase === "running" && turn.isResumed;
  const told = isAlone ? "still waits" : PHASES[segment.phase];
  const word = isFirst && isFirstRun(segment, turn) ? "continued" : told;
  // The sign of a good end stands on the last part.
  const signs = segment === turn.segments.at(-1) && turn.end === "completed" ? 2 : 1;
  const text = roomFor(word) + signs * SIGN_PX < width ? word : null;
  return [{ kind: isAlone ? "waits_alone" : segment.phase, x, width, text }];
}

function isFirstRun(segment: TimelineSegment, turn: TimelineTurn): boolean {
  return turn.segments.find(({ phase }) => phase === "running") === segment;
}

function endOf(
  turn: TimelineTurn,
  x: number,
  at: { readonly width: number; readonly room: number; readonly scale: Scale },
): Bar["end"] {
  const { end, endedAt } = turn;
  if (end === null || endedAt === null || endedAt > at.scale.window.until) return null;
  const word = ENDS[end];
  const isTold = end !== "completed" && roomFor(word) + SIGN_PX < at.room;
  // A good end of a short turn goes without saying.
  if (end === "completed" && at.width < 2 * SIGN_PX) return null;
  // On the bar's last part, where that has room for it.
  const last = turn.segments.at(-1);
  const isInside =
    end === "completed" && last !== undefined && x - at.scale.x(last.from) > 1.5 * SIGN_PX;
  return {
    kind: end,
    x: isInside ? x - 10 : x + (end === "completed" ? 10 : 2),
    text: isTold ? word : null,
  };
}

export function markLines(
  marks: readonly TimelineMark[],
  bars: readonly Bar[],
  scale: Scale,
): readonly MarkLine[] {
  return marks.flatMap((mark) => {
    const until = mark.until ?? scale.now;
    if (until < scale.window.from || mark.from > scale.window.until) return [];
    const before = bars.find(({ turn }) => turn.endedAt === mark.from)?.end;
    const told = before?.text == null ? 0 : roomFor(before.text) + SIGN_PX;
    const x = Math.min(scale.x(mark.from) + told, scale.x(until));
    const width = scale.x(until) - x;
    const isContinued = bars.some(({ turn }) => turn.isResumed && turn.startedAt === mark.until);
    const word = MARKS[mark.kind];
    const text = roomFor(word) + 2 * SIGN_PX < width ? word : null;
    return [{ kind: mark.kind, x, width, text, isContinued }];
  });
}

/** All of it, for who points at it, or hears it. */
function barWords(turn: TimelineTurn, now: number): string {
  const took = lengthWords((turn.endedAt ?? now) - turn.startedAt);
  const waited = turn.segments
    .filter(({ phase }) => phase === "awaiting_input")
    .reduce((sum, { from, until }) => sum + (until ?? now) - from, 0);
  return [
    turn.isResumed ? "continues a conversation that was cut" : null,
    turn.origin === "auto" ? "began by itself" : null,
    turn.end === null ? `has run for ${took}` : `took ${took}`,
    waited > 0 ? `of which ${lengthWords(waited)} waiting for approval` : null,
    triesWords(turn),
    turn.end === null ? null : endWords(turn),
  ]
    .filter((part) => part !== null)
    .join(", ");
}
