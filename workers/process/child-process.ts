import { spawn } from "node:child_process";
import { once } from "node:events";

import type { Clock } from "../../sessions/clock.ts";
import { textOf } from "../../sessions/errors.ts";
import type { WorkerHost } from "../worker.ts";
import { createSender, readPipe } from "./child-pipes.ts";
import { endProcesses, signalGroup } from "./end-processes.ts";
import type { LineReader } from "./line-reader.ts";
import { createLineReader, LINE_LIMIT } from "./line-reader.ts";
import { formatProcessMarker, MARKER_VARIABLE } from "./marker.ts";
import { offerToKernel } from "./oom-score.ts";
import type { ProcessLog } from "./process-log.ts";
import type { RunningProcess } from "./process-table.ts";
import { startTimeOf } from "./process-table.ts";
import { createStderrTail } from "./stderr-tail.ts";
import { waitAtMost } from "./wait.ts";

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** The working folder; left out, the gateway's own. */
  readonly cwd?: string;
  /** All that it inherits, besides the marker. */
  readonly environment: Readonly<Record<string, string>>;
  /** Unique within the boot: `demo-3`. Completes the marker. */
  readonly name: string;
  readonly host: WorkerHost;
  readonly clock: Clock;
  readonly log: ProcessLog;
  /** Each line of its output that is not empty, whatever it holds. */
  onLine?(line: string): void;
  /** Reads its output as it comes, in place of `onLine`. */
  readonly output?: LineReader;
}

export interface Child {
  readonly pid: number;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly marker: string;
  /** Writes one JSON line. Nothing happens after its end. */
  send(message: object): void;
  /** Writes this as it is, then EOF: nothing more is sent. */
  finish(text: string): void;
  /** When its output is closed and nothing of its group or with its marker is left. Never rejects. */
  readonly closed: Promise<ChildEnd>;
  /** EOF and TERM together; after the grace KILL of all that carries its marker. Idempotent. */
  stop(graceMs: number): Promise<void>;
  /** KILL at once. Idempotent. */
  kill(): void;
}

export interface ChildEnd {
  readonly code: number | null;
  readonly signal: string | null;
  /** By SIGKILL, and nobody here sent it: so the kernel ends what wants more memory than there is. */
  readonly isKilled: boolean;
  /** The last 20 lines, secrets masked. */
  readonly stderr: readonly string[];
}

/** What a shell says of a program of its that got SIGKILL. */
const KILLED_CODE = 137;
export const KILLED_WORDS = "killed from outside, perhaps because memory ran out";

/** Pipes that are open this long after all of ours were killed are held by a stranger. */
const STRANGER_MS = 500;
const UNKILLABLE_MS = 6000;

/** Resolves once the process runs and is in the ledger. Rejects when it cannot be started, or not be stored. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { host, clock, log } = options;
  const marker = formatProcessMarker(host.marker, options.name);
  const spawned = spawn(options.command, options.args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...options.environment, [MARKER_VARIABLE]: marker },
    detached: true,
    stdio: "pipe",
  });
  if (spawned.pid !== undefined) offerToKernel(spawned.pid);
  const out = createSender(spawned.stdin);
  const stderr = createStderrTail(options.environment);
  readPipe(spawned.stderr, stderr.reader);
  readPipe(
    spawned.stdout,
    options.output ??
      createLineReader({
        limit: LINE_LIMIT,
        onLine: (line) => options.onLine?.(line),
        onTooLong: () => log.warn({ marker }, "worker line too long, dropped"),
      }),
  );
  let isOver = false;
  let isOurs = false;
  const exit = new Promise<Omit<ChildEnd, "stderr">>((resolve) => {
    spawned.once("exit", (code, signal) => {
      isOver = true;
      resolve({
        code,
        signal,
        isKilled: !isOurs && (signal === "SIGKILL" || code === KILLED_CODE),
      });
    });
  });
  const pipesClosed = new Promise<void>((resolve) => spawned.once("close", () => resolve()));
  await once(spawned, "spawn");
  const pid = spawned.pid ?? 0;
  const startedAt = clock.now();

  const awaitEnd = async (): Promise<ChildEnd> => {
    const how = await exit;
    if (how.isKilled) log.warn({ marker, pid }, `worker process ${KILLED_WORDS}`);
    const { survivors } = await endProcesses((all) => remains(all, { pid, marker }), {
      clock,
      graceMs: 0,
    });
    if (survivors.length > 0) log.warn({ marker, survivors }, "worker process cannot be ended");
    if ((await waitAtMost(pipesClosed, { ms: STRANGER_MS, clock })) === "timeout") {
      spawned.stdout.destroy();
      spawned.stderr.destroy();
    }
    return { ...how, stderr: stderr.lines() };
  };
  const closed = awaitEnd();
  const forgotten = closed.then(() => forget(pid, options));
  const kill = (): void => {
    // Once it has exited the number may be another's.
    if (isOver) return;
    isOurs = true;
    signalGroup(pid, "SIGKILL");
  };
  let isStopping = false;
  const stop = async (graceMs: number): Promise<void> => {
    if (!isStopping && !isOver) {
      isStopping = true;
      isOurs = true;
      out.end();
      signalGroup(pid, "SIGTERM");
    }
    // Each caller brings its own grace: the shortest counts.
    const killing = clock.timer(graceMs, kill);
    await waitAtMost(forgotten, { ms: graceMs + UNKILLABLE_MS, clock });
    killing.cancel();
  };

  try {
    await host.started({ pid, startTime: startTimeOf(pid) ?? "", boot: host.boot, marker });
  } catch (error) {
    kill();
    await closed;
    throw error;
  }
  return {
    pid,
    startedAt,
    marker,
    send: (message) => out.send(message),
    finish: (text) => out.finish(text),
    closed,
    stop,
    kill,
  };
}

/** What it left behind. A process with its number, now that it is dead, is a stranger, and so is that one's group. */
function remains(
  all: readonly RunningProcess[],
  dead: { readonly pid: number; readonly marker: string },
): readonly RunningProcess[] {
  const isReused = all.some((one) => one.pid === dead.pid);
  return all.filter((one) => one.marker === dead.marker || (!isReused && one.group === dead.pid));
}

async function forget(pid: number, options: Pick<ChildOptions, "host" | "log">): Promise<void> {
  try {
    await options.host.ended(pid);
  } catch (error) {
    options.log.warn({ pid, error: textOf(error) }, "end of worker process not stored");
  }
}
