import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

import { MARKER_VARIABLE } from "./marker.ts";
import type { RunningProcess } from "./process-table.ts";

/** The process table as Linux shows it in `/proc`. */
export async function listProcesses(): Promise<readonly RunningProcess[]> {
  const names = await readdir("/proc");
  const all = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map(readOne));
  return all.filter((one) => one !== null);
}

export function startTimeOf(pid: number): string | null {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, "utf8"))?.startTime ?? null;
  } catch {
    return null;
  }
}

/** Null for a process that ended meanwhile. */
async function readOne(pid: string): Promise<RunningProcess | null> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const found = parseStat(stat);
  if (found === null) return null;
  return { ...found, marker: markerIn(await readEnvironment(found)) };
}

/**
 * The name in brackets may hold spaces and brackets itself, so fields are counted from its last one.
 * The start time counts from the start of the kernel, hence the kernel's own id beside it.
 */
function parseStat(stat: string): Omit<RunningProcess, "marker"> | null {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, parent, group] = fields;
  const ticks = fields[19];
  if (ticks === undefined || state === "Z" || state === "X") return null;
  return {
    pid: Number.parseInt(stat, 10),
    parent: Number(parent),
    group: Number(group),
    startTime: `${ticks}@${kernelId()}`,
  };
}

let kernel: string | null = null;

function kernelId(): string {
  if (kernel !== null) return kernel;
  try {
    kernel = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").slice(0, 8);
  } catch {
    kernel = "unknown";
  }
  return kernel;
}

/** pid 2 is the parent of the kernel's own threads, which have no environment. */
const KERNEL_THREADS = 2;
const EXEC_LOOKS = 3;

/**
 * A process that is replacing its program shows an empty environment for a moment; taken at its word, it
 * would slip through a sweep. One of another user shows none at all, so it has no marker for us.
 */
async function readEnvironment(one: { pid: number; parent: number }): Promise<string> {
  if (one.pid === KERNEL_THREADS || one.parent === KERNEL_THREADS) return "";
  for (let look = 1; look <= EXEC_LOOKS; look += 1) {
    const text = await readFile(`/proc/${one.pid}/environ`, "utf8").catch(() => null);
    if (text === null) return "";
    if (text !== "") return text;
    await delay(1);
  }
  return "";
}

function markerIn(environment: string): string | null {
  const start = `${MARKER_VARIABLE}=`;
  const entry = environment.split("\0").find((line) => line.startsWith(start));
  return entry?.slice(start.length) ?? null;
}
