import type { Clock } from "../../sessions/clock.ts";
import type { BootId } from "../../sessions/ids.ts";
import type { ProcessRow } from "../../sessions/rows.ts";
import { endProcesses } from "./end-processes.ts";
import { parseMarker } from "./marker.ts";
import type { RunningProcess } from "./process-table.ts";
import { listProcesses } from "./process-table.ts";
import type { ProcessLog } from "./process-log.ts";

export interface SweepOptions {
  /** The ledger: what workers of any boot had started and not seen end. */
  readonly processes: readonly ProcessRow[];
  /** This boot: its own processes are left alone. */
  readonly boot: BootId;
  /** `<instance>.`: only markers of this state directory are ours. */
  readonly markerPrefix: string;
  readonly clock: Clock;
  /** Between asking and killing; what runs at boot is cut short already, so this is brief. */
  readonly graceMs?: number;
  readonly log: ProcessLog;
}

export interface Swept {
  readonly pid: number;
  readonly marker: string | null;
  readonly outcome: "ended" | "survived";
}

const GRACE_MS = 500;

/**
 * Ends the processes of dead boots' workers. They are found by the ledger, where pid and start time must
 * both match, by the group of such a process, and by the marker in their environment. To be awaited
 * before the sessions of those boots load again.
 */
export async function sweepDeadBoots(options: SweepOptions): Promise<readonly Swept[]> {
  const isOrphan = orphanTest(options, await listProcesses());
  const ended = await endProcesses((all) => all.filter(isOrphan), {
    clock: options.clock,
    graceMs: options.graceMs ?? GRACE_MS,
  });
  const survivors = new Set(ended.survivors.map((one) => one.pid));
  return ended.found.map(({ pid, marker }) => {
    const outcome = survivors.has(pid) ? "survived" : "ended";
    if (outcome === "ended") options.log.info({ pid, marker }, "process of a dead boot ended");
    else options.log.warn({ pid, marker }, "process of a dead boot cannot be ended");
    return { pid, marker, outcome };
  });
}

/**
 * A ledger row whose leader still runs proves that its group is that worker's. Groups are decided once, here:
 * after the leader's end nothing would tell the group from a later one with the same number.
 */
function orphanTest(
  options: SweepOptions,
  all: readonly RunningProcess[],
): (one: RunningProcess) => boolean {
  const rows = options.processes.filter((row) => row.boot !== options.boot);
  const ledger = new Set(rows.map((row) => identity(row)));
  const leaders = all.filter((one) => one.group === one.pid && ledger.has(identity(one)));
  const members = new Set(
    all
      .filter((one) => leaders.some((leader) => leader.pid === one.group))
      .map((one) => identity(one)),
  );
  return (one) => ledger.has(identity(one)) || members.has(identity(one)) || isMarked(one, options);
}

function identity(process: { readonly pid: number; readonly startTime: string }): string {
  return `${process.pid} ${process.startTime}`;
}

function isMarked(one: RunningProcess, options: SweepOptions): boolean {
  if (one.marker === null || !one.marker.startsWith(options.markerPrefix)) return false;
  const marker = parseMarker(one.marker);
  return marker !== null && marker.boot !== options.boot;
}
