import type { Logger } from "pino";

import type { Clock } from "../sessions/clock.ts";
import { createCommandWorker } from "../workers/command/command-worker.ts";
import { createDemoWorker } from "../workers/demo/demo-worker.ts";
import type { Worker, WorkerHost } from "../workers/worker.ts";
import type { Configuration } from "./config/configuration.ts";
import { expand } from "./config/state-directory.ts";
import { workerEnvironment } from "./config/worker-environment.ts";

/**
 * The configured workers: the one place that knows which folder is which kind. What only some need is loaded only
 * where it is configured.
 */
export async function createWorkers(
  settings: Configuration,
  outside: {
    readonly host: WorkerHost;
    readonly clock: Clock;
    readonly log: Logger;
    readonly environment: Readonly<Record<string, string | undefined>>;
  },
): Promise<readonly Worker[]> {
  const { host, clock, log } = outside;
  const make = async ([name, one]: readonly [string, WorkerSettings]): Promise<Worker> => {
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
      case "model": {
        const { createModelWorker } = await import("../workers/model/model-worker.ts");
        return createModelWorker({ ...one, name, clock, log, key: one.key?.reveal() ?? null });
      }
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
      case "acp": {
        const { createAcpWorker } = await import("../workers/acp/acp-worker.ts");
        const [program = "", ...args] = one.command;
        return createAcpWorker({
          ...one,
          name,
          host,
          clock,
          log,
          command: [program.includes("/") ? expand(program, "/") : program, ...args],
          environment: {
            ...workerEnvironment(outside.environment, one.passEnvironment),
            ...one.environment,
          },
        });
      }
    }
  };
  return Promise.all(Object.entries(settings.workers).map(make));
}

type WorkerSettings = Configuration["workers"][string];
