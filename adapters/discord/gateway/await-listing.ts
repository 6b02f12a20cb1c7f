import type { Clock, Timer } from "../../../sessions/clock.ts";
import type { ShardState } from "./shard.ts";

/** A server that is out of order does not keep us from working, ms. */
const LONGEST_MS = 5_000;

/**
 * A shard with a new session is told to be up when what there is has been stored: killed before that, its
 * next life could not tell what was said after its first from what was said before.
 */
export function awaitListing(
  clock: Clock,
  tell: (state: ShardState) => void,
): { onState(state: ShardState): void; onListed(): void; stop(): void } {
  let waiting: { readonly state: ShardState; readonly timer: Timer } | null = null;

  function release(): void {
    if (waiting === null) return;
    const { state, timer } = waiting;
    waiting = null;
    timer.cancel();
    tell(state);
  }

  function stop(): void {
    waiting?.timer.cancel();
    waiting = null;
  }

  return {
    onState(state) {
      stop();
      if (state.at === "up" && state.isNew) {
        waiting = { state, timer: clock.timer(LONGEST_MS, release) };
      } else {
        tell(state);
      }
    },
    onListed: release,
    stop,
  };
}
