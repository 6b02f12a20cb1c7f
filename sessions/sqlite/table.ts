import type { z } from "zod";
import { textOf } from "../errors.ts";
import type { Row, Value } from "./connection.ts";

/** How the rows of one table become items of the port. */
export interface Table<Item> {
  readonly name: string;
  /** What a person is told to find the row by. */
  readonly idOf: (row: Row) => string;
  /** Parses JSON columns; may throw. */
  readonly toItem: (row: Row) => unknown;
  readonly shape: z.ZodType<Item>;
}

export interface CorruptRow {
  readonly table: string;
  readonly id: string;
  readonly reason: string;
}

export type Parsed<Item> =
  | { readonly ok: true; readonly item: Item }
  | { readonly ok: false; readonly corrupt: CorruptRow };

export function parseRow<Item>(table: Table<Item>, row: Row): Parsed<Item> {
  return parseItem(table, { id: table.idOf(row), toItem: () => table.toItem(row) });
}

/** For values that do not come as a row. */
export function parseItem<Item>(
  table: Pick<Table<Item>, "name" | "shape">,
  stored: { readonly id: string; toItem(): unknown },
): Parsed<Item> {
  const corrupt = (reason: string): Parsed<Item> => ({
    ok: false,
    corrupt: { table: table.name, id: stored.id, reason },
  });
  try {
    const parsed = table.shape.safeParse(stored.toItem());
    if (parsed.success) return { ok: true, item: parsed.data };
    const issue = parsed.error.issues[0];
    return corrupt(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? "no such shape"}`);
  } catch (error) {
    return corrupt(textOf(error));
  }
}

export function parseJson(value: unknown): unknown {
  if (typeof value !== "string") throw new TypeError("no JSON text");
  return JSON.parse(value);
}

/** `INSERT INTO table (a, b) VALUES (?, ?) tail` with its values in the order of the columns. */
export function insertion(
  table: string,
  columns: readonly string[],
  tail: string,
): { readonly sql: string; values(row: Readonly<Record<string, Value>>): Value[] } {
  const marks = columns.map(() => "?").join(", ");
  return {
    sql: `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${marks}) ${tail}`,
    values: (row) => columns.map((column) => row[column] ?? null),
  };
}

/** `ON CONFLICT` tail that replaces every column but the ones that name the row. */
export function replacing(target: string, columns: readonly string[]): string {
  const kept = new Set(target.split(", "));
  const sets = columns.filter((column) => !kept.has(column));
  return `ON CONFLICT (${target}) DO UPDATE SET ${sets.map((column) => `${column} = excluded.${column}`).join(", ")}`;
}
