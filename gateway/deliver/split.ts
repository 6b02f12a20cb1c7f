const FENCE = /^(\s{0,3})(`{3,}|~{3,})(.*)$/;
/** Room for a fence that is closed at the end of a part and opened again in the next. */
const FENCE_ROOM = 64;
/** Inline code and links; those that are longer may be cut. */
const WHOLE = /`[^`\n]{1,200}`|!?\[[^\]\n]{0,200}\]\([^)\n]{0,800}\)/g;
const LONGEST_WHOLE = 1005;

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

/** With the code block closed that is open at its end. */
export function withBlockClosed(text: string): string {
  const fence = openFence(text, null);
  return fence === null ? text : `${text}\n${closing(fence)}`;
}

function cutAt(text: string, room: number): number {
  for (const mark of ["\n\n", "\n", " "]) {
    const at = text.lastIndexOf(mark, room);
    if (at <= room / 2) continue;
    const cut = at + mark.length > room ? at : at + mark.length;
    return mark === " " ? outside(text, cut, room) : cut;
  }
  return outside(text, characterStart(text, room), room);
}

/** Before the inline code or link that a cut at `at` would be in, unless that leaves too little. */
function outside(text: string, at: number, room: number): number {
  const line = text.lastIndexOf("\n", at - 1) + 1;
  for (const match of text.slice(line, at + LONGEST_WHOLE).matchAll(WHOLE)) {
    const start = line + match.index;
    if (start >= at) return at;
    if (start + match[0].length > at) return start > room / 2 ? start : at;
  }
  return at;
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
