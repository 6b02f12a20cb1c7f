import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { until } from "./wait.ts";

/** A process of its own, ready. */
export interface Program {
  readonly pid: number;
  /** From the start of the process to its first yes, ms. */
  readonly readyMs: number;
  readonly child: ChildProcess;
  /** SIGTERM, and its end. */
  stop(): Promise<void>;
}

export async function startProgram(start: {
  /** Where it runs, and where its log goes. */
  readonly directory: string;
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly isReady: () => boolean | Promise<boolean>;
}): Promise<Program> {
  const { directory, words, environment, isReady } = start;
  mkdirSync(directory, { recursive: true });
  const path = join(directory, "log.jsonl");
  const log = openSync(path, "a");
  const began = performance.now();
  const child = spawn(process.execPath, words, {
    cwd: directory,
    env: { PATH: "/usr/bin:/bin", HOME: directory, ...environment },
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  const ended = once(child, "exit");
  await until(
    `${words.join(" ")} to be ready`,
    async () => {
      if (child.exitCode !== null) {
        throw new Error(`it ended:\n${readFileSync(path, "utf8").slice(-2000)}`);
      }
      return (await isReady()) ? true : null;
    },
    { everyMs: 4, mostMs: 60_000 },
  );
  return {
    pid: child.pid ?? 0,
    readyMs: performance.now() - began,
    child,
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
