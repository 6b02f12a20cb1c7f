import type { ResumePending } from "../../sessions/machine/state.ts";
import type { TranscriptEntry } from "../../sessions/transcript.ts";
import type { Core } from "../core.ts";

/** Why a cut is past going on by itself, now and later; null = it may. `entries`: those of the turn that was cut. */
export function autoBound(
  core: Core,
  mark: ResumePending,
  entries: readonly TranscriptEntry[],
): string | null {
  const { autoFreshMs, autoTries } = core.settings.resume;
  if (mark.tries >= autoTries) return "tried often enough";
  // A crash is marked when it is found, which may be days after it: its turn's last written word tells the time.
  const cutAt = mark.interruption === "crash" ? (entries.at(-1)?.at ?? mark.since) : mark.since;
  return Math.abs(core.clock.now() - cutAt) >= autoFreshMs ? "not fresh" : null;
}
