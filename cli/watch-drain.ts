import type { ControlClient } from "../gateway/control/client.ts";
import type { DrainReport } from "../gateway/operations.ts";
import { sleep } from "../sessions/clock.ts";
import { SluiceError } from "../sessions/errors.ts";
import type { Shell } from "./shell.ts";
import { drainLine, drainLines } from "./show/drain-text.ts";
import { liveLines } from "./show/live-lines.ts";

const POLL_MS = 50;

export interface DrainEnd {
  /** `gone`: the gateway left, as asked. `under_way`: nobody watches it any more. */
  readonly how: "drained" | "cancelled" | "gone" | "under_way";
  /** The latest that was heard. */
  readonly report: DrainReport;
  /** Monotonic ms of the latest answer of this gateway. */
  readonly heardAt: number;
}

export interface DrainWatch {
  readonly shell: Shell;
  readonly client: ControlClient;
  readonly first: DrainReport;
  /** No progress is shown. */
  readonly quiet: boolean;
  /** Aborted when the watcher no longer wants to watch: the drain goes on. */
  readonly signal: AbortSignal;
}

/** Shows a drain until it is over, or until the gateway that drains is gone. */
export async function watchDrain(watch: DrainWatch): Promise<DrainEnd> {
  const { client, shell } = watch;
  const progress = watch.quiet ? { show() {}, clear() {} } : showProgress(shell);
  let report = watch.first;
  let heardAt = shell.clock.monotonic();
  try {
    while (!watch.signal.aborted) {
      progress.show(report);
      if (report.phase === "cancelled") return { how: "cancelled", report, heardAt };
      if (report.phase === "drained" && report.then === "stay") {
        return { how: "drained", report, heardAt };
      }
      await sleep(shell.clock, POLL_MS, watch.signal);
      const next = await heard(client);
      if (next === null) return { how: "gone", report, heardAt };
      report = next;
      heardAt = shell.clock.monotonic();
    }
    return { how: "under_way", report, heardAt };
  } finally {
    progress.clear();
  }
}

/** Null when this gateway is gone: nobody answers, or the next one does, which knows of no drain. */
async function heard(client: ControlClient): Promise<DrainReport | null> {
  try {
    return await client.drainReport();
  } catch (error) {
    if (error instanceof SluiceError && error.code === "control_unreachable") return null;
    throw error;
  }
}

interface Progress {
  show(report: DrainReport): void;
  clear(): void;
}

function showProgress(shell: Shell): Progress {
  if (shell.err.isTTY === true) {
    const live = liveLines(shell.err);
    return { show: (report) => live.show(drainLines(report)), clear: () => live.clear() };
  }
  let said = "";
  return {
    show(report) {
      const line = drainLine(report);
      if (line !== said) shell.err.write(`${line}\n`);
      said = line;
    },
    clear() {},
  };
}
