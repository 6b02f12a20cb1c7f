import type { Clock, Timer } from "../../sessions/clock.ts";
import type { Place, Places } from "./places.ts";
import { PING_MS } from "./session-options.ts";
import type { TurnRun } from "./turn-run.ts";

/** A turn that must wait has been accepted: who waits is no worker that does not start. Null: it was cut meanwhile. */
export async function waitForPlace(
  places: Places,
  run: TurnRun,
  clock: Clock,
): Promise<Place | null> {
  if (!places.isFull) return places.take(run.signal);
  run.accept();
  const ping = (): Timer =>
    clock.timer(PING_MS, () => {
      run.events.push({ type: "ping" });
      next = ping();
    });
  let next = ping();
  try {
    return await places.take(run.signal);
  } finally {
    next.cancel();
  }
}
