import type { Logger } from "pino";

import type { Clock } from "../sessions/clock.ts";
import { createCommandWorker } from "../workers/command/command-worker.ts";
import { createDemoWorker } from "../workers/demo/demo-worker.ts";
import { createModelWorker } from "../workers/model/model-worker.ts";
import type { Worker, WorkerHost } from "../workers/worker.ts";
import type { Configuration } from "./config/configuration.ts";
import { expand } from "./config/state-directory.ts";
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
      case "model":
        return createModelWorker({ ...one, name, clock, log, key: one.key?.reveal() ?? null });
      case "command":
        return createCommandWorker({
          ...one,
          name,
          host,
          clock,
          log,
          command: one.command.includes("/") ? expand(one.command, "/") : one.command,
          environment: workerEnvironment(outside.environment, one.passEnvironment),
        });
    }
  });
}
