import { monitorEventLoopDelay } from "node:perf_hooks";

const RESOLUTION_MS = 20;
const QUANTILES = [0.5, 0.99, 1];

/** How late the event loop was, in seconds by quantile, since the last reading; the first reading begins it. */
export function watchLoop(): { read(): readonly (readonly [number, number])[] } {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  return {
    read() {
      // It keeps no process alive, and costs nothing where nobody asks.
      if (histogram.enable() || histogram.count === 0) return [];
      const read = QUANTILES.map(
        (quantile) => [quantile, lateness(histogram.percentile(quantile * 100))] as const,
      );
      histogram.reset();
      return read;
    },
  };
}

/** The histogram counts the pause that was asked for, too. */
function lateness(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e9 - RESOLUTION_MS / 1000);
}
