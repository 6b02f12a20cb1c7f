/** Text of a chat, made harmless to look at; nothing of it is lost, and nothing of it acts. */

/** What is laid out at first, and with each "show more", in UTF-16 units. */
export const FIRST_LENGTH = 20_000;
export const STEP_LENGTH = 100_000;

/** Control characters as pictures of themselves; line ends and tabs stay. */
export function withPictures(text: string): string {
  return text.replaceAll("\r\n", "\n").replaceAll(CONTROLS, toPicture);
}

/** As `withPictures`, with marks that turn the direction of writing told by name: code is to be read as it runs. */
export function withTurnsTold(text: string): string {
  return withPictures(text).replaceAll(TURNS, (mark) => {
    const code = mark.codePointAt(0) ?? 0;
    return `⟨U+${code.toString(16).toUpperCase()}⟩`;
  });
}

/** At most `length`, without half a character at the end. */
export function beginningOf(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}

/** In pieces of at most `length`: a browser lays out many short ones faster than one without end. */
export function piecesOf(text: string, length: number): readonly string[] {
  const pieces: string[] = [];
  for (let from = 0; from < text.length;) {
    const piece = beginningOf(text.slice(from, from + length + 1), length);
    pieces.push(piece);
    from += piece.length;
  }
  return pieces;
}

/** All of C0 and C1 but tab and line feed, and the delete character. */
const CONTROLS = /[^\P{Cc}\t\n]/gu;
/** Embeddings, overrides, isolates and their ends. */
const TURNS = /[\u{202A}-\u{202E}\u{2066}-\u{2069}]/gu;

function toPicture(control: string): string {
  const code = control.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "␡" : "�";
}
