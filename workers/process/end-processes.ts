import type { Clock } from "../../sessions/clock.ts";
import { sleep } from "../../sessions/clock.ts";
import type { RunningProcess } from "./process-table.ts";
import { listProcesses, startTimeOf } from "./process-table.ts";

export interface EndOptions {
  readonly clock: Clock;
  /** Between asking (TERM) and KILL; 0 = KILL at once. */
  readonly graceMs: number;
}

export interface Ended {
  /** Every process that was found and signalled. */
  readonly found: readonly RunningProcess[];
  /** Still there after KILL: the operating system holds them (a hung disk). */
  readonly survivors: readonly RunningProcess[];
}

const KILL_WAIT_MS = 5000;
const POLL_MS = 20;

/**
 * Ends the processes that `pick` picks of all that run, and what those start meanwhile: it looks again until none is left.
 * Never this process nor one that it descends from: an agent may have started this very gateway.
 */
export async function endProcesses(
  pick: (all: readonly RunningProcess[]) => readonly RunningProcess[],
  options: EndOptions,
): Promise<Ended> {
  const { clock, graceMs } = options;
  const found = new Map<number, RunningProcess>();
  const asked = new Set<number>();
  const begunAt = clock.monotonic();
  for (;;) {
    const all = await listProcesses();
    const kept = selfAndAncestors(all);
    const left = pick(all).filter((one) => !kept.has(one.pid));
    const elapsed = clock.monotonic() - begunAt;
    if (left.length === 0 || elapsed > graceMs + KILL_WAIT_MS) {
      return { found: [...found.values()], survivors: left };
    }
    for (const one of left) {
      found.set(one.pid, one);
      if (elapsed >= graceMs) signalSame(one, "SIGKILL");
      else if (!asked.has(one.pid)) signalSame(one, "SIGTERM");
      asked.add(one.pid);
    }
    await sleep(clock, POLL_MS, NEVER);
  }
}

/** Signals a whole group, led by a process that the caller knows to be its own. False: nobody is left in it. */
export function signalGroup(leader: number, signal: "SIGTERM" | "SIGKILL"): boolean {
  try {
    return process.kill(-leader, signal);
  } catch {
    return false;
  }
}

const NEVER = new AbortController().signal;

/** The list is a moment old: look once more, so that a pid that was taken over meanwhile is left alone. */
function signalSame(one: RunningProcess, signal: "SIGTERM" | "SIGKILL"): void {
  if (startTimeOf(one.pid) !== one.startTime) return;
  try {
    process.kill(one.pid, signal);
  } catch {
    // Gone, or not ours: the next look tells.
  }
}

function selfAndAncestors(all: readonly RunningProcess[]): ReadonlySet<number> {
  const parents = new Map(all.map((one) => [one.pid, one.parent]));
  const kept = new Set<number>();
  for (let pid: number | undefined = process.pid; pid !== undefined && !kept.has(pid);) {
    kept.add(pid);
    pid = parents.get(pid);
  }
  return kept;
}
