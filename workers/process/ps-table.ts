import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";

import type { RunningProcess } from "./process-table.ts";

/** The process table as `ps` prints it, where there is no `/proc`: no markers, and start times in whole seconds. */
export async function listProcesses(): Promise<readonly RunningProcess[]> {
  const columns = ["-A", "-o", "pid=,ppid=,pgid=,stat=,lstart="];
  const { stdout } = await promisify(execFile)("ps", columns, PS);
  return stdout.split("\n").flatMap((line) => {
    const found = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line);
    const [, pid, parent, group, state, startTime] = found ?? [];
    if (startTime === undefined || state?.startsWith("Z") === true) return [];
    return [
      { pid: Number(pid), parent: Number(parent), group: Number(group), startTime, marker: null },
    ];
  });
}

export function startTimeOf(pid: number): string | null {
  try {
    const text = execFileSync("ps", ["-p", String(pid), "-o", "stat=,lstart="], {
      ...PS,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [, state, startTime] = /^\s*(\S+)\s+(.+?)\s*$/.exec(text) ?? [];
    return startTime === undefined || state?.startsWith("Z") === true ? null : startTime;
  } catch {
    return null;
  }
}

/** A fixed locale, because the start time is printed in words. */
const PS = { env: { LC_ALL: "C", PATH: "/bin:/usr/bin" }, encoding: "utf8" } as const;
