import { spawn } from "node:child_process";

import { createLineReader, LINE_LIMIT } from "../process/line-reader.ts";
import type { WorkerEvent } from "../worker.ts";
import type { Brief, Order } from "./order.ts";
import { parseOrder } from "./order.ts";
import type { Report } from "./report.ts";
import type { Ending, Run, RunControls } from "./run.ts";
import { createRun } from "./run.ts";
import type { Stage } from "./scripts.ts";
import { findScript } from "./scripts.ts";

/**
 * The demo agent: a program of its own, many conversations in one process. Orders come in on stdin and
 * reports go out on stdout, a JSON line each. It ends when stdin does, so nothing outlives a killed gateway.
 */
const wordMs = Number(process.argv[2] ?? 0);
const runs = new Map<number, RunControls>();
const deaf = new Set<number>();

let waiting: string[] = [];
function report(message: Report): void {
  if (waiting.length === 0) setImmediate(flush);
  waiting.push(`${JSON.stringify(message)}\n`);
}

function flush(): void {
  const text = waiting.join("");
  waiting = [];
  if (text !== "") process.stdout.write(text);
}

function leave(code: number): void {
  flush();
  process.exit(code);
}

const stage: Stage = {
  crash: () => {
    process.stderr.write("demo agent: crashed, as asked for\n");
    leave(1);
    return new Promise(() => undefined);
  },
  // It inherits the environment, hence the marker; its own group and no pipes, so nothing else tells of it.
  leaveOrphan: () => {
    const orphan = spawn("sleep", ["3600"], { detached: true, stdio: "ignore" });
    orphan.on("error", () => undefined);
    return orphan.pid ?? 0;
  },
};

function begin(number: number, brief: Brief): void {
  const emit = (event: WorkerEvent): void => {
    if (runs.has(number)) report({ type: "event", run: number, event });
  };
  const run = createRun({ brief, wordMs, emit });
  runs.set(number, run);
  void play(number, run).then((ending) => {
    emit(ending);
    runs.delete(number);
  });
}

async function play(number: number, run: Run): Promise<Ending> {
  const { script, rest } = findScript(run.brief.texts[0] ?? "");
  if (script.isDeaf === true) deaf.add(number);
  if (script.acceptsLate !== true) run.emit({ type: "accepted" });
  try {
    return await script.play(run, rest, stage);
  } catch (error) {
    if (run.isInterrupted()) return { type: "cancelled" };
    return { type: "failed", error: String(error), canRetry: false };
  }
}

function obey(order: Order): void {
  const run = runs.get(order.run);
  switch (order.type) {
    case "turn":
      return begin(order.run, order.brief);
    case "steer": {
      const taken = run?.steer(order.text) ?? false;
      return report({ type: "steered", run: order.run, steer: order.steer, taken });
    }
    case "answer":
      return run?.answer(order.ask, order.decision);
    case "interrupt":
      return run?.interrupt();
    case "drop":
      runs.delete(order.run);
      deaf.delete(order.run);
      return run?.interrupt();
  }
}

const reader = createLineReader({
  limit: LINE_LIMIT,
  onLine: (line) => {
    const order = parseOrder(line);
    if (order === null) process.stderr.write("demo agent: a line that is no order\n");
    else obey(order);
  },
  onTooLong: () => process.stderr.write("demo agent: a line too long to read\n"),
});

function leaveUnlessDeaf(): void {
  if (deaf.size === 0) leave(0);
  // Without stdin nothing else would keep the process alive.
  else setInterval(() => undefined, 60_000);
}

process.stdin.setEncoding("utf8");
process.stdin.on("data", (chunk: string) => reader.push(chunk));
process.stdin.on("end", leaveUnlessDeaf);
process.on("SIGTERM", leaveUnlessDeaf);
// The gateway is gone: EOF on stdin says the same.
process.stdout.on("error", () => undefined);
report({ type: "ready" });
