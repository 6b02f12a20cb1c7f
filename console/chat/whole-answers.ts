import type { ChatEntry } from "./chat-state.ts";

const LENGTH = 600;

/** What the agent said after a place and does not go on with, as one text; `until` is the place to go on from. */
export function wholeSince(
  entries: readonly ChatEntry[],
  { after, growing }: { readonly after: number; readonly growing: string | null },
): { readonly text: string; readonly until: number } {
  const texts: string[] = [];
  let until = after;
  for (const { message } of entries) {
    if (message.seq <= after) continue;
    // What comes below it is told after it, in the order in which it stands.
    if (message.externalId === growing) break;
    until = message.seq;
    if (message.from.kind === "agent") texts.push(toSpoken(message.text));
  }
  return { text: texts.length === 0 ? "" : `Agent: ${texts.join(" ")}`, until };
}

function toSpoken(text: string): string {
  const words = text
    .slice(0, LENGTH * 2)
    .replaceAll(/[`*_#>|~]+/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  return words.length > LENGTH ? `${words.slice(0, LENGTH)} … (the whole is in the log)` : words;
}
