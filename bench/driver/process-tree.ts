import { readFileSync, readdirSync } from "node:fs";

/** What the kernel counted for a process. */
interface ProcessFigures {
  readonly parent: number;
  /** User and system time, ms. */
  readonly cpuMs: number;
}

/** `USER_HZ`: what `/proc` counts in, on every Linux that Node runs on. */
const TICK_MS = 10;

/** A process and all its descendants. */
export function treeOf(pid: number): readonly number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const figures = readFigures(Number(name));
    if (figures !== null) parents.set(Number(name), figures.parent);
  }
  const tree = [pid];
  for (const member of tree) {
    for (const [child, parent] of parents) if (parent === member) tree.push(child);
  }
  return tree;
}

/** User and system time of a process and its descendants, ms. */
export function cpuOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + (readFigures(pid)?.cpuMs ?? 0), 0);
}

/** Resident memory of one process, MiB. */
export function memoryOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN) / 1024;
}

function readFigures(pid: number): ProcessFigures | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in brackets may hold anything; what follows it does not.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { parent: Number(fields[1]), cpuMs: ticks * TICK_MS };
  } catch {
    return null;
  }
}
