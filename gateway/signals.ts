import { isatty } from "node:tty";

import { textOf } from "../sessions/errors.ts";
import type { Core } from "./core.ts";
import type { Gateway } from "./gateway.ts";

const STANDARD_INPUT = 0;

/**
 * SIGTERM and SIGINT stop after a drain; a second one does not wait for running turns. SIGUSR2 restarts.
 * SIGHUP reloads the configuration; where the gateway runs in a terminal, it means that the terminal is gone: a stop.
 * A supervisor of ours that goes away (the IPC channel closes) is a stop, too.
 * Returns how to stop listening.
 */
export function heedSignals(
  gateway: Gateway,
  core: Core,
  { reload }: { readonly reload: () => Promise<void> },
): () => void {
  const begin = (then: "stop" | "restart", by: string): void => {
    const isLeaving = gateway.operations.drainReport()?.then !== "stay";
    const isSecond = gateway.phase() === "draining" && isLeaving;
    core.log.info({ signal: by, second: isSecond }, "signal received");
    const drain = gateway.drain({ then, timeoutMs: null, by, worker: null });
    if (isSecond) drain.hasten();
  };
  const stop = (signal: NodeJS.Signals): void => begin("stop", signal);
  const restart = (signal: NodeJS.Signals): void => begin("restart", signal);
  let reloaded = Promise.resolve();
  const hangUp = (signal: NodeJS.Signals): void => {
    if (isatty(STANDARD_INPUT)) return begin("stop", signal);
    core.log.info({ signal }, "signal received");
    // One after the other: the last one sees what is there when it was asked for.
    reloaded = reloaded.then(reload).catch((error: unknown) => {
      core.log.error({ error: textOf(error) }, "configuration not reloaded");
    });
  };
  const orphaned = (): void => begin("stop", "supervisor gone");
  process.on("SIGTERM", stop).on("SIGINT", stop).on("SIGHUP", hangUp).on("SIGUSR2", restart);
  process.on("disconnect", orphaned);
  return () => {
    process.off("SIGTERM", stop).off("SIGINT", stop).off("SIGHUP", hangUp).off("SIGUSR2", restart);
    process.off("disconnect", orphaned);
  };
}
