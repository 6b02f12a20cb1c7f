import type { KeyedWrite } from "../../sessions/keyed-values.ts";

/** A cursor of this bot, to be stored with what it is about. */
export function cursorWrite(key: string, value: unknown): KeyedWrite {
  return { space: "cursor", key, value, ttlMs: null };
}
