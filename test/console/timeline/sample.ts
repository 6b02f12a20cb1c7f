import type {
  Timeline,
  TimelineBoot,
  TimelineSegment,
  TimelineSession,
  TimelineTurn,
} from "../../../gateway/report/timeline.ts";
import type { BootId, SessionId, SessionKey, TurnId } from "../../../sessions/ids.ts";

/** Timelines for tests. Times are seconds after `T0`, so that they can be read. */

export const T0 = 1_750_000_000_000;
export const at = (seconds: number): number => T0 + seconds * 1000;

export const key = (chat: string): SessionKey => `local:main:${chat}` as SessionKey;

export function boot(name: string, from: number, more: Partial<TimelineBoot> = {}): TimelineBoot {
  return {
    id: `boot_${name}` as BootId,
    pid: 7,
    startedAt: at(from),
    readyAt: at(from + 0.5),
    end: null,
    drains: [],
    ...more,
  };
}

export function drain(
  from: number,
  more: Partial<TimelineBoot["drains"][number]> = {},
): TimelineBoot["drains"][number] {
  return {
    boot: "boot_a" as BootId,
    beganAt: at(from),
    next: "restart",
    by: "ann",
    timedOutAt: null,
    endedAt: null,
    end: null,
    ...more,
  };
}

export function segment(
  phase: TimelineSegment["phase"],
  [from, until]: readonly [number, number | null],
  more: Partial<TimelineSegment> = {},
): TimelineSegment {
  return {
    phase,
    from: at(from),
    until: until === null ? null : at(until),
    end: until === null ? null : "completed",
    attempt: 1,
    generation: 1,
    boot: "boot_a" as BootId,
    ...more,
  };
}

/** One segment, unless there are others. */
export function turn(
  name: string,
  [from, until]: readonly [number, number | null],
  more: Partial<TimelineTurn> = {},
): TimelineTurn {
  const end = more.end ?? (until === null ? null : "completed");
  return {
    id: `trn_${name}` as TurnId,
    session: "ses_1" as SessionId,
    origin: "message",
    isResumed: false,
    attempt: 1,
    startedAt: at(from),
    endedAt: until === null ? null : at(until),
    interruption: null,
    reason: null,
    segments: [segment("running", [from, until], { end })],
    ...more,
    end,
  };
}

export function lane(
  chat: string,
  turns: readonly TimelineTurn[],
  marks: TimelineSession["marks"] = [],
): TimelineSession {
  return { key: key(chat), turns, marks };
}

export function timeline(more: Partial<Timeline> = {}): Timeline {
  return {
    from: at(0),
    until: at(100),
    now: at(100),
    boots: [boot("a", 0)],
    sessions: [],
    isWhole: true,
    ...more,
  };
}

/** A drain from 10 to 20 s, in which `cut` is cut at 18 s; away until 22 s; then it goes on. */
export function restarted(): Timeline {
  return timeline({
    boots: [
      boot("a", 0, {
        end: { how: "planned", notBefore: at(20), notAfter: at(20) },
        drains: [drain(10, { timedOutAt: at(18), endedAt: at(19), end: "drained" })],
      }),
      boot("b", 21.5),
    ],
    sessions: [
      lane(
        "cut",
        [
          turn("1", [5, 18], { end: "cut", interruption: "restart_timeout" }),
          turn("2", [30, 40], { isResumed: true }),
        ],
        [{ kind: "resume_pending", from: at(18), until: at(30) }],
      ),
      lane("in-time", [turn("3", [8, 15])]),
      lane(
        "waits",
        [turn("4", [6, 18], { end: "cut", interruption: "restart_timeout" })],
        [{ kind: "resume_pending", from: at(18), until: null }],
      ),
      lane("approval", [
        turn("5", [3, null], {
          segments: [
            segment("running", [3, 4], { end: "next" }),
            segment("awaiting_input", [4, 20], { end: "next" }),
            segment("awaiting_input", [20, null], { boot: null }),
          ],
        }),
      ]),
    ],
  });
}
