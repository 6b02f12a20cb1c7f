const FENCE = /^(\s{0,3})(`{3,}|~{3,})(.*)$/;
/** Room for a fence that is closed at the end of a part and opened again in the next. */
const FENCE_ROOM = 64;

/**
 * Cuts a long answer into parts of at most `limit` UTF-16 units: between paragraphs or lines where it can,
 * never inside a character; a code block that is cut is closed, and opened again in the next part.
 */
export function splitText(text: string, limit: number): readonly string[] {
  if (text.length <= limit) return [text];
  const parts: string[] = [];
  let rest = text;
  let fence: string | null = null;
  // Networks refuse a message that shows nothing.
  while (rest.trim() !== "") {
    const head = fence === null ? "" : `${fence}\n`;
    if (head.length + rest.length <= limit) {
      parts.push(head + rest);
      break;
    }
    const room = Math.max(1, limit - head.length - FENCE_ROOM);
    const at = cutAt(rest, room);
    const piece = rest.slice(0, at).replace(/\n+$/, "");
    rest = rest.slice(at).replace(/^\n+/, "");
    fence = openFence(piece, fence);
    if (piece.trim() === "") continue;
    parts.push(head + piece + (fence === null ? "" : `\n${closing(fence)}`));
  }
  return parts;
}

function cutAt(text: string, room: number): number {
  for (const mark of ["\n\n", "\n", " "]) {
    const at = text.lastIndexOf(mark, room);
    if (at > room / 2) return at + mark.length > room ? at : at + mark.length;
  }
  return characterStart(text, room);
}

/** Steps back from inside a surrogate pair, a joined emoji or a combining mark. */
function characterStart(text: string, at: number): number {
  const from = Math.max(0, at - 64);
  const segments = new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(
    text.slice(from, at + 64),
  );
  const start = segments.containing(at - from)?.index;
  if (start !== undefined && from + start > 0) return from + start;
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff && at > 1 ? at - 1 : at;
}

/** The opening line of the code block that is still open after `piece`, given the one open before it. */
function openFence(piece: string, before: string | null): string | null {
  let open = before;
  for (const line of piece.split("\n")) {
    const [, , mark, rest] = FENCE.exec(line) ?? [];
    if (mark === undefined) continue;
    if (open === null) open = line.trim().slice(0, FENCE_ROOM - 8);
    else if (mark.startsWith(closing(open)) && rest?.trim() === "") open = null;
  }
  return open;
}

function closing(fence: string): string {
  return /^(`+|~+)/.exec(fence)?.[0] ?? "```";
}
