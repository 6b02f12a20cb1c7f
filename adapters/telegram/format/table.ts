import type { Token, Tokens } from "marked";

import { toBlock } from "./code-block.ts";
import { displayWidth } from "./display-width.ts";
import { writeInline } from "./inline.ts";
import { emptySheet, write, writeAs, writeIndented } from "./sheet.ts";
import type { Sheet, Span } from "./sheet.ts";

interface Cell {
  readonly text: string;
  readonly links: readonly Link[];
}

interface Link {
  readonly words: string;
  readonly look: Extract<Span["look"], { type: "text_link" }>;
}

type Align = Tokens.Table["align"][number];

/** Columns in a fixed-width block, with the cells' links below it. */
export function writeTable(sheet: Sheet, table: Tokens.Table): void {
  const cells = [table.header, ...table.rows].map((row) => row.map(({ tokens }) => toCell(tokens)));
  const source = table.raw.trimEnd();
  const grid = toGrid(cells, table.align);
  // Never longer than the source, which was cut to what one message holds.
  const block = grid.find((each) => each.length <= source.length) ?? toBlock(source);
  const links = cells.flat().flatMap(({ links }) => links);
  const below = `\n${links.map(({ words }) => words).join(" · ")}`;
  writeIndented(sheet, "", () => {
    writeAs(sheet, { type: "pre" }, () => write(sheet, block));
    if (links.length > 0 && block.length + below.length <= source.length) writeLinks(sheet, links);
  });
}

function writeLinks(sheet: Sheet, links: readonly Link[]): void {
  for (const [at, { words, look }] of links.entries()) {
    write(sheet, at === 0 ? "\n" : " · ");
    writeAs(sheet, look, () => write(sheet, words));
  }
}

function toCell(tokens: readonly Token[]): Cell {
  const sheet = emptySheet(true);
  writeInline(sheet, [...tokens]);
  const links = sheet.spans.flatMap(({ look, start, end }) => {
    const words = sheet.text.slice(start, end).replaceAll("\n", " ").trim();
    return look.type === "text_link" && words !== "" ? [{ words, look }] : [];
  });
  return { text: sheet.text.replaceAll("\n", " ").trim(), links };
}

/** From the roomiest to the narrowest. */
function toGrid(cells: readonly (readonly Cell[])[], align: readonly Align[]): readonly string[] {
  const widths = align.map((_, column) =>
    Math.max(...cells.map((row) => displayWidth(row[column]?.text ?? ""))),
  );
  const rows = cells.map((row) =>
    widths.map((width, column) => padded(row[column]?.text ?? "", width, align[column] ?? null)),
  );
  const [head = [], ...body] = rows;
  const rule = widths.map((width) => "─".repeat(width)).join("─┼─");
  const join = (row: readonly string[], between: string): string => row.join(between).trimEnd();
  return [
    [join(head, " │ "), rule, ...body.map((row) => join(row, " │ "))],
    [join(head, " │ "), ...body.map((row) => join(row, " │ "))],
    rows.map((row) => join(row, "  ")),
  ].map((lines) => toBlock(lines.join("\n")));
}

function padded(text: string, width: number, align: Align): string {
  const room = width - displayWidth(text);
  const left = align === "right" ? room : align === "center" ? Math.floor(room / 2) : 0;
  return " ".repeat(left) + text + " ".repeat(room - left);
}
