/** A code block of more columns is wrapped on most screens, and no table any more. */
const WIDEST = 56;
const DELIMITER = /^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;

export interface Table {
  /** Lines of Markdown that it takes. */
  readonly length: number;
  /** Lines that Discord shows in its place. */
  readonly shown: readonly string[];
}

/** The table that begins in the first line, or null. Discord has none: it becomes a code block, or a list when it is wide. */
export function readTable(lines: readonly string[]): Table | null {
  const [first = "", second = ""] = lines;
  if (!first.includes("|") || !second.includes("-") || !DELIMITER.test(second)) return null;
  const head = cellsOf(first);
  if (head.length !== cellsOf(second).length) return null;
  const end = lines.findIndex((line, at) => at > 1 && (line.trim() === "" || !line.includes("|")));
  const length = end === -1 ? lines.length : end;
  const rows = lines.slice(2, length).map((line) => fit(cellsOf(line), head.length));
  return { length, shown: asCode(head, rows) ?? asList(head, rows) };
}

function asCode(head: readonly string[], rows: readonly (readonly string[])[]): string[] | null {
  const all = [head, ...rows];
  // Where nothing is marked up, a link would lose its name or its address.
  if (all.some((row) => row.some((cell) => cell.includes("](")))) return null;
  const plain = all.map((row) => row.map(plainCell));
  const widths = head.map((_, column) =>
    Math.max(...plain.map((row) => Array.from(row[column] ?? "").length)),
  );
  const width = widths.reduce((sum, one) => sum + one + 2, -2);
  if (width > WIDEST) return null;
  const show = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - Array.from(cell).length))
      .join("  ")
      .trimEnd();
  const rule = widths.map((one) => "─".repeat(one)).join("  ");
  const [top = [], ...others] = plain;
  return ["```", show(top), rule, ...others.map(show), "```"];
}

function asList(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const [, ...names] = head;
  return rows.flatMap(([subject = "", ...cells]) => [
    `- ${subject}`,
    ...cells.flatMap((cell, at) => {
      const name = names[at] ?? "";
      if (cell === "") return [];
      return name === "" ? [`  - ${cell}`] : [`  - ${name}: ${cell}`];
    }),
  ]);
}

function cellsOf(line: string): string[] {
  const inner = line
    .trim()
    .replace(/^\|/, "")
    .replace(/(?<!\\)\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function fit(cells: readonly string[], count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => cells[at] ?? "");
}

/** Nothing is marked up inside a code block. */
function plainCell(cell: string): string {
  return cell.replaceAll(/\*\*|`/g, "");
}
