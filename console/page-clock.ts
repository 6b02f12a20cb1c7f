/** Time for the page: the one file of it that reads a clock or sets a timer. */

/** Epoch ms, as this machine tells it. */
export function now(): number {
  return Date.now();
}

/** Calls once after `ms`; returns how to stop that. */
export function after(ms: number, act: () => void): () => void {
  const timer = setTimeout(act, ms);
  return () => clearTimeout(timer);
}

/** Calls every `ms`; returns how to stop that. */
export function every(ms: number, act: () => void): () => void {
  const timer = setInterval(act, ms);
  return () => clearInterval(timer);
}
