import type { TurnRow } from "../../sessions/rows.ts";
import { formatSpan } from "../format-time.ts";
import type { Tone } from "../status-words.ts";
import { statusTone, statusWord } from "../status-words.ts";
import { interruptionWords } from "../interruption-words.ts";

/** How a turn stands or ended, in a word and a sentence. */
export interface TurnEndWords {
  readonly word: string;
  readonly tone: Tone;
  readonly detail: string;
}

export function turnWords(row: TurnRow): TurnEndWords {
  if (row.phase !== "ended") {
    return { word: statusWord(row.phase), tone: statusTone(row.phase), detail: "" };
  }
  const detail = row.reason ?? "";
  switch (row.outcome) {
    case "completed":
      return { word: "completed", tone: "good", detail: "" };
    case "failed":
      return { word: "failed", tone: "bad", detail };
    case "cancelled":
      return { word: "stopped", tone: "", detail: detail === "cancelled" ? "" : detail };
    case "interrupted":
      return {
        word: "cut short",
        tone: "warn",
        detail: row.interruption === null ? detail : interruptionWords(row.interruption),
      };
    case null:
      return {
        word: "put back",
        tone: "info",
        detail: "it had not begun: its message is queued again",
      };
  }
}

/** `attempt 2 · 14 s`. */
export function turnFigures({ attempt, startedAt, endedAt }: TurnRow): string {
  return [
    attempt > 1 ? `attempt ${attempt}` : "",
    endedAt === null ? "" : formatSpan(Math.max(0, endedAt - startedAt)),
  ]
    .filter(Boolean)
    .join(" · ");
}
