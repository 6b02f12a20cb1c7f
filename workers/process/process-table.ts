import * as proc from "./proc-table.ts";
import * as ps from "./ps-table.ts";

export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Opaque; another process with the same pid has another. */
  readonly startTime: string;
  /** Null where it carries none, and everywhere but on Linux. */
  readonly marker: string | null;
}

const table = process.platform === "linux" ? proc : ps;

/** What runs now, without zombies: those are dead and only wait for their parent to notice. */
export function listProcesses(): Promise<readonly RunningProcess[]> {
  return table.listProcesses();
}

/** Null when no such process runs. Synchronous, so that hardly anything can happen between this look and a signal. */
export function startTimeOf(pid: number): string | null {
  return table.startTimeOf(pid);
}
