import type { Line } from "./session-groups.ts";

/** Where a key leads in the list; null = it is no key of the list. `at`: index of the line that is active, -1 = none. */
export function moveTo(
  lines: readonly Line[],
  { key, at, page }: { readonly key: string; readonly at: number; readonly page: number },
): number | null {
  const last = lines.length - 1;
  switch (key) {
    case "ArrowDown":
      return seek(lines, at + 1, 1) ?? at;
    case "ArrowUp":
      return seek(lines, at - 1, -1) ?? at;
    case "PageDown":
      return seek(lines, at + page, 1) ?? seek(lines, last, -1) ?? at;
    case "PageUp":
      return seek(lines, at - page, -1) ?? seek(lines, 0, 1) ?? at;
    case "Home":
      return seek(lines, 0, 1) ?? at;
    case "End":
      return seek(lines, last, -1) ?? at;
    default:
      return null;
  }
}

/** The first session from `from` on: headings are no place to stand. */
function seek(lines: readonly Line[], from: number, step: 1 | -1): number | null {
  for (let index = from; index >= 0 && index < lines.length; index += step) {
    if (lines[index]?.kind === "session") return index;
  }
  return null;
}

export function indexOfKey(lines: readonly Line[], key: string | null): number {
  return lines.findIndex((line) => line.kind === "session" && line.session.key === key);
}
