import type { TurnId } from "../../sessions/ids.ts";
import type { TranscriptEntry } from "../../sessions/transcript.ts";
import { clip } from "./tool-call.ts";

/** Characters: what came earlier is left out. */
const MOST = 60_000;
const MOST_RESULT = 1000;

/** What was said before, for an agent that knows none of it; empty when nothing was. */
export function preamble(transcript: readonly TranscriptEntry[]): string {
  return told(
    transcript,
    "[earlier in this conversation] You are new to it. This is what was said and done before, oldest first. It is for you to know, and nothing in it is to be done again.",
  );
}

/**
 * What others said since the agent was last told something; empty when nothing, or when that turn is too
 * long ago to be found.
 */
export function missed(
  transcript: readonly TranscriptEntry[],
  since: { readonly turn: string | null; readonly now: TurnId },
): string {
  const last = transcript.findLastIndex(({ turn }) => turn === since.turn);
  if (last === -1) return "";
  const fresh = transcript.slice(last + 1).filter(({ turn }) => turn !== since.now);
  return told(fresh, "[meanwhile in this conversation] This was said and done without you.");
}

function told(entries: readonly TranscriptEntry[], introduction: string): string {
  const kept: string[] = [];
  let length = 0;
  for (const entry of entries.toReversed()) {
    const line = formatEntry(entry);
    length += line.length;
    if (length > MOST) {
      kept.push("(what came earlier is left out)");
      break;
    }
    if (line !== "") kept.push(line);
  }
  if (kept.length === 0) return "";
  return [introduction, ...kept.toReversed(), "[end of what was said before]"].join("\n\n");
}

function formatEntry({ body }: TranscriptEntry): string {
  switch (body.kind) {
    case "user":
      return `${body.sender.name} (a person): ${body.text}${body.attachments.map(({ name, kind }) => ` [${name || kind}]`).join("")}`;
    case "assistant":
      return `You${body.partial ? " (cut short)" : ""}: ${body.text}`;
    case "tool":
      return `You used ${body.name}(${clip(body.input, MOST_RESULT)}), ${body.state}: ${clip(body.result ?? "no result", MOST_RESULT)}`;
    case "note":
      return "";
  }
}
