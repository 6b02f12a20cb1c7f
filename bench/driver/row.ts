import { formatNumber } from "./figures.ts";

/** One line of the report: what was measured, and whether it is what we want. */
export interface Row {
  readonly what: string;
  readonly unit: string;
  readonly gateway: number;
  /** Null: the bare bot has no such thing. */
  readonly bare: number | null;
  /** Null: measured for its own sake. */
  readonly figure: Figure | null;
}

export type Figure =
  | { readonly of: "value"; readonly most: number }
  | { readonly of: "value"; readonly least: number }
  | { readonly of: "ratio"; readonly most: number }
  | { readonly of: "ratio"; readonly least: number };

function ratioOf(row: Row): number | null {
  return row.bare === null ? null : row.gateway / row.bare;
}

export function isReached(row: Row): boolean | null {
  const { figure } = row;
  if (figure === null) return null;
  const found = figure.of === "value" ? row.gateway : ratioOf(row);
  if (found === null || Number.isNaN(found)) return false;
  return "most" in figure ? found <= figure.most : found >= figure.least;
}

export function formatRow(row: Row): string {
  const reached = isReached(row);
  const ratio = ratioOf(row);
  const cells = [
    row.what,
    row.figure === null ? "" : formatFigure(row.figure, row.unit),
    `${formatNumber(row.gateway)} ${row.unit}`.trim(),
    row.bare === null ? "" : `${formatNumber(row.bare)} ${row.unit}`.trim(),
    ratio === null ? "" : `${formatNumber(ratio)} ×`,
    reached === null ? "" : reached ? "yes" : "**no**",
  ];
  return `| ${cells.join(" | ")} |`;
}

function formatFigure(figure: Figure, unit: string): string {
  const limit = "most" in figure ? `≤ ${figure.most}` : `≥ ${figure.least}`;
  return figure.of === "ratio" ? `${limit} × bare` : `${limit} ${unit}`.trim();
}
