import { spawn } from "node:child_process";
import { once } from "node:events";
import { fstatSync, writeSync } from "node:fs";

import { textOf } from "../../sessions/errors.ts";
import type { SupervisorEnvironment } from "../config/supervisor-environment.ts";

/** Speaks to the supervisor in the words of sd_notify(3). */
export interface Notifier {
  /** Assignments such as `READY=1`, together. Never throws, and waits for nothing. */
  send(assignments: readonly string[]): void;
  /** Resolves when all that was sent is on its way. */
  close(): Promise<void>;
}

interface NotifierLog {
  warn(data: Readonly<Record<string, unknown>>, text: string): void;
}

/** The name that the unit gives to the descriptor that it opens (`OpenFile=`). */
const DESCRIPTOR_NAME = "notify";
const PROGRAM = "systemd-notify";
const PROGRAM_MS = 5000;

/** Null: no supervisor listens. Node cannot send to a unix datagram socket by itself. */
export function openNotifier(
  told: SupervisorEnvironment,
  { log }: { readonly log: NotifierLog },
): Notifier | null {
  const descriptor = notifyDescriptor(told);
  if (descriptor !== null) return descriptorNotifier(descriptor, log);
  const { notifySocket, path } = told;
  return notifySocket === null ? null : programNotifier({ notifySocket, path }, log);
}

/** The connected socket that systemd 253 or later hands over, or null. */
export function notifyDescriptor(told: SupervisorEnvironment): number | null {
  const [descriptor] = told.descriptors[DESCRIPTOR_NAME] ?? [];
  return descriptor !== undefined && fstatSync(descriptor).isSocket() ? descriptor : null;
}

function descriptorNotifier(descriptor: number, log: NotifierLog): Notifier {
  const warn = onceWarned(log);
  return {
    send(assignments) {
      try {
        writeSync(descriptor, assignments.join("\n"));
      } catch (error) {
        warn(textOf(error));
      }
    },
    close: () => Promise.resolve(),
  };
}

/** One program at a time, so that nothing overtakes; what waits meanwhile becomes one message where it can. */
function programNotifier(
  { notifySocket, path }: { readonly notifySocket: string; readonly path: string | null },
  log: NotifierLog,
): Notifier {
  const warn = onceWarned(log);
  const waiting: (readonly string[])[] = [];
  let sending: Promise<void> | null = null;

  async function sendAll(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await run(next);
    sending = null;
  }

  async function run(assignments: readonly string[]): Promise<void> {
    try {
      const child = spawn(PROGRAM, assignments, {
        env: { NOTIFY_SOCKET: notifySocket, ...(path !== null && { PATH: path }) },
        stdio: "ignore",
        timeout: PROGRAM_MS,
        killSignal: "SIGKILL",
      });
      await once(child, "exit");
      if (child.exitCode !== 0) warn(`${PROGRAM} ended with ${child.exitCode ?? child.signalCode}`);
    } catch (error) {
      warn(textOf(error));
    }
  }

  return {
    send(assignments) {
      const last = waiting.at(-1);
      const isOne = last !== undefined && isPassing(last) && isPassing(assignments);
      if (isOne) waiting[waiting.length - 1] = merged(last, assignments);
      else waiting.push(assignments);
      sending ??= sendAll();
    },
    close: () => sending ?? Promise.resolve(),
  };
}

/** Changes of state are told each by itself, in order; everything else only counts as it is now. */
function isPassing(assignments: readonly string[]): boolean {
  return !assignments.some((one) => /^(READY|RELOADING|STOPPING)=/.test(one));
}

function merged(before: readonly string[], after: readonly string[]): readonly string[] {
  const byName = new Map([...before, ...after].map((one) => [one.split("=", 1)[0], one]));
  return [...byName.values()];
}

/** A supervisor that cannot be reached is told of once; it will act by itself. */
function onceWarned(log: NotifierLog): (found: string) => void {
  let isTold = false;
  return (found) => {
    if (!isTold) log.warn({ found }, "supervisor cannot be notified");
    isTold = true;
  };
}
