import { SluiceError, textOf } from "../errors.ts";
import type { ErrorCode } from "../errors.ts";

/** Primary result codes of SQLite: https://sqlite.org/rescode.html */
const PERM = 3;
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;
/** Extended: the shared-memory file could not grow, which is how a full disk shows there. */
const IOERR_SHMSIZE = 4874;

export interface Attempt {
  /** In words that follow "Cannot": `write the store`. */
  readonly tried: string;
  readonly file: string;
}

/** What SQLite or Keyv threw, as an error of the engine port. */
export function toStoreError(thrown: unknown, attempt: Attempt): SluiceError {
  if (thrown instanceof SluiceError) return thrown;
  const { code, advice } = classify(sqliteCodeOf(thrown));
  return new SluiceError(code, `Cannot ${attempt.tried} (${attempt.file}): ${textOf(thrown)}`, {
    advice,
    cause: thrown,
  });
}

export function closedError(attempt: Attempt): SluiceError {
  return new SluiceError(
    "store_closed",
    `Cannot ${attempt.tried} (${attempt.file}): it is closed`,
    {
      advice: "start the gateway again",
    },
  );
}

/** One row that cannot be read; the others can. */
export function corruptRow(
  row: { readonly table: string; readonly id: string; readonly reason: string },
  attempt: Attempt,
): SluiceError {
  return new SluiceError(
    "store_corrupt",
    `Cannot ${attempt.tried} (${attempt.file}): row ${row.id} of ${row.table} is damaged, ${row.reason}`,
    { advice: "forget that session or restore the file from a backup" },
  );
}

function classify(code: number): { code: ErrorCode; advice: string } {
  if (code === IOERR_SHMSIZE) return full;
  switch (code & 0xff) {
    case FULL:
      return full;
    case READONLY:
    case PERM:
      return {
        code: "store_read_only",
        advice: "let the gateway's user write the file and its directory",
      };
    case BUSY:
    case LOCKED:
      return { code: "store_busy", advice: "end the other program that holds the file locked" };
    case CORRUPT:
    case NOTADB:
      return { code: "store_corrupt", advice: "restore the file from a backup, or move it away" };
    case CANTOPEN:
      return {
        code: "store_read_only",
        advice: "check that the directory exists and belongs to the gateway's user",
      };
    default:
      return { code: "store_failed", advice: "check the disk, then start the gateway again" };
  }
}

const full = {
  code: "store_full",
  advice: "free some disk space; writing goes on by itself",
} as const satisfies { code: ErrorCode; advice: string };

/** The extended result code, or 0 when it is no error of SQLite. */
function sqliteCodeOf(thrown: unknown): number {
  if (!(thrown instanceof Error) || !("errcode" in thrown)) return 0;
  return typeof thrown.errcode === "number" ? thrown.errcode : 0;
}
