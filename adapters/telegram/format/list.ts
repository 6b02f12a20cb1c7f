import type { Token, Tokens } from "marked";

import { write, writeIndented } from "./sheet.ts";
import type { Sheet } from "./sheet.ts";

/** Items below one another, each behind its bullet, number or box; what belongs to an item stands indented. */
export function writeList(
  sheet: Sheet,
  list: Tokens.List,
  writeContent: (tokens: readonly Token[]) => void,
): void {
  const numbers = list.ordered ? toNumbers(list) : [];
  for (const [at, item] of list.items.entries()) {
    const previous = list.items[at - 1];
    if (previous !== undefined) sheet.text += /\n[ \t]*\n$/.test(previous.raw) ? "\n\n" : "\n";
    const mark = toMark(item, numbers[at]);
    const tokens = item.tokens.filter(({ type }) => type !== "checkbox");
    const isApart = /^(blockquote|code|table)$/.test(tokens[0]?.type ?? "");
    write(sheet, isApart ? `${mark}\n` : `${mark} `);
    const room = numbers.length > 0 ? "   " : "  ";
    writeIndented(sheet, sheet.indent + room, () => writeContent(tokens));
  }
}

function toMark(item: Tokens.ListItem, number: string | undefined): string {
  if (!item.task) return number ?? "•";
  const box = item.checked === true ? "☑" : "☐";
  return number === undefined ? box : `${number} ${box}`;
}

/** The source's own numbers, which may leave some out; a list that only says `1.` is counted. */
function toNumbers({ items, start }: Tokens.List): readonly string[] {
  const marks = items.map(({ raw }) => /^\s*(\d+)([.)])/.exec(raw));
  const isSame = items.length > 1 && new Set(marks.map((mark) => mark?.[1])).size === 1;
  return marks.map((mark, at) => {
    const counted = Number(start) + at;
    return `${isSame ? counted : (mark?.[1] ?? counted)}${mark?.[2] ?? "."}`;
  });
}
