import { openConnection } from "./connection.ts";
import { textOf } from "../errors.ts";

/** What SQLite says of a store's file: the first complaint, or that there is none. */
export type StoreCheck =
  | { readonly outcome: "whole" }
  | { readonly outcome: "damaged"; readonly reason: string }
  /** Locked, or not ours to read: nothing is known. */
  | { readonly outcome: "unknown"; readonly reason: string };

const BUSY_MS = 1000;
const CORRUPT = 11;
const NOT_A_DATABASE = 26;

/** Reads the whole file, beside a gateway that writes it, and writes nothing. Not in the gateway's process. */
export function checkStore(file: string): StoreCheck {
  try {
    const connection = openConnection(file, { canWrite: false, busyMs: BUSY_MS });
    try {
      const first = Object.values(connection.get("PRAGMA quick_check(1)") ?? {})[0];
      return first === "ok"
        ? { outcome: "whole" }
        : { outcome: "damaged", reason: String(first ?? "no answer") };
    } finally {
      connection.close();
    }
  } catch (error) {
    const code = error instanceof Error && "errcode" in error ? Number(error.errcode) % 256 : 0;
    const outcome = code === CORRUPT || code === NOT_A_DATABASE ? "damaged" : "unknown";
    return { outcome, reason: textOf(error) };
  }
}
