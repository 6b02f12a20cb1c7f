import type { Clock } from "../../sessions/clock.ts";
import type { BootId } from "../../sessions/ids.ts";
import type { ProcessRow } from "../../sessions/rows.ts";
import { formatMarker, toInstance } from "../../workers/process/marker.ts";
import type { RunningProcess } from "../../workers/process/process-table.ts";
import { listProcesses } from "../../workers/process/process-table.ts";
import type { WorkerHost } from "../../workers/worker.ts";

/** The machine's own time: these tests are about real processes. */
export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  timer: (ms, action) => {
    const timer = setTimeout(action, Math.min(Math.max(ms, 0), 2 ** 31 - 1));
    return { cancel: () => clearTimeout(timer) };
  },
};

/** A host that remembers what was started and what ended, and can look for what is left. */
export interface Ledger extends WorkerHost {
  readonly instance: string;
  /** Started and not ended. */
  readonly rows: ReadonlyMap<number, ProcessRow>;
  /** Every row there ever was. */
  readonly history: readonly ProcessRow[];
  /** Said outside any turn. */
  readonly notices: readonly { readonly session: string; readonly text: string }[];
  /** Processes of this ledger's instance that run now. */
  alive(): Promise<readonly RunningProcess[]>;
  /** Kills them: the last resort of a test that failed. */
  killAll(): Promise<void>;
}

let made = 0;

export function createLedger(options: { boot?: string; instance?: string } = {}): Ledger {
  made += 1;
  const boot = (options.boot ?? `boot_test${made}`) as BootId;
  const instance = options.instance ?? toInstance(`${process.pid} ${made} ${Math.random()}`);
  const rows = new Map<number, ProcessRow>();
  const history: ProcessRow[] = [];
  const notices: { session: string; text: string }[] = [];
  const alive = async (): Promise<readonly RunningProcess[]> =>
    (await listProcesses()).filter((one) => one.marker?.startsWith(`${instance}.`) === true);
  return {
    boot,
    instance,
    marker: formatMarker({ instance, boot }),
    rows,
    history,
    started: async (row) => {
      rows.set(row.pid, row);
      history.push(row);
    },
    ended: async (pid) => {
      rows.delete(pid);
    },
    notice: ({ session }, text) => {
      notices.push({ session, text });
    },
    notices,
    alive,
    killAll: async () => {
      for (const one of await alive()) {
        try {
          process.kill(one.pid, "SIGKILL");
        } catch {
          // Gone meanwhile.
        }
      }
    },
  };
}

export interface LogLine {
  readonly level: "debug" | "info" | "warn";
  readonly fields: object;
  readonly message: string;
}

export function createTestLog(): {
  readonly lines: LogLine[];
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
} {
  const lines: LogLine[] = [];
  return {
    lines,
    debug: (fields, message) => lines.push({ level: "debug", fields, message }),
    info: (fields, message) => lines.push({ level: "info", fields, message }),
    warn: (fields, message) => lines.push({ level: "warn", fields, message }),
  };
}

/** Polls until it holds; fails with `what` after the deadline. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  deadlineMs = 5000,
): Promise<void> {
  const start = performance.now();
  while (!(await holds())) {
    if (performance.now() - start > deadlineMs) throw new Error(`never came true: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Just PATH: a worker inherits nothing else here. */
export const bareEnvironment: Readonly<Record<string, string>> = {
  PATH: "/usr/local/bin:/usr/bin:/bin",
};
