import type { SessionKey } from "../../sessions/ids.ts";
import type { TranscriptEntry } from "../../sessions/transcript.ts";

/** An entry as exports and archives hold it: one line of JSON, whole. */
export function transcriptLine(key: SessionKey, entry: TranscriptEntry): string {
  return `${JSON.stringify({ key, ...entry })}\n`;
}
