import type { Clock } from "../../sessions/clock.ts";
import { toGrammySignal } from "./signal.ts";

export interface Deadline {
  readonly clock: Clock;
  readonly ms: number;
  readonly signal: AbortSignal;
}

/** Calls Telegram with a signal that is aborted with `signal`, or when the time is over. */
export async function withDeadline<Result>(
  { clock, ms, signal }: Deadline,
  call: (signal: ReturnType<typeof toGrammySignal>) => Promise<Result>,
): Promise<Result> {
  const late = new AbortController();
  const timer = clock.timer(ms, () => late.abort());
  try {
    return await call(toGrammySignal(AbortSignal.any([signal, late.signal])));
  } catch (thrown) {
    if (late.signal.aborted) throw new Error("no answer in time", { cause: thrown });
    throw thrown;
  } finally {
    timer.cancel();
  }
}
