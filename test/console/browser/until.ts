import { setTimeout as pause } from "node:timers/promises";

/** What a condition may take on a busy machine. */
const PATIENCE_MS = 15_000;
const STEP_MS = 40;

/** The first value that is not null; the last error, or `story`, when there is none in time. */
export async function until<Value>(
  find: () => Promise<Value | null>,
  story: () => Promise<string> | string,
  ms = PATIENCE_MS,
): Promise<Value> {
  const deadline = Date.now() + ms;
  while (true) {
    const found = await find();
    if (found !== null) return found;
    if (Date.now() > deadline) throw new Error(`not within ${ms / 1000} s: ${await story()}`);
    await pause(STEP_MS);
  }
}
