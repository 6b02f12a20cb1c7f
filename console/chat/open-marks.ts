/**
 * Markdown that is still being written, with its open marks closed, so that the words do not jump between raw and
 * formatted while they come.
 */
export function closeMarks(markdown: string): string {
  const from = markdown.lastIndexOf("\n\n") + 1;
  const tail = markdown.slice(from);
  // An open code block needs nothing: it goes on to the end as it is.
  if (isInFence(markdown)) return markdown;
  return markdown.slice(0, from) + closed(tail);
}

function isInFence(markdown: string): boolean {
  let fence: string | null = null;
  for (const [, mark = ""] of markdown.matchAll(/^ {0,3}(`{3,}|~{3,})/gm)) {
    if (fence === null) fence = mark;
    else if (mark.startsWith(fence)) fence = null;
  }
  return fence !== null;
}

function closed(tail: string): string {
  const ticks = tail.match(/`/g)?.length ?? 0;
  if (ticks % 2 === 1) return tail.endsWith("`") ? tail.slice(0, -1) : `${tail}\``;
  const text = tail
    // A link whose address is not all there yet: its words alone.
    .replace(/!?\[([^\][\n]*)\]\([^)\s]*$/, "$1")
    .replace(/!?\[([^\][\n]*)\]?$/, (whole: string, words: string) =>
      /^\[[ xX]?\]?$/.test(whole) ? whole : words,
    );
  const bare = text.replaceAll(/`[^`]*`/g, "");
  const bolds = bare.match(/\*\*/g)?.length ?? 0;
  if (bolds % 2 === 0) return text;
  // The mark that has just come has no words yet.
  return text.endsWith("**") ? text.slice(0, -2) : `${text.trimEnd()}**`;
}
