import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, expect, it } from "vitest";

import { backUp } from "../../../gateway/backup/back-up.ts";
import type { BootId } from "../../../sessions/ids.ts";
import { realClock } from "../../../sessions/real-time.ts";
import { openBackup } from "../../../sessions/sqlite/backup-file.ts";
import { openSqliteEngine } from "../../../sessions/sqlite/sqlite-engine.ts";

let directory: string;
let stateDir: string;
let writer: Worker | null = null;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "sluice-busy-files-"));
  stateDir = join(directory, "state");
  mkdirSync(join(stateDir, "files", "chat-local"), { recursive: true });
  const file = join(stateDir, "sluice.sqlite");
  await (await openSqliteEngine({ file, boot: "boot_1" as BootId, clock: realClock })).close();
});
afterEach(async () => {
  await writer?.terminate();
  rmSync(directory, { recursive: true, force: true });
});

/** As the local chat does it: the bytes, and then the row that makes them count. */
const WRITER = `
  const { workerData, parentPort } = require("node:worker_threads");
  const { writeFileSync } = require("node:fs");
  const { DatabaseSync } = require("node:sqlite");
  const database = new DatabaseSync(workerData + "/chat-local.sqlite", { timeout: 5000 });
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; CREATE TABLE files (id TEXT)");
  const add = database.prepare("INSERT INTO files VALUES (?)");
  for (let count = 0; ; count += 1) {
    writeFileSync(workerData + "/files/chat-local/fil_" + count, "bytes");
    add.run("fil_" + count);
    if (count === 20) parentPort.postMessage("busy");
  }
`;

/** Files that the chat in a backup tells of, and those that the backup has no bytes of. */
function filesIn(file: string): { told: number; missing: readonly string[] } {
  const backup = openBackup(file);
  const paths = new Set(backup.paths);
  const chat = `${file}.chat`;
  writeFileSync(chat, backup.bytes("chat-local.sqlite"));
  backup.close();
  const database = new DatabaseSync(chat, { readOnly: true });
  const ids = database
    .prepare("SELECT id FROM files")
    .all()
    .map(({ id }) => String(id));
  database.close();
  return { told: ids.length, missing: ids.filter((id) => !paths.has(`files/chat-local/${id}`)) };
}

it("a backup has the bytes of each file that a chat in it tells of, however many come meanwhile", async () => {
  writer = new Worker(WRITER, { eval: true, workerData: stateDir });
  await once(writer, "message");
  const files = Array.from({ length: 8 }, (_, count) => join(directory, `${count}.backup`));
  for (const file of files) backUp(stateDir, { file, version: "test", now: 1 });
  await writer.terminate();
  for (const { told, missing } of files.map(filesIn)) {
    expect(told).toBeGreaterThan(20);
    expect(missing).toEqual([]);
  }
});
