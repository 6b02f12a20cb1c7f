/** Markdown of exactly `length` characters, in parts: what is hard to split between two messages. */
export function* longText(length: number): Generator<string> {
  let left = length;
  for (let section = 1; left > 0; section += 1) {
    const part = sectionAt(section).slice(0, left);
    left -= part.length;
    yield part;
  }
}

function sectionAt(section: number): string {
  const code = Array.from({ length: 12 }, (_, line) => `const value${line} = ${section * line};`);
  return [
    `## Part ${section}`,
    `Some **bold** words, an accent (é), two emoji (🚀👩‍🚀) and a [link](https://example.com/${section}).`,
    ["```ts", ...code, "```"].join("\n"),
    "- one\n- two\n- three",
    "",
  ].join("\n\n");
}
