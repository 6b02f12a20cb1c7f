import { spawn } from "node:child_process";
import { once } from "node:events";

import type { TerminalExitStatus, TerminalOutputResponse } from "@agentclientprotocol/sdk";

import { signalGroup } from "../process/end-processes.ts";
import { MARKER_VARIABLE } from "../process/marker.ts";
import { offerToKernel } from "../process/oom-score.ts";

export interface TerminalStart {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly marker: string;
  /** Of its output; what is older is forgotten. */
  readonly mostBytes: number;
}

/** One command, and the end of what it printed. */
export interface Terminal {
  output(): TerminalOutputResponse;
  readonly exited: Promise<TerminalExitStatus>;
  /** With all of its group. Idempotent. */
  kill(): void;
}

/** Rejects when the command cannot be started. */
export async function startTerminal(start: TerminalStart): Promise<Terminal> {
  const spawned = spawn(start.command, start.args, {
    cwd: start.cwd,
    env: { ...start.environment, [MARKER_VARIABLE]: start.marker },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let kept: Buffer[] = [];
  let length = 0;
  let isTruncated = false;
  let exit: TerminalExitStatus | null = null;

  const keep = (chunk: Buffer): void => {
    kept.push(chunk);
    length += chunk.length;
    if (length <= start.mostBytes) return;
    isTruncated = true;
    // Joined only now and then: a command may print byte by byte.
    if (length < 2 * start.mostBytes && kept.length < 1024) return;
    kept = [tail(kept, start.mostBytes)];
    length = kept[0]?.length ?? 0;
  };
  for (const pipe of [spawned.stdout, spawned.stderr]) {
    pipe.on("data", keep);
    pipe.on("error", () => undefined);
  }
  const exited = new Promise<TerminalExitStatus>((resolve) => {
    // Its output may be held open by what it left behind: the exit is what counts.
    spawned.once("exit", (exitCode, signal) => {
      exit = { exitCode, signal };
      setImmediate(() => resolve({ exitCode, signal }));
    });
  });
  await once(spawned, "spawn");
  const { pid } = spawned;
  if (pid !== undefined) offerToKernel(pid);
  return {
    output: () => ({
      output: tail(kept, start.mostBytes).toString("utf8"),
      truncated: isTruncated,
      exitStatus: exit,
    }),
    exited,
    kill: () => {
      if (pid !== undefined && exit === null) signalGroup(pid, "SIGKILL");
    },
  };
}

/** The last bytes, from the beginning of a character on. */
function tail(chunks: readonly Buffer[], most: number): Buffer {
  const all = Buffer.concat(chunks);
  if (all.length <= most) return all;
  let from = all.length - most;
  while (from < all.length && ((all[from] ?? 0) & 0xc0) === 0x80) from += 1;
  return all.subarray(from);
}
