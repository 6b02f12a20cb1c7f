import type { Timeline, TimelineBoot, TimelineSession } from "../../gateway/report/timeline.ts";
import { laneName } from "./lane-name.ts";
import type { TimeWindow } from "./time-window.ts";
import { MARKS, PHASES, absenceWords, endWords, lengthWords, triesWords } from "./words.ts";

/** One line of the timeline as a table. */
export interface TimelineRow {
  readonly id: string;
  readonly at: number;
  /** Null: the gateway itself. */
  readonly key: string | null;
  readonly who: string;
  readonly what: string;
  /** Null while it goes on. */
  readonly length: string | null;
  readonly end: string;
}

/** All that the picture shows, in words, the latest first. */
export function timelineRows(timeline: Timeline, window: TimeWindow): readonly TimelineRow[] {
  const isSeen = (from: number, until: number | null): boolean =>
    from <= window.until && (until ?? Infinity) >= window.from;
  return [
    ...timeline.boots.flatMap((boot, place) => bootRows(boot, timeline.boots[place + 1], isSeen)),
    ...timeline.sessions.flatMap((session) => sessionRows(session, isSeen, timeline.now)),
  ].toSorted((one, other) => other.at - one.at);
}

type Seen = (from: number, until: number | null) => boolean;

function bootRows(
  boot: TimelineBoot,
  next: TimelineBoot | undefined,
  isSeen: Seen,
): readonly TimelineRow[] {
  const rows: TimelineRow[] = [];
  const gateway = { key: null, who: "Gateway" };
  const { id, startedAt, readyAt, end } = boot;
  if (isSeen(startedAt, startedAt)) {
    const length = readyAt === null ? null : lengthWords(readyAt - startedAt);
    const what = `start of process ${boot.pid}`;
    rows.push({
      ...gateway,
      id: `${id} start`,
      at: startedAt,
      what,
      length,
      end: readyAt === null ? "not ready" : "ready",
    });
  }
  for (const drain of boot.drains) {
    const until = drain.endedAt ?? end?.notBefore ?? null;
    if (!isSeen(drain.beganAt, until)) continue;
    const cut = drain.timedOutAt === null ? "" : ", what still ran was cut";
    rows.push({
      ...gateway,
      id: `${id} drain ${drain.beganAt}`,
      at: drain.beganAt,
      what: `drain, asked for by ${drain.by}`,
      length: until === null ? null : lengthWords(until - drain.beganAt),
      end: `${(drain.end ?? (until === null ? "goes on" : "broken off")).replace("_", " ")}${cut}`,
    });
  }
  if (end !== null && isSeen(end.notBefore, next?.startedAt ?? null)) {
    const back = next?.readyAt ?? next?.startedAt ?? null;
    rows.push({
      ...gateway,
      id: `${id} end`,
      at: end.notBefore,
      what: absenceWords(boot, end),
      length: back === null ? null : lengthWords(back - end.notBefore),
      end: back === null ? "away" : "back",
    });
  }
  return rows;
}

function sessionRows(
  { key, turns, marks }: TimelineSession,
  isSeen: Seen,
  now: number,
): readonly TimelineRow[] {
  const { name, place } = laneName(key);
  const who = `${name} (${place})`;
  return [
    ...turns
      .filter((turn) => isSeen(turn.startedAt, turn.endedAt))
      .map((turn): TimelineRow => {
        const last = turn.segments.at(-1);
        const phase = turn.end === null && last !== undefined ? PHASES[last.phase] : null;
        const about = [turn.isResumed ? "continued" : null, triesWords(turn)].filter(Boolean);
        return {
          id: turn.id,
          at: turn.startedAt,
          key,
          who,
          what: about.length === 0 ? "turn" : `turn, ${about.join(", ")}`,
          length: lengthWords((turn.endedAt ?? now) - turn.startedAt),
          end: phase ?? endWords(turn),
        };
      }),
    ...marks
      .filter((mark) => isSeen(mark.from, mark.until))
      .map((mark): TimelineRow => ({
        id: `${key} ${mark.kind} ${mark.from}`,
        at: mark.from,
        key,
        who,
        what: MARKS[mark.kind],
        length: mark.until === null ? null : lengthWords(mark.until - mark.from),
        end: mark.until === null ? "still" : "over",
      })),
  ];
}
