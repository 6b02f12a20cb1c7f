import type * as library from "@opentelemetry/api";

/** The library as it is when it has been read. */
export type Api = typeof library;

/** Epoch ms as spans take it: of a bare number an SDK has to guess whether it counts from the start of the process. */
export function atMs(ms: number): library.HrTime {
  return [Math.floor(ms / 1000), Math.round((ms % 1000) * 1e6)];
}
