import type { Shell } from "./shell.ts";

/** Ctrl-C under npm arrives twice: from the terminal, and once more from npm. */
const ONE_PRESS_MS = 500;

/** Calls back once for each time that a person or a supervisor asks to stop; returns how to stop that. */
export function onceAPress(shell: Shell, action: () => void): () => void {
  let latest = Number.NEGATIVE_INFINITY;
  return shell.onSignal(["SIGINT", "SIGTERM", "SIGHUP"], () => {
    const now = shell.clock.monotonic();
    const isSamePress = now - latest < ONE_PRESS_MS;
    latest = now;
    if (!isSamePress) action();
  });
}
