import { KeyvSqlite } from "@keyv/sqlite";
import { Keyv } from "keyv";
import type { Connection, Value } from "./connection.ts";

/** Values looked up by key and replaced whole: Keyv over one of our connections. Every failure rejects. */
export interface KeyvSpace {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
  /** In order. */
  keys(): readonly string[];
}

/** One table, store and Keyv each: a Keyv namespace would strip `<namespace>:` from keys that begin with it. */
export async function openKeyvSpace(connection: Connection, table: string): Promise<KeyvSpace> {
  const store = new KeyvSqlite({
    table,
    driver: {
      name: "custom",
      connect: async () => ({
        query: async (sql: string, ...values: unknown[]) => [
          ...connection.all(sql, ...values.map(toValue)),
        ],
        close: async () => {},
      }),
    },
  });
  await store.ready;
  // Keyv's own serializer gives text that begins with a colon a meaning.
  const keyv = new Keyv({ store, serialization: JSON });
  // With a listener that returns, Keyv answers undefined or false where it failed.
  keyv.on("error", (error: unknown) => {
    throw error instanceof Error ? error : new Error(String(error));
  });
  return {
    get: async (key) => (await keyv.get<unknown>(key)) ?? null,
    set: async (key, value) => {
      if (!(await keyv.set(key, value))) throw new Error(`${table} did not take the key "${key}"`);
    },
    delete: async (key) => {
      await keyv.delete(key);
    },
    // Read from the table: Keyv can only walk over keys with their values.
    keys: () =>
      connection.all(`SELECT key FROM ${table} ORDER BY key`).map((row) => String(row["key"])),
  };
}

function toValue(value: unknown): Value {
  if (value === null || typeof value === "string" || typeof value === "number") return value;
  throw new TypeError(`Keyv gave the store a ${typeof value}`);
}
