import type { TranscriptEntry } from "../../sessions/transcript.ts";
import type { RestartNote } from "../../workers/worker.ts";
import type { Core } from "../core.ts";
import type { Change } from "../dispatch.ts";
import { restartNote } from "./restart-note.ts";

/** The one note of a turn that continues a cut conversation; null for an ordinary turn. */
export async function noteFor(
  core: Core,
  change: Change,
  transcript: readonly TranscriptEntry[],
): Promise<RestartNote | null> {
  const mark = change.before.mark;
  const turn = change.after.turn;
  if (turn?.noted !== true || mark?.kind !== "resume_pending") return null;
  return restartNote({
    interruption: mark.interruption,
    entries: sinceLastAnswer(transcript),
    isAsker: (await core.engine.keyed("notice", RESTART_ASKER)) === mark.turn,
    isAuto: change.events.some((event) => event.type === "turn_started" && event.origin === "auto"),
  });
}

/** Keyed in the space `notice`: the turn that asked for the last restart. */
export const RESTART_ASKER = "restart_asker";

/** What was written after the last whole answer: all the turns in a row that were cut. */
export function sinceLastAnswer(
  transcript: readonly TranscriptEntry[],
): readonly TranscriptEntry[] {
  const last = transcript.findLastIndex(({ body }) => body.kind === "assistant" && !body.partial);
  return transcript.slice(last + 1);
}
