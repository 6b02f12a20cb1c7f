import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { sleep } from "../sessions/clock.ts";
import type { ExitCode } from "./exit-code.ts";
import { NODE_FLAGS } from "./node-flags.ts";
import type { Shell } from "./shell.ts";
import { formatSpan } from "./show/span.ts";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
/** A process that lived this long did start: the next wait is the first again. */
const LIVED_MS = 30_000;
/** Who tries `kill -9` by hand is no crash loop, and this supervisor waits longer after each crash by itself. */
const PATIENT = ["--crash-boots", "100"];
/** A planned restart before this is no plan but a loop: it waits like a crash. */
const PLANNED_AFTER_MS = 1000;

export interface Supervision {
  readonly shell: Shell;
  /** Words after the program's name. */
  readonly words: readonly string[];
  /** Where the gateway's two streams go: a file descriptor, or this process's own. */
  readonly output: () => number | "inherit";
  /** What becomes of the gateway, a line each. */
  readonly say: (line: string) => void;
}

export interface Supervisor {
  /** The process that runs now. */
  pid(): number | null;
  /** The first and the second time the gateway is asked to stop (drain, then at once); after that it is killed. */
  stop(): void;
  readonly ended: Promise<ExitCode>;
}

/**
 * Keeps a gateway running as a service manager would: after every end but 0, 2 and 78 it is started again.
 * The gateway is in a process group of its own, so that Ctrl-C reaches it once and never its workers;
 * should this process be killed, the gateway sees its IPC channel close, drains and stops.
 */
export function supervise(supervision: Supervision): Supervisor {
  const stopping = new AbortController();
  let child: ChildProcess | null = null;
  let asked = 0;
  const ended = keepRunning(supervision, {
    stopping: stopping.signal,
    started: (next) => {
      child = next;
    },
  });
  return {
    pid: () => child?.pid ?? null,
    stop() {
      asked += 1;
      stopping.abort();
      child?.kill(asked <= 2 ? "SIGTERM" : "SIGKILL");
    },
    ended,
  };
}

interface Keeping {
  readonly stopping: AbortSignal;
  readonly started: (child: ChildProcess) => void;
}

async function keepRunning(supervision: Supervision, keeping: Keeping): Promise<ExitCode> {
  const { clock } = supervision.shell;
  let waitMs = FIRST_WAIT_MS;
  while (true) {
    const since = clock.monotonic();
    const end = await runOnce(supervision, keeping);
    const livedMs = clock.monotonic() - since;
    const final = finalCode(end, keeping.stopping.aborted);
    if (final !== null) return final;
    if (end.code === 75 && livedMs >= PLANNED_AFTER_MS) {
      supervision.say("gateway restarts as planned");
      waitMs = FIRST_WAIT_MS;
      continue;
    }
    if (livedMs >= LIVED_MS) waitMs = FIRST_WAIT_MS;
    supervision.say(`gateway ended (${endText(end)}); starting it again in ${formatSpan(waitMs)}`);
    await sleep(clock, waitMs, keeping.stopping);
    if (keeping.stopping.aborted) return 0;
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  }
}

interface ChildEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

async function runOnce({ shell, words, output }: Supervision, keeping: Keeping): Promise<ChildEnd> {
  const stream = output();
  const run = [...NODE_FLAGS, shell.program, ...words, "run", ...PATIENT];
  const child = spawn(process.execPath, run, {
    cwd: shell.directory,
    env: shell.environment,
    detached: true,
    stdio: ["ignore", stream, stream === "inherit" ? "inherit" : stream, "ipc"],
  });
  keeping.started(child);
  if (keeping.stopping.aborted) child.kill("SIGTERM");
  await once(child, "exit");
  return { code: child.exitCode, signal: child.signalCode };
}

/** Null = start it again. */
function finalCode(end: ChildEnd, isStopping: boolean): ExitCode | null {
  if (end.code === 0 || end.code === 2 || end.code === 78) return end.code;
  if (!isStopping) return null;
  // 75: it was to restart, and then to stop. It has stopped. So has one that had not begun to listen to signals.
  return end.code === 75 || end.signal === "SIGTERM" ? 0 : 1;
}

function endText(end: ChildEnd): string {
  return end.code === null ? `killed by ${end.signal ?? "a signal"}` : `exit code ${end.code}`;
}
