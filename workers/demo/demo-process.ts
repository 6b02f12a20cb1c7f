import { extname, join } from "node:path";

import type { Clock } from "../../sessions/clock.ts";
import type { Channel } from "../process/channel.ts";
import { createChannel } from "../process/channel.ts";
import type { ChildEnd } from "../process/child-process.ts";
import { startChild } from "../process/child-process.ts";
import type { ProcessLog } from "../process/process-log.ts";
import { waitAtMost } from "../process/wait.ts";
import type { WorkerEvent, WorkerHost } from "../worker.ts";
import type { Brief, Order } from "./order.ts";
import { parseReport } from "./report.ts";

export interface DemoProcessOptions {
  readonly name: string;
  readonly host: WorkerHost;
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string>>;
  readonly wordMs: number;
  readonly log: ProcessLog;
}

/** One process of the demo agent, for any number of conversations. */
export interface DemoProcess {
  readonly pid: number;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly marker: string;
  readonly closed: Promise<ChildEnd>;
  begin(brief: Brief): DemoRun;
  stop(graceMs: number): Promise<void>;
  kill(): void;
}

/** One turn in it. */
export interface DemoRun {
  /** Ends without a terminal event when the process is gone, or after `drop`. */
  readonly events: AsyncIterable<WorkerEvent>;
  steer(text: string): Promise<boolean>;
  answer(ask: string, decision: "allow" | "deny"): void;
  interrupt(): void;
  /** Nothing more is wanted of it. Idempotent. */
  drop(): void;
}

interface OpenRun {
  readonly events: Channel<WorkerEvent>;
  /** Additions that are not answered yet, by number. */
  readonly steers: Map<number, (taken: boolean) => void>;
}

/** Beside this file: `.ts` in a checkout, `.js` in the published package. */
const PROGRAM = join(import.meta.dirname, `child${extname(import.meta.filename)}`);
const READY_MS = 20_000;

export type Started =
  | { readonly outcome: "ready"; readonly process: DemoProcess }
  | { readonly outcome: "ended"; readonly end: ChildEnd }
  | { readonly outcome: "silent" };

/** Rejects when the program cannot be started at all. An abort while it starts kills it. */
export async function startDemoProcess(
  options: DemoProcessOptions,
  signal: AbortSignal,
): Promise<Started> {
  const { clock, log } = options;
  const runs = new Map<number, OpenRun>();
  const ready = Promise.withResolvers<"ready">();

  const endRun = (run: number): void => {
    const open = runs.get(run);
    runs.delete(run);
    for (const settle of open?.steers.values() ?? []) settle(false);
    open?.events.end();
  };
  const onLine = (line: string): void => {
    const report = parseReport(line);
    if (report === null) return log.warn({ name: options.name }, "unknown worker line ignored");
    if (report.type === "ready") return ready.resolve("ready");
    const open = runs.get(report.run);
    if (report.type === "steered") {
      open?.steers.get(report.steer)?.(report.taken);
      open?.steers.delete(report.steer);
      return;
    }
    open?.events.push(report.event);
    if (isTerminal(report.event)) endRun(report.run);
  };

  const child = await startChild({
    ...options,
    command: process.execPath,
    args: [PROGRAM, String(options.wordMs)],
    onLine,
  });
  const send = (order: Order): void => child.send(order);
  let isGone = false;
  const closed = child.closed.then((end) => {
    isGone = true;
    for (const [run, { events }] of runs) {
      if (end.isKilled) events.push({ type: "killed" });
      endRun(run);
    }
    return end;
  });

  let counter = 0;
  const begin = (brief: Brief): DemoRun => {
    counter += 1;
    const run = counter;
    const open: OpenRun = { events: createChannel(), steers: new Map() };
    runs.set(run, open);
    if (isGone) endRun(run);
    else send({ type: "turn", run, brief });
    return {
      events: open.events,
      steer: (text) =>
        new Promise((resolve) => {
          if (!runs.has(run)) return resolve(false);
          counter += 1;
          open.steers.set(counter, resolve);
          send({ type: "steer", run, steer: counter, text });
        }),
      answer: (ask, decision) => send({ type: "answer", run, ask, decision }),
      interrupt: () => send({ type: "interrupt", run }),
      drop: () => {
        if (runs.has(run)) send({ type: "drop", run });
        endRun(run);
      },
    };
  };

  const abort = (): void => child.kill();
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort);
  const first = await waitAtMost(Promise.race([ready.promise, closed]), { ms: READY_MS, clock });
  signal.removeEventListener("abort", abort);
  if (first === "timeout") {
    child.kill();
    await closed;
    return { outcome: "silent" };
  }
  if (first !== "ready") return { outcome: "ended", end: first };
  const { pid, startedAt, marker } = child;
  const stop = (graceMs: number): Promise<void> => child.stop(graceMs);
  return {
    outcome: "ready",
    process: { pid, startedAt, marker, closed, begin, stop, kill: () => child.kill() },
  };
}

function isTerminal(event: WorkerEvent): boolean {
  return event.type === "completed" || event.type === "failed" || event.type === "cancelled";
}
