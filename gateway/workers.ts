import type { Logger } from "pino";

import type { Clock } from "../sessions/clock.ts";
import { createDemoWorker } from "../workers/demo/demo-worker.ts";
import type { Worker, WorkerHost } from "../workers/worker.ts";
import type { Configuration } from "./config/configuration.ts";
import { workerEnvironment } from "./config/worker-environment.ts";

/** The configured workers: the one place that knows which folder is which kind. */
export function createWorkers(
  settings: Configuration,
  outside: {
    readonly host: WorkerHost;
    readonly clock: Clock;
    readonly log: Logger;
    readonly environment: Readonly<Record<string, string | undefined>>;
  },
): readonly Worker[] {
  const { host, clock, log } = outside;
  return Object.entries(settings.workers).map(([name, one]) => {
    switch (one.kind) {
      case "demo":
        return createDemoWorker({
          name,
          host,
          clock,
          log,
          environment: workerEnvironment(outside.environment, one.passEnvironment),
          maxProcesses: one.maxProcesses,
          wordMs: one.wordMs,
        });
    }
  });
}
