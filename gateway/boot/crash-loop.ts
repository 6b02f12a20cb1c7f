import type { BootRow } from "../../sessions/rows.ts";
import type { Core } from "../core.ts";

/** Why the channels are to be held back, or null: the gateway has died again and again in a short time. */
export function crashLoop(core: Core, boots: readonly BootRow[]): string | null {
  const { boots: limit, withinMs } = core.settings.crashLoop;
  const now = core.clock.now();
  const unclean = boots.filter(
    (boot) =>
      boot.id !== core.boot && boot.ended === null && Math.abs(now - boot.startedAt) < withinMs,
  );
  if (unclean.length < limit) return null;
  return `${unclean.length} boots ended uncleanly within ${Math.round(withinMs / 1000)} s`;
}
