import { sleep } from "../../sessions/clock.ts";
import { SluiceError, textOf } from "../../sessions/errors.ts";
import type { Core } from "../core.ts";
import type { LiveTurn } from "./live-turn.ts";

const AGAIN_MS = 500;

/**
 * What an agent did is done: while the store takes nothing (a full disk), its word is held and offered again,
 * and the agent is not to blame for the silence. Rejects when the turn is called off, or when waiting cannot help.
 */
export async function untilStored<Result>(
  core: Core,
  live: LiveTurn,
  write: () => Promise<Result>,
): Promise<Result> {
  for (;;) {
    try {
      return await write();
    } catch (error) {
      live.record.again();
      if (!mayPass(error) || live.abort.signal.aborted) throw error;
      core.log.warn({ session: live.key, turn: live.turn, error: textOf(error) }, "turn held back");
      await sleep(core.clock, AGAIN_MS, live.abort.signal);
      live.seenAt = core.clock.monotonic();
    }
  }
}

function mayPass(error: unknown): boolean {
  if (!(error instanceof SluiceError)) return false;
  const { code } = error;
  return (
    code === "store_full" ||
    code === "store_read_only" ||
    code === "store_busy" ||
    code === "store_failed"
  );
}
