import type { Core } from "./core.ts";
import type { Gateway } from "./gateway.ts";

/**
 * SIGTERM, SIGINT and SIGHUP stop after a drain; a second one does not wait for running turns.
 * SIGUSR2 restarts. A supervisor of ours that goes away (the IPC channel closes) is a stop.
 * Returns how to stop listening.
 */
export function heedSignals(gateway: Gateway, core: Core): () => void {
  const begin = (then: "stop" | "restart", by: string): void => {
    const isLeaving = gateway.operations.drainReport()?.then !== "stay";
    const isSecond = gateway.phase() === "draining" && isLeaving;
    core.log.info({ signal: by, second: isSecond }, "signal received");
    const drain = gateway.drain({ then, timeoutMs: null, by, worker: null });
    if (isSecond) drain.hasten();
  };
  const stop = (signal: NodeJS.Signals): void => begin("stop", signal);
  const restart = (signal: NodeJS.Signals): void => begin("restart", signal);
  const orphaned = (): void => begin("stop", "supervisor gone");
  process.on("SIGTERM", stop).on("SIGINT", stop).on("SIGHUP", stop).on("SIGUSR2", restart);
  process.on("disconnect", orphaned);
  return () => {
    process.off("SIGTERM", stop).off("SIGINT", stop).off("SIGHUP", stop).off("SIGUSR2", restart);
    process.off("disconnect", orphaned);
  };
}
