import type { Row } from "./connection.ts";
import { corruptRow } from "./sqlite-errors.ts";
import { parseRow } from "./table.ts";
import type { CorruptRow, Parsed, Table } from "./table.ts";

/** Turns rows into items. A damaged row stops who asked for it by name, and nobody else. */
export interface RowReader {
  /** Throws `store_corrupt`. */
  must<Item>(table: Table<Item>, row: Row): Item;
  /** Null when there is no row; throws `store_corrupt`. */
  one<Item>(table: Table<Item>, row: Row | undefined): Item | null;
  /** Without the damaged ones, which are reported. */
  many<Item>(table: Table<Item>, rows: readonly Row[]): readonly Item[];
  /** Throws `store_corrupt`. */
  whole<Item>(parsed: Parsed<Item>): Item;
  /** Empty when it is damaged, which is reported. */
  skip<Item>(parsed: Parsed<Item>): readonly Item[];
}

export function createRowReader(options: {
  readonly file: string;
  readonly onCorrupt: (row: CorruptRow) => void;
}): RowReader {
  const whole = <Item>(parsed: Parsed<Item>): Item => {
    if (parsed.ok) return parsed.item;
    throw corruptRow(parsed.corrupt, { tried: "read the store", file: options.file });
  };
  const skip = <Item>(parsed: Parsed<Item>): readonly Item[] => {
    if (parsed.ok) return [parsed.item];
    options.onCorrupt(parsed.corrupt);
    return [];
  };
  return {
    whole,
    skip,
    must: (table, row) => whole(parseRow(table, row)),
    one: (table, row) => (row === undefined ? null : whole(parseRow(table, row))),
    many: (table, rows) => rows.flatMap((row) => skip(parseRow(table, row))),
  };
}
