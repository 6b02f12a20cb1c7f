import type {
  BootEnd,
  TimelineBoot,
  TimelineEnd,
  TimelineMark,
  TimelineSegment,
  TimelineTurn,
} from "../../gateway/report/timeline.ts";
import type { Interruption } from "../../sessions/machine/state.ts";

/** What the timeline says in words; every sign in the picture has some. */

export const PHASES: Readonly<Record<TimelineSegment["phase"], string>> = {
  starting: "starting",
  running: "running",
  awaiting_input: "waits for approval",
  interrupting: "stopping",
};

export const ENDS: Readonly<Record<TimelineEnd, string>> = {
  completed: "completed",
  failed: "failed",
  cancelled: "cancelled",
  cut: "cut short",
  interrupted: "interrupted",
  requeued: "back in the queue",
};

export const MARKS: Readonly<Record<TimelineMark["kind"], string>> = {
  resume_pending: "waits to be continued",
  suspended: "set aside",
};

const CAUSES: Readonly<Record<Interruption, string>> = {
  restart_timeout: "by a restart",
  shutdown_timeout: "by a stop",
  crash: "by a crash",
  worker_lost: "as its worker was lost",
  stalled: "as it had stalled",
};

/** `cut short by a crash` */
export function endWords(turn: TimelineTurn): string {
  if (turn.end === null) return "goes on";
  const cause = turn.interruption === null ? "" : ` ${CAUSES[turn.interruption]}`;
  return turn.end === "cut" ? `${ENDS.cut}${cause}` : ENDS[turn.end];
}

/** How many tries it took, where there was more than one. */
export function triesWords(turn: TimelineTurn): string | null {
  return turn.attempt > 1 ? `${turn.attempt} tries` : null;
}

/** Why nobody served: of a boot and the one after it. */
export function absenceWords(boot: TimelineBoot, end: BootEnd): string {
  if (end.how === "killed") return "killed";
  const last = boot.drains.at(-1);
  const what = last?.next === "stop" ? "stopped" : "restart";
  return end.how === "planned" && last?.timedOutAt != null ? `${what}, turns cut` : what;
}

/** In the unit that fits: `350 ms`, `2.4 s`, `3 min 5 s`, `2 h 10 min`. */
export function lengthWords(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return withRest(minutes, "min", seconds % 60, "s");
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return withRest(hours, "h", minutes % 60, "min");
  return withRest(Math.floor(hours / 24), "d", hours % 24, "h");
}

function withRest(many: number, unit: string, rest: number, small: string): string {
  return rest === 0 ? `${many} ${unit}` : `${many} ${unit} ${rest} ${small}`;
}
