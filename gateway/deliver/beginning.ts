import type { Address } from "../../sessions/message.ts";
import type { Core } from "../core.ts";
import { roomFor } from "./parts.ts";
import { splitText } from "./split.ts";

/** How a long answer begins: one message, cut between paragraphs and outside a code block where it can be. */
export function beginningOf(
  core: Core,
  address: Address,
  { text, reserved }: { readonly text: string; readonly reserved: number },
): string {
  const room = Math.max(200, roomFor(core, address) - reserved);
  const at = paragraphEnd(text, room);
  return at > room / 4 ? text.slice(0, at).trimEnd() : (splitText(text, room)[0] ?? "");
}

/** The last empty line before `room` that stands in no code block. */
function paragraphEnd(text: string, room: number): number {
  let fence: string | null = null;
  let at = 0;
  let end = 0;
  for (const line of text.slice(0, room).split("\n")) {
    const mark = /^\s{0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark !== undefined && fence === null) fence = mark;
    else if (mark !== undefined && fence !== null && mark.startsWith(fence)) fence = null;
    else if (fence === null && line.trim() === "") end = at;
    at += line.length + 1;
  }
  return end;
}
