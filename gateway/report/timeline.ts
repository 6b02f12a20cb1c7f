import { setImmediate } from "node:timers/promises";

import type { BootId, SessionId, SessionKey, TurnId } from "../../sessions/ids.ts";
import type { TurnOrigin } from "../../sessions/machine/events.ts";
import type { Interruption, TurnOutcome } from "../../sessions/machine/state.ts";
import type { DrainRow, StoredEvent, TurnRow } from "../../sessions/rows.ts";
import type { Core } from "../core.ts";
import { bootSpans } from "./timeline-boots.ts";
import { laneOf } from "./timeline-lane.ts";

/** What ran when, over all sessions, and what the gateway itself did meanwhile. All times are epoch ms. */
export interface Timeline {
  readonly from: number;
  readonly until: number;
  /** By the gateway's clock. */
  readonly now: number;
  /** The oldest first, with those right before and after the span. */
  readonly boots: readonly TimelineBoot[];
  /** The latest first. */
  readonly sessions: readonly TimelineSession[];
  /** False: there was more than fits; what is left out is the oldest. */
  readonly isWhole: boolean;
}

export interface TimelineBoot {
  readonly id: BootId;
  readonly pid: number;
  readonly startedAt: number;
  /** Null: it never came so far, or is on its way. */
  readonly readyAt: number | null;
  /** Null: it lives. */
  readonly end: BootEnd | null;
  readonly drains: readonly DrainRow[];
}

/**
 * `killed`: nobody wrote its end down, which lies between its last sign of life and the start of the next boot.
 * For the others both times are the same.
 */
export interface BootEnd {
  readonly how: "clean" | "planned" | "killed";
  readonly notBefore: number;
  readonly notAfter: number;
}

export interface TimelineSession {
  readonly key: SessionKey;
  /** The oldest first. */
  readonly turns: readonly TimelineTurn[];
  readonly marks: readonly TimelineMark[];
}

export interface TimelineTurn {
  readonly id: TurnId;
  readonly session: SessionId;
  /** Null: its beginning is no longer stored. */
  readonly origin: TurnOrigin | null;
  /** It continued a conversation that had been cut. */
  readonly isResumed: boolean;
  readonly attempt: number;
  readonly startedAt: number;
  /** Null: it goes on. */
  readonly endedAt: number | null;
  readonly end: TimelineEnd | null;
  readonly interruption: Interruption | null;
  readonly reason: string | null;
  readonly segments: readonly TimelineSegment[];
}

/** A late answer makes `completed` of a turn whose last segment was `cut`. */
export type TimelineEnd = Exclude<TurnOutcome, "interrupted"> | "cut" | "interrupted" | "requeued";

export interface TimelineSegment {
  readonly phase: Exclude<TurnRow["phase"], "ended">;
  readonly from: number;
  /** Null: it goes on. */
  readonly until: number | null;
  /** `next`: another segment follows. Null: it goes on. */
  readonly end: TimelineEnd | "next" | null;
  readonly attempt: number;
  /** Workers started for the turn, this one included. */
  readonly generation: number;
  /** Of the worker; null for a question that waits without one. */
  readonly boot: BootId | null;
}

/** A conversation that waits to be continued, or that was set aside. */
export interface TimelineMark {
  readonly kind: "resume_pending" | "suspended";
  readonly from: number;
  /** Null: it still is. */
  readonly until: number | null;
}

/** Null = now; an hour before `until`. */
export interface TimelineQuery {
  readonly from: number | null;
  readonly until: number | null;
  /** Sessions. */
  readonly limit: number;
}

const HOUR_MS = 60 * 60_000;
const MOST_BOOTS = 300;
const MOST_TURNS = 3000;
const MOST_EVENTS = 10_000;
/** Of one session: each page is read in one go. */
const EVENTS_PAGE = 100;
/** Clocks that are set back a little must not hide how a turn began. */
const SLACK_MS = 60_000;

export async function readTimeline(core: Core, query: TimelineQuery): Promise<Timeline> {
  const now = core.clock.now();
  const until = query.until ?? now;
  const from = query.from ?? until - HOUR_MS;
  // What happens in this very millisecond is part of a span that ends now.
  const span = { from, until: until + 1 };
  const lives = await core.engine.lives({ ...span, limit: MOST_BOOTS });
  const boots = bootSpans(lives, core.boot);
  const turns = await core.engine.turnsBetween({ ...span, limit: MOST_TURNS + 1 });
  const byKey = [...Map.groupBy(turns.slice(0, MOST_TURNS), (turn) => turn.key)];
  const shown = byKey
    .toSorted(([, one], [, other]) => lastOf(other) - lastOf(one))
    .slice(0, query.limit);

  let left = MOST_EVENTS;
  const sessions: TimelineSession[] = [];
  for (const [key, rows] of shown) {
    const read = await eventsOf(core, key, { rows, from, until, most: left });
    left -= read.events.length;
    sessions.push(laneOf({ key, rows, boots, from, ...read }));
  }
  const isWhole =
    turns.length <= MOST_TURNS &&
    byKey.length === shown.length &&
    lives.length < MOST_BOOTS &&
    left > 0;
  return { from, until, now, boots, sessions, isWhole };
}

/** When a session was last at work. */
function lastOf(rows: readonly TurnRow[]): number {
  return Math.max(...rows.map((row) => row.endedAt ?? Infinity), 0);
}

interface EventsRead {
  readonly events: readonly StoredEvent[];
  /** Until when they tell what happened; null = until now. */
  readonly knownUntil: number | null;
}

async function eventsOf(
  core: Core,
  key: SessionKey,
  bound: {
    readonly rows: readonly TurnRow[];
    readonly from: number;
    readonly until: number;
    readonly most: number;
  },
): Promise<EventsRead> {
  const { rows, from, until, most } = bound;
  const first = Math.min(from, ...rows.map((row) => row.startedAt));
  const last = Math.max(until, ...rows.map((row) => row.endedAt ?? 0));
  const events: StoredEvent[] = [];
  let after = await core.engine.eventsFrom(first - SLACK_MS);
  while (events.length < most) {
    const limit = Math.min(EVENTS_PAGE, most - events.length);
    const page = await core.engine.events({ after, key, limit });
    // The store answers at once: without a breath in between, all else would wait for all of it.
    await setImmediate();
    events.push(...page);
    const end = page.at(-1);
    if (end === undefined || page.length < limit) return { events, knownUntil: null };
    if (end.at > last) return { events, knownUntil: end.at };
    after = end.seq;
  }
  return { events, knownUntil: events.at(-1)?.at ?? from };
}
