import type { Core } from "../core.ts";
import type { DrainRequest } from "../operations.ts";

/** What leaving takes after the delivery, ms: networks, workers, store, marker. */
const LEAVING_MS = 2000;

/**
 * Ms for the running turns, so that turns, delivery and leaving end before the supervisor loses patience.
 * Asked for by a signal or `stop`, the supervisor's clock runs; a restart of our own is not timed by it.
 */
export function drainTimeout(core: Core, request: DrainRequest): number {
  const { timeoutMs, deliveryMs, supervisorStopMs } = core.settings.drain;
  const wanted = request.timeoutMs ?? timeoutMs;
  if (supervisorStopMs === null || request.then !== "stop") return wanted;
  return Math.min(wanted, Math.max(0, supervisorStopMs - deliveryMs - LEAVING_MS));
}

/** A warning for the boot when the configured budgets do not fit, or null. */
export function shortStop(core: Core): string | null {
  const { timeoutMs, deliveryMs, supervisorStopMs } = core.settings.drain;
  const needed = timeoutMs + deliveryMs + LEAVING_MS;
  if (supervisorStopMs === null || supervisorStopMs >= needed) return null;
  return `the supervisor kills after ${supervisorStopMs} ms, and a full drain takes ${needed} ms: turns get ${Math.max(0, supervisorStopMs - deliveryMs - LEAVING_MS)} ms; raise its stop timeout`;
}
