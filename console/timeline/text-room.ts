/** Px that a text of the picture takes, a little more rather than less: nothing is measured. */
export function roomFor(text: string): number {
  return lettersOf(text).length * 6.6 + 4;
}

/** At most so many letters; what is left out is told by an ellipsis. */
export function fitting(text: string, most: number): string {
  const letters = lettersOf(text);
  return letters.length <= most ? text : `${letters.slice(0, Math.max(1, most - 1)).join("")}…`;
}

const SEGMENTS = new Intl.Segmenter();

/** As people count them. A text without end is not looked at to its end. */
function lettersOf(text: string): readonly string[] {
  return [...SEGMENTS.segment(text.slice(0, 400))].map(({ segment }) => segment);
}
