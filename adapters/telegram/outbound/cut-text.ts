const MARK = "\n…";

/** At most `limit` UTF-16 units; where something was left out, that is to be seen. No character is halved. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const room = limit - MARK.length;
  // A joined emoji or a letter with its marks is seldom longer.
  const from = Math.max(0, room - 64);
  const around = text.slice(from, room + 64).toWellFormed();
  const whole = new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(around);
  const start = whole.containing(room - from)?.index ?? 0;
  const end = start > 0 ? from + start : room;
  const isHalved = /[\uDC00-\uDFFF]/.test(text.charAt(end));
  return text.slice(0, isHalved ? end - 1 : end) + MARK;
}
