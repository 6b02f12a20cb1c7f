import { execFile, execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";

import { MARKER_VARIABLE } from "./marker.ts";

export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Opaque; another process with the same pid has another. */
  readonly startTime: string;
  /** Null where it carries none, and everywhere but on Linux. */
  readonly marker: string | null;
}

/** What runs now, without zombies: those are dead and only wait for their parent to notice. */
export async function listProcesses(): Promise<readonly RunningProcess[]> {
  return hasProc ? listFromProc() : listFromPs();
}

/** Null when no such process runs. Reads synchronously: no other process can take the pid between this look and a signal. */
export function startTimeOf(pid: number): string | null {
  if (!hasProc) return psStartTime(pid);
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, "utf8"))?.startTime ?? null;
  } catch {
    return null;
  }
}

const hasProc = process.platform === "linux";

async function listFromProc(): Promise<readonly RunningProcess[]> {
  const names = await readdir("/proc");
  const all = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map(readOne));
  return all.filter((one) => one !== null);
}

/** Null for a process that ended meanwhile. One of another user shows no environment, so no marker. */
async function readOne(pid: string): Promise<RunningProcess | null> {
  const [stat, environment] = await Promise.all([
    readFile(`/proc/${pid}/stat`, "utf8").catch(() => ""),
    readFile(`/proc/${pid}/environ`, "utf8").catch(() => ""),
  ]);
  const found = parseStat(stat);
  return found === null ? null : { ...found, marker: markerIn(environment) };
}

function markerIn(environment: string): string | null {
  const start = `${MARKER_VARIABLE}=`;
  const entry = environment.split("\0").find((line) => line.startsWith(start));
  return entry?.slice(start.length) ?? null;
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

/** A fixed locale, because the start time is printed in words. */
const PS = { env: { LC_ALL: "C", PATH: "/bin:/usr/bin" }, encoding: "utf8" } as const;

async function listFromPs(): Promise<readonly RunningProcess[]> {
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

function psStartTime(pid: number): string | null {
  try {
    const options = { ...PS, stdio: ["ignore", "pipe", "ignore"] as const };
    const text = execFileSync("ps", ["-p", String(pid), "-o", "lstart="], {
      ...options,
      stdio: [...options.stdio],
    });
    return text.trim() === "" ? null : text.trim();
  } catch {
    return null;
  }
}
