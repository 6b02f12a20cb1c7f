import type { Clock } from "../../sessions/clock.ts";

/** What `promise` gives, or `"timeout"` after `ms`. The promise goes on; its late failure is its maker's to hear. */
export function waitAtMost<Value>(
  promise: Promise<Value>,
  options: { readonly ms: number; readonly clock: Clock },
): Promise<Value | "timeout"> {
  return new Promise((resolve, reject) => {
    const timer = options.clock.timer(options.ms, () => resolve("timeout"));
    promise.then(resolve, reject).finally(() => timer.cancel());
  });
}

/** What `promise` gives, or `"aborted"` as soon as the signal is. */
export function waitUnless<Value>(
  promise: Promise<Value>,
  signal: AbortSignal,
): Promise<Value | "aborted"> {
  return new Promise((resolve, reject) => {
    const abort = (): void => resolve("aborted");
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
