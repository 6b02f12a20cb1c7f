import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import type { Engine } from "../../../sessions/engine.ts";
import { openSqliteEngine } from "../../../sessions/sqlite/sqlite-engine.ts";
import { bootId, key, messageId, outboxId, sessionId, settableClock, turnId } from "./samples.ts";

const ROUNDS = 12;
const CHATS = ["a", "b", "c", "d"];
const child = fileURLToPath(new URL("crash-child.ts", import.meta.url));

it(
  "[I01] [I03] [O01] what the store acknowledged survives SIGKILL, and entry and journal agree",
  { timeout: 60_000 },
  async () => {
    const directory = mkdtempSync(join(tmpdir(), "sluice-crash-"));
    const file = join(directory, "state.sqlite");
    try {
      let told = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        const lines = await untilKilled(file, round);
        told += lines.length;
        const engine = await openSqliteEngine({
          file,
          boot: bootId("check"),
          clock: settableClock(),
        });
        await nothingLost(engine, lines);
        await agree(engine, file);
        await engine.close();
      }
      expect(told).toBeGreaterThan(ROUNDS * 10);
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
);

/** What the child had told before it was killed, at a moment left to chance. */
async function untilKilled(file: string, round: number): Promise<string[]> {
  const run = spawn(process.execPath, [child, file, `r${round}`], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  run.stdout.setEncoding("utf8");
  run.stdout.on("data", (chunk: string) => {
    text += chunk;
  });
  await once(run.stdout, "data");
  setTimeout(() => run.kill("SIGKILL"), Math.random() * 60);
  const [, signal] = (await once(run, "close")) as [number | null, string | null];
  expect(signal).toBe("SIGKILL");
  // A line that was cut was not told.
  return text.split("\n").slice(0, -1);
}

async function nothingLost(engine: Engine, lines: readonly string[]): Promise<void> {
  for (const line of lines) {
    const [what, name = ""] = line.split(" ");
    const stored = await engine.message(messageId(name));
    expect(stored, line).not.toBeNull();
    if (what === "accepted") continue;
    const row = await engine.turn(turnId(name));
    expect(row, line).not.toBeNull();
    if (what === "claimed") continue;
    expect(row, line).toMatchObject({ phase: "ended", outcome: "completed" });
    expect(stored, line).toMatchObject({ state: "done" });
    expect(await engine.outboxRow(outboxId(name)), line).not.toBeNull();
  }
}

async function agree(engine: Engine, file: string): Promise<void> {
  const database = new DatabaseSync(file, { readOnly: true });
  const count = (sql: string, ...values: string[]): unknown =>
    database.prepare(`SELECT COUNT(*) AS n FROM ${sql}`).get(...values)?.["n"];
  expect(database.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
  for (const chat of CHATS) {
    const entry = await engine.session(key(chat));
    if (entry === null) {
      expect(count("turns WHERE key = ?", key(chat))).toBe(0);
      continue;
    }
    expect(entry.turns).toBe(count("turns WHERE key = ?", key(chat)));
    expect(
      count("session_index WHERE key = ? AND revision = ?", key(chat), String(entry.revision)),
    ).toBe(1);
    expect(count("turns WHERE key = ? AND phase <> 'ended'", key(chat))).toBe(
      entry.turn === null ? 0 : 1,
    );
    if (entry.turn !== null) {
      expect(await engine.turn(entry.turn.id)).toMatchObject({ phase: entry.turn.phase });
    }
    if (entry.last !== null) {
      expect(await engine.turn(entry.last.turn)).toMatchObject({
        phase: "ended",
        outcome: entry.last.outcome,
      });
    }
    const completed = count("turns WHERE key = ? AND outcome = 'completed'", key(chat));
    expect(count("outbox WHERE key = ?", key(chat))).toBe(completed);
    expect(count("inbox WHERE key = ? AND state = 'done'", key(chat))).toBe(completed);
    expect(count("transcript WHERE session = ?", sessionId(chat))).toBe(completed);
    expect(count("events WHERE key = ?", key(chat))).toBe(completed);
    const cursor = await engine.keyed("cursor", chat);
    expect(count("inbox WHERE key = ? AND external_id = ?", key(chat), String(cursor))).toBe(1);
  }
  database.close();
}
