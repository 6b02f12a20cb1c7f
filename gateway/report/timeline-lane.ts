import type { SessionKey, TurnId } from "../../sessions/ids.ts";
import type { SessionEvent } from "../../sessions/machine/events.ts";
import type { SessionStatus } from "../../sessions/machine/state.ts";
import type { StoredEvent, TurnRow } from "../../sessions/rows.ts";
import type {
  TimelineBoot,
  TimelineEnd,
  TimelineMark,
  TimelineSegment,
  TimelineSession,
  TimelineTurn,
} from "./timeline.ts";

interface Told {
  readonly key: SessionKey;
  readonly rows: readonly TurnRow[];
  /** Of this session, in order. */
  readonly events: readonly StoredEvent[];
  readonly knownUntil: number | null;
  readonly boots: readonly TimelineBoot[];
  /** The beginning of the span. */
  readonly from: number;
}

interface Draft {
  readonly begun: Extract<SessionEvent, { type: "turn_started" }>;
  readonly segments: TimelineSegment[];
}

const ACTIVE = new Set<SessionStatus>(["starting", "running", "awaiting_input", "interrupting"]);

/** What one session did, folded from what it reported. A turn of which no event is kept is one segment. */
export function laneOf(told: Told): TimelineSession {
  const drafts = new Map<TurnId, Draft>();
  const marks: TimelineMark[] = [];
  const death = deathsOf(told.boots);
  let current: Draft | null = null;
  let mark: TimelineMark | null = null;

  /** Closes what goes on; what its boot did not live to see ended with the boot. */
  function close(at: number, end: TimelineSegment["end"]): number {
    const open = current?.segments.at(-1);
    if (current === null || open?.until !== null) return at;
    const until = Math.max(open.from, death(open, at));
    current.segments.splice(-1, 1, { ...open, until, end });
    return until;
  }

  function open(draft: Draft, segment: Omit<TimelineSegment, "until" | "end">): void {
    draft.segments.push({ ...segment, until: null, end: null });
  }

  function leaveMark(at: number): void {
    if (mark !== null) marks.push({ ...mark, until: at });
    mark = null;
  }

  let wasCutAt = told.from;
  for (const { at, event } of told.events) {
    switch (event.type) {
      case "turn_started": {
        current = { begun: event, segments: [] };
        drafts.set(event.turn, current);
        open(current, {
          phase: "starting",
          from: at,
          attempt: 1,
          generation: 1,
          boot: event.owner,
        });
        break;
      }
      case "turn_restarted": {
        const { attempt, generation, owner: boot } = event;
        const from = close(at, "next");
        if (current) open(current, { phase: "starting", from, attempt, generation, boot });
        break;
      }
      case "requests_detached": {
        const before: TimelineSegment | undefined = current?.segments.at(-1);
        const from = close(at, "next");
        if (current && before) {
          const generation = before.generation + 1;
          open(current, { ...before, phase: "awaiting_input", from, generation, boot: null });
        }
        break;
      }
      case "turn_requeued":
      case "turn_cut":
      case "turn_finished":
        wasCutAt = close(at, endOf(event));
        current = null;
        break;
      case "status_changed": {
        const { from, to } = event;
        if (mark === null && isMark(from)) mark = { kind: from, from: told.from, until: null };
        if (isMark(from)) leaveMark(at);
        if (isMark(to)) mark = { kind: to, from: isMark(from) ? at : wasCutAt, until: null };
        const last: TimelineSegment | undefined = current?.segments.at(-1);
        if (current && last && isActive(to) && last.phase !== to) {
          const since = close(at, "next");
          open(current, { ...last, phase: to, from: since });
        }
        break;
      }
      case "turn_accepted":
      case "turn_stopping":
      case "request_opened":
      case "request_closed":
      case "session_suspended":
      case "mark_cleared":
      case "session_released":
      case "session_renewed":
      case "session_restored":
      case "conversation_archived":
      case "mode_set":
      case "worker_set":
        break;
    }
  }
  if (mark !== null) marks.push({ ...(mark satisfies TimelineMark), until: told.knownUntil });
  return {
    key: told.key,
    turns: told.rows
      .map((row) => toTurn(row, drafts.get(row.id), death))
      .toSorted((one, other) => one.startedAt - other.startedAt),
    marks: marks.filter(({ until }) => until === null || until > told.from),
  };
}

function toTurn(row: TurnRow, draft: Draft | undefined, death: Death): TimelineTurn {
  const segments = wholeSegments(row, draft?.segments ?? [], death);
  const last = segments.at(-1);
  const isLate = row.reason === "late";
  return {
    id: row.id,
    session: row.session,
    origin: draft?.begun.origin ?? null,
    isResumed: draft?.begun.noted ?? false,
    attempt: row.attempt,
    startedAt: row.startedAt,
    endedAt: isLate ? row.endedAt : (last?.until ?? null),
    end: isLate ? "completed" : last?.end === "next" ? null : (last?.end ?? null),
    interruption: row.interruption,
    reason: row.reason,
    segments,
  };
}

/** The row is what counts: it tells of what no event is kept, or was read, of. */
function wholeSegments(
  row: TurnRow,
  told: readonly TimelineSegment[],
  death: Death,
): readonly TimelineSegment[] {
  const last = told.at(-1) ?? {
    phase: row.phase === "ended" ? "running" : row.phase,
    from: row.startedAt,
    until: null,
    end: null,
    attempt: row.attempt,
    generation: row.generation,
    boot: row.owner,
  };
  if (last.until !== null) return told;
  const at = death(last, row.endedAt ?? Infinity);
  const until = at === Infinity ? null : Math.max(last.from, at);
  const end = row.phase === "ended" ? endOfRow(row) : until === null ? null : "cut";
  return [...told.slice(0, -1), { ...last, until, end }];
}

/** When a segment ended that was seen to be over at `at`. */
type Death = (segment: TimelineSegment, at: number) => number;

function deathsOf(boots: readonly TimelineBoot[]): Death {
  const ends = new Map(boots.map((boot) => [boot.id, boot.end]));
  return ({ boot }, at) => {
    const end = boot === null ? null : ends.get(boot);
    return end && at >= end.notAfter ? end.notBefore : at;
  };
}

function endOf(
  event: Extract<SessionEvent, { type: "turn_requeued" | "turn_cut" | "turn_finished" }>,
): TimelineEnd {
  if (event.type === "turn_requeued") return "requeued";
  return event.type === "turn_cut" ? "cut" : event.outcome;
}

function endOfRow(row: TurnRow): TimelineEnd {
  if (row.interruption !== null) return "cut";
  return row.outcome ?? "requeued";
}

function isMark(status: SessionStatus): status is TimelineMark["kind"] {
  return status === "resume_pending" || status === "suspended";
}

function isActive(status: SessionStatus): status is TimelineSegment["phase"] {
  return ACTIVE.has(status);
}
