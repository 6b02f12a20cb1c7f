import { randomInt } from "node:crypto";
import { userInfo } from "node:os";
import { processEnvironment } from "../gateway/config/environment.ts";
import type { Chance, Clock } from "../sessions/clock.ts";
import type { Shell } from "./shell.ts";

const LONGEST_TIMER_MS = 2 ** 31 - 1;

const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  timer(ms, action) {
    const timer = setTimeout(action, Math.min(Math.max(ms, 0), LONGEST_TIMER_MS));
    return { cancel: () => clearTimeout(timer) };
  },
};

const chance: Chance = { int: (below) => randomInt(below) };

/** This process and its terminal. */
export function realShell(program: string): Shell {
  return {
    input: process.stdin,
    out: process.stdout,
    err: process.stderr,
    environment: processEnvironment(),
    directory: process.cwd(),
    pid: process.pid,
    user: userName(),
    program,
    clock,
    chance,
    isAlive,
    onSignal(names, action) {
      for (const name of names) process.on(name, action);
      return () => {
        for (const name of names) process.off(name, action);
      };
    },
  };
}

/** A container may run as a user id that has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return "unknown";
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It runs, and belongs to another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
