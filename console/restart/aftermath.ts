import type {
  Timeline,
  TimelineBoot,
  TimelineSession,
  TimelineTurn,
} from "../../gateway/report/timeline.ts";
import type { SessionKey } from "../../sessions/ids.ts";

/** What the latest end of the gateway did to those who were at work. */
export interface Aftermath {
  readonly how: "restart" | "stop" | "killed";
  /** When it was last there, and when it served again; epoch ms by the gateway's clock. */
  readonly goneAt: number;
  readonly backAt: number;
  /** Null: nothing was asked for, it was killed. */
  readonly drainMs: number | null;
  readonly by: string | null;
  readonly endedInTime: readonly SessionKey[];
  readonly cut: readonly Fallen[];
  /** Had not begun: began again after it. */
  readonly requeued: readonly SessionKey[];
  /** Waited for a person over it. */
  readonly waited: readonly SessionKey[];
}

export interface Fallen {
  readonly key: SessionKey;
  readonly became: "goes_on" | "completed" | "came_late" | "waits" | "set_aside" | "ended";
}

/** What becomes of it is not known. */
export function isUnsettled({ became }: Fallen): boolean {
  return became === "waits" || became === "goes_on";
}

/** Null: the present boot is the first one that the timeline knows, or is not back yet. */
export function aftermathOf(timeline: Timeline): Aftermath | null {
  const [before, present] = timeline.boots.slice(-2);
  if (before?.end == null || present === undefined || present.end !== null) return null;
  const drain = before.drains.at(-1) ?? null;
  const { how, notBefore, notAfter } = before.end;
  const span = { from: how === "killed" ? notBefore : (drain?.beganAt ?? notBefore), notAfter };
  const keysOf = (isSuch: (turn: TimelineTurn) => boolean): SessionKey[] =>
    timeline.sessions.flatMap(({ key, turns }) => (turns.some(isSuch) ? [key] : []));
  const endedThen = ({ endedAt }: TimelineTurn): boolean =>
    endedAt !== null && endedAt >= span.from && endedAt <= span.notAfter;
  return {
    how: how === "killed" ? "killed" : drain?.next === "stop" ? "stop" : "restart",
    goneAt: notBefore,
    backAt: present.readyAt ?? present.startedAt,
    drainMs: how === "killed" || drain === null ? null : notBefore - drain.beganAt,
    by: how === "killed" ? null : (drain?.by ?? null),
    endedInTime: keysOf(
      (turn) =>
        endedThen(turn) &&
        (turn.end === "completed" || turn.end === "failed" || turn.end === "cancelled") &&
        !wasCut(turn),
    ),
    cut: timeline.sessions.flatMap((session) => fallenOf(session, span)),
    requeued: keysOf((turn) => turn.end === "requeued" && endedThen(turn)),
    waited: keysOf((turn) => waitedOver(turn, before)),
  };
}

function fallenOf(
  { key, turns, marks }: TimelineSession,
  span: { readonly from: number; readonly notAfter: number },
): readonly Fallen[] {
  const place = turns.findIndex((turn) => {
    const at = cutAt(turn);
    return at !== null && at >= span.from && at <= span.notAfter;
  });
  const turn = turns[place];
  if (turn === undefined) return [];
  if (turn.end === "completed") return [{ key, became: "came_late" }];
  const next = turns.slice(place + 1).find((each) => each.isResumed);
  if (next !== undefined) {
    if (next.end === null) return [{ key, became: "goes_on" }];
    return [{ key, became: next.end === "completed" ? "completed" : "ended" }];
  }
  const mark = marks.find(({ until }) => until === null);
  if (mark === undefined) return [{ key, became: "ended" }];
  return [{ key, became: mark.kind === "suspended" ? "set_aside" : "waits" }];
}

function wasCut(turn: TimelineTurn): boolean {
  return cutAt(turn) !== null;
}

/** A turn whose answer came late was cut as well. */
function cutAt({ segments }: TimelineTurn): number | null {
  const last = segments.at(-1);
  return last?.end === "cut" ? last.until : null;
}

function waitedOver({ segments }: TimelineTurn, { end }: TimelineBoot): boolean {
  if (end === null) return false;
  return segments.some(
    ({ phase, from, until }) =>
      phase === "awaiting_input" &&
      from <= end.notAfter &&
      (until === null || until > end.notAfter),
  );
}
