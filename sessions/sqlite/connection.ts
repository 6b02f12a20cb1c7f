import { DatabaseSync } from "node:sqlite";
import type { SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite";

export type Value = SQLInputValue;
export type Row = Readonly<Record<string, SQLOutputValue>>;

/** One connection of the built-in SQLite, with its prepared statements. Only this library may open the file in this process: two copies corrupt it. */
export interface Connection {
  all(sql: string, ...values: Value[]): readonly Row[];
  get(sql: string, ...values: Value[]): Row | undefined;
  /** How many rows it changed. */
  run(sql: string, ...values: Value[]): number;
  /** Several statements at once, not cached. */
  exec(sql: string): void;
  isInTransaction(): boolean;
  close(): void;
}

export interface ConnectionOptions {
  readonly canWrite: boolean;
  /** How long SQLite waits, holding the thread, for a lock of another process. */
  readonly busyMs: number;
}

export function openConnection(file: string, options: ConnectionOptions): Connection {
  const database = new DatabaseSync(file, {
    readOnly: !options.canWrite,
    timeout: options.busyMs,
    enableForeignKeyConstraints: false,
  });
  const statements = new Map<string, StatementSync>();
  const prepared = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const statement = database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  return {
    all: (sql, ...values) => prepared(sql).all(...values),
    get: (sql, ...values) => prepared(sql).get(...values),
    run: (sql, ...values) => Number(prepared(sql).run(...values).changes),
    exec: (sql) => database.exec(sql),
    isInTransaction: () => database.isTransaction,
    close: () => {
      statements.clear();
      database.close();
    },
  };
}

/**
 * Reads from the writing connection, whose cache is warm, while it is in no transaction; and from the other one
 * otherwise, as a Keyv call awaits inside a transaction, and a read must not see what may be undone.
 */
export function committedOnly(writing: Connection, reading: Connection): Connection {
  const now = (): Connection => (writing.isInTransaction() ? reading : writing);
  return {
    ...reading,
    all: (sql, ...values) => now().all(sql, ...values),
    get: (sql, ...values) => now().get(sql, ...values),
  };
}

/** A whole number from a column that holds one. */
export function toNumber(value: SQLOutputValue | undefined): number {
  return Number(value);
}
