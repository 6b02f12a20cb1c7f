import { readFile } from "node:fs/promises";

import { listProcesses } from "../../workers/process/process-table.ts";

/** Resident memory of processes and of all that they started, in bytes; null where the system does not tell it. */
export async function memoryOf(pids: readonly number[]): Promise<number | null> {
  if (process.platform !== "linux") return null;
  if (pids.length === 0) return 0;
  const all = await listProcesses();
  const children = Map.groupBy(all, ({ parent }) => parent);
  const tree = new Set(pids);
  // A set that grows while it is walked: children of children are walked too.
  for (const pid of tree) for (const child of children.get(pid) ?? []) tree.add(child.pid);
  const sizes = await Promise.all([...tree].map(residentBytes));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** 0 for a process that has ended meanwhile. */
async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return Number(kilobytes ?? 0) * 1024;
}
