/** How text falls on a terminal: columns, not characters. */

const segmenter = new Intl.Segmenter();
const WIDE =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|.\ufe0f|[\u{20000}-\u{3fffd}])/u;
const PLAIN = /^[\u0020-\u007e]*$/;

export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += widthOfSegment(segment);
  return width;
}

/** What cannot move the cursor or recolour the screen: text of others is never trusted with that. */
export function toPrintable(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .replaceAll("\t", "    ")
    .replaceAll(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/gu, "");
}

/** Lines of at most `columns`, broken between words where there are any. */
export function wrap(text: string, columns: number): string[] {
  return text.split("\n").flatMap((line) => wrapLine(line, Math.max(columns, 1)));
}

function wrapLine(line: string, columns: number): string[] {
  if (widthOf(line) <= columns) return [line];
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(/(?<= )(?! )/)) {
    if (widthOf(current) + widthOf(word.trimEnd()) <= columns) {
      current += word;
      continue;
    }
    if (current !== "") lines.push(current.trimEnd());
    const pieces = cut(word, columns);
    current = pieces.pop() ?? "";
    lines.push(...pieces);
  }
  return [...lines, current.trimEnd()];
}

function cut(word: string, columns: number): string[] {
  const pieces: string[] = [];
  let piece = "";
  let width = 0;
  for (const { segment } of segmenter.segment(word)) {
    const next = widthOfSegment(segment);
    if (width + next > columns && piece !== "") {
      pieces.push(piece);
      piece = "";
      width = 0;
    }
    piece += segment;
    width += next;
  }
  return [...pieces, piece];
}

function widthOfSegment(segment: string): number {
  if (/^[\p{Cc}\p{Mn}\p{Me}\u200b-\u200f]+$/u.test(segment)) return 0;
  return WIDE.test(segment) ? 2 : 1;
}
