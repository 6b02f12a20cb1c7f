import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { SluiceError } from "../errors.ts";
import { openConnection, toNumber } from "./connection.ts";
import type { Connection } from "./connection.ts";

/** Looks before anything is opened for writing: a store of a newer version is left as it is, to the byte. */
export function refuseNewer(file: string, known: number): void {
  if (!existsSync(file)) return;
  const connection = openConnection(untouched(file), { canWrite: false, busyMs: 250 });
  try {
    const found = versionOf(connection);
    if (found <= known) return;
    throw new SluiceError(
      "state_newer",
      `Cannot open the store (${file}): it has version ${found}, this program knows up to ${known}`,
      { advice: "run the newer version again, or restore the file from a backup" },
    );
  } finally {
    connection.close();
  }
}

/** Looking at a file in WAL mode makes files beside it; `immutable` makes none, and needs that there is no log to read. */
function untouched(file: string): string {
  if (existsSync(`${file}-wal`)) return file;
  const url = pathToFileURL(file);
  url.searchParams.set("immutable", "1");
  return url.href;
}

/** Inside the caller's transaction: the version changes with the tables or not at all. */
export function migrate(connection: Connection, steps: readonly string[]): void {
  const found = versionOf(connection);
  for (const step of steps.slice(found)) connection.exec(step);
  if (found < steps.length) connection.exec(`PRAGMA user_version = ${steps.length}`);
}

function versionOf(connection: Connection): number {
  return toNumber(connection.get("PRAGMA user_version")?.["user_version"]);
}
