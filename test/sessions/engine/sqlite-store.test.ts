import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Engine } from "../../../sessions/engine.ts";
import { openConnection } from "../../../sessions/sqlite/connection.ts";
import type { Value } from "../../../sessions/sqlite/connection.ts";
import { migrate } from "../../../sessions/sqlite/migration.ts";
import { createReads } from "../../../sessions/sqlite/reads.ts";
import { createTails } from "../../../sessions/sqlite/tails.ts";
import { STEPS } from "../../../sessions/sqlite/schema.ts";
import { createRowReader } from "../../../sessions/sqlite/row-reader.ts";
import { openSpaces } from "../../../sessions/sqlite/spaces.ts";
import { openSqliteEngine } from "../../../sessions/sqlite/sqlite-engine.ts";
import type { SqliteEngineOptions } from "../../../sessions/sqlite/sqlite-engine.ts";
import type { CorruptRow } from "../../../sessions/sqlite/table.ts";
import { createWriter } from "../../../sessions/sqlite/writer.ts";
import {
  BOOT,
  bootRow,
  event,
  item,
  key,
  messageId,
  outboxId,
  reply,
  running,
  said,
  session,
  sessionId,
  settableClock,
  turn,
  turnId,
} from "./samples.ts";

const LIMIT = { queueLimit: 100_000, keyed: [] };

let directory: string;
let file: string;
const engines: Engine[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sluice-store-"));
  file = join(directory, "state.sqlite");
});
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
  rmSync(directory, { recursive: true });
});

async function open(more: Partial<SqliteEngineOptions> = {}): Promise<Engine> {
  const engine = await openSqliteEngine({ file, boot: BOOT, clock: settableClock(), ...more });
  engines.push(engine);
  return engine;
}

const MOUNT = "/bin/mount";
const UNMOUNT = "/bin/umount";

/** A small disk of our own needs root on Linux. */
function canMount(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  const place = mkdtempSync(join(tmpdir(), "sluice-mount-"));
  try {
    execFileSync(MOUNT, ["-t", "tmpfs", "-o", "size=64k", "tmpfs", place], { stdio: "ignore" });
    execFileSync(UNMOUNT, [place]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(place, { recursive: true });
  }
}

/** Another program with the file open. */
function outside<Result>(action: (database: DatabaseSync) => Result): Result {
  const database = new DatabaseSync(file);
  try {
    return action(database);
  } finally {
    database.close();
  }
}

describe("versions of the store", () => {
  it("[C11] a store of a newer version is refused with advice, and nothing is changed", async () => {
    await (await open()).close();
    outside((database) => database.exec("PRAGMA user_version = 999"));
    const before = readFileSync(file);
    const names = readdirSync(directory);
    await expect(open()).rejects.toMatchObject({
      code: "state_newer",
      message: expect.stringContaining("version 999") as string,
      advice: expect.stringContaining("newer version") as string,
    });
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(directory)).toEqual(names);
  });

  it("[C11] an older store takes the steps that it lacks, all or none", () => {
    const connection = openConnection(file, { canWrite: true, busyMs: 0 });
    const steps = ["CREATE TABLE a (x)", "ALTER TABLE a ADD COLUMN y", "CREATE TABLE b (z)"];
    migrate(connection, steps.slice(0, 1));
    connection.exec("INSERT INTO a VALUES (1)");
    connection.exec("BEGIN");
    expect(() => migrate(connection, [...steps.slice(0, 2), "no such statement"])).toThrow(
      "syntax",
    );
    connection.exec("ROLLBACK");
    expect(connection.get("PRAGMA user_version")).toEqual({ user_version: 1 });
    migrate(connection, steps);
    expect(connection.get("SELECT x, y FROM a")).toEqual({ x: 1, y: null });
    expect(connection.all("SELECT * FROM b")).toEqual([]);
    migrate(connection, steps);
    expect(connection.get("PRAGMA user_version")).toEqual({ user_version: 3 });
    connection.close();
  });

  it("[C11] the boots of a store of before are read, without the times that nobody wrote", async () => {
    outside((database) => {
      database.exec(STEPS[0] ?? "");
      database.exec(
        "INSERT INTO boots (id, started_at, pid, ended) VALUES ('boot_old', 5, 9, NULL)",
      );
      database.exec("PRAGMA user_version = 1");
    });
    const engine = await open();
    const old = bootRow("old", { startedAt: 5, pid: 9 });
    expect(await engine.boots(9)).toEqual([old]);
    expect(await engine.lives({ from: 0, until: 9, limit: 9 })).toEqual([{ ...old, drains: [] }]);
    await engine.commit({ boot: { ...old, seenAt: 7 } });
    expect(await engine.boots(9)).toEqual([{ ...old, seenAt: 7 }]);
  });

  it("a file that is no store is refused and left alone", async () => {
    writeFileSync(file, "This is a letter, and a long one at that.\n".repeat(50));
    const before = readFileSync(file);
    await expect(open()).rejects.toMatchObject({ code: "store_corrupt" });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it("[C11] a newer store that was not closed is refused as well, and keeps its log", async () => {
    const engine = await open();
    await engine.accept([item("m1")], LIMIT);
    outside((database) => database.exec("PRAGMA user_version = 999"));
    const before = [readFileSync(file), readFileSync(`${file}-wal`)];
    await expect(open()).rejects.toMatchObject({ code: "state_newer" });
    const after = [readFileSync(file), readFileSync(`${file}-wal`)];
    expect(after.map((bytes, place) => before[place]?.equals(bytes))).toEqual([true, true]);
  });

  it("[C12] nothing that is read at boot walks through all rows", async () => {
    await open();
    const connection = openConnection(file, { canWrite: false, busyMs: 0 });
    const asked = new Set<string>();
    const recording = {
      ...connection,
      all: (sql: string, ...values: Value[]) => {
        asked.add(sql);
        return connection.all(sql, ...values);
      },
    };
    const reads = createReads({
      connection: recording,
      spaces: await openSpaces(recording),
      rows: createRowReader({ file, onCorrupt: () => {} }),
      tails: createTails(),
      clock: settableClock(),
      guard: async (action) => await action(),
    });
    await reads.openTurns();
    await reads.waiting();
    await reads.pendingCommands();
    await reads.outbox({ states: ["pending", "sending", "draft", "held"], after: 0, limit: 10 });
    await reads.outbox({ states: ["held"], after: 5, limit: 10 });
    await reads.requests({ key: null, onlyOpen: true });
    await reads.sessions({ statuses: ["running", "resume_pending"], limit: 10, after: null });
    await reads.sessions({ statuses: null, limit: 10, after: null });
    await reads.session(key("a"));
    await reads.queue(key("a"), 10);
    await reads.papers(turnId("t"));
    await reads.transcript(sessionId("a"), 10);
    await reads.deadMessages(10);
    await reads.keyed("cursor", "a");
    const plans = [...asked]
      .filter((sql) => sql.startsWith("SELECT"))
      .map((sql) =>
        connection
          .all(`EXPLAIN QUERY PLAN ${sql}`)
          .map((row) => String(row["detail"]))
          .join("; "),
      );
    connection.close();
    expect(plans.length).toBeGreaterThan(12);
    // A partial index is walked from end to end, and holds only what is open.
    const partial =
      /SCAN \w+ USING (COVERING )?INDEX (turns_open|inbox_queue|inbox_commands|inbox_dead|outbox_unsettled|requests_open)\b/g;
    expect(plans.filter((plan) => plan.replaceAll(partial, "").includes("SCAN"))).toEqual([]);
  });
});

it("the store is for its owner's eyes only", async () => {
  await open();
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(`${file}-wal`).mode & 0o777).toBe(0o600);
});

describe("damaged rows", () => {
  it("one damaged row of each kind stops neither boot nor the rows beside it", async () => {
    const found: CorruptRow[] = [];
    let engine = await open();
    await engine.accept([item("m1"), item("m2"), item("c", "c", { kind: "command" })], LIMIT);
    for (const chat of ["a", "b"]) {
      await engine.commit({
        session: session(chat, 1, { turn: running(chat) }),
        turn: turn(chat, chat),
        outbox: [reply(chat)],
        transcript: [{ op: "put", entry: said(`${chat}:1`, chat) }],
        events: [event(chat)],
      });
    }
    await engine.close();
    outside((database) => {
      const cut = (column: string) => `${column} = substr(${column}, 1, length(${column}) / 2)`;
      database.exec(`
        UPDATE inbox SET ${cut("message")} WHERE id IN ('msg_m1', 'msg_c');
        UPDATE keyv_session SET ${cut("value")} WHERE key = '${key("a")}';
        UPDATE turns SET ${cut("phase")} WHERE id = 'trn_a';
        UPDATE outbox SET ${cut("message")} WHERE id = 'out_a';
        UPDATE transcript SET ${cut("body")} WHERE id = 'a:1';
        UPDATE events SET ${cut("event")} WHERE key = '${key("a")}';
      `);
    });
    engine = await open({ onCorrupt: (row) => found.push(row) });
    expect((await engine.openTurns()).map((one) => one.id)).toEqual([turnId("b")]);
    expect((await engine.queue(key("a"), 9)).map((one) => one.id)).toEqual([messageId("m2")]);
    expect(await engine.pendingCommands()).toEqual([]);
    expect(await engine.waiting()).toMatchObject([{ key: key("a"), count: 2 }]);
    const outbox = await engine.outbox({ states: ["pending"], after: 0, limit: 9 });
    expect(outbox.map((one) => one.id)).toEqual([outboxId("b")]);
    const listed = await engine.sessions({ statuses: null, limit: 9, after: null });
    expect(listed.items.map((one) => one.key)).toEqual([key("b")]);
    expect(await engine.transcript(sessionId("a"), 9)).toHaveLength(1);
    expect(await engine.events({ after: 0, key: null, limit: 9 })).toHaveLength(1);
    expect(found.map((row) => `${row.table} ${row.id}`)).toEqual([
      "turns trn_a",
      "inbox msg_m1",
      "inbox msg_c",
      "outbox out_a",
      `keyv_session ${key("a")}`,
      "transcript ses_a/a:1",
      "events 1",
    ]);
    expect((await engine.queue(key("a"), 1)).map((one) => one.id)).toEqual([messageId("m2")]);
    await expect(engine.session(key("a"))).rejects.toMatchObject({
      code: "store_corrupt",
      message: expect.stringContaining(`row ${key("a")} of keyv_session`) as string,
    });
    await expect(engine.turn(turnId("a"))).rejects.toMatchObject({ code: "store_corrupt" });
    await expect(engine.message(messageId("m1"))).rejects.toMatchObject({ code: "store_corrupt" });
    await expect(engine.outboxRow(outboxId("a"))).rejects.toMatchObject({ code: "store_corrupt" });
    // The network brings it again: it must hear that we had it, and stops bringing it.
    const [again] = await engine.accept([item("m1")], LIMIT);
    expect(again).toMatchObject({
      outcome: "duplicate",
      item: { state: "dead", reason: "damaged" },
    });
    // What is damaged can be put aside without being read.
    const aside = {
      id: messageId("m1"),
      from: "queued",
      to: "dead",
      turn: null,
      reason: "damaged",
    } as const;
    expect(await engine.commit({ inbox: [aside] })).toMatchObject({ outcome: "committed" });
    await engine.forget(key("a"));
    expect(await engine.session(key("a"))).toBeNull();
    expect(await engine.commit({ session: session("a", 1) })).toMatchObject({
      outcome: "committed",
    });
  });

  it("an entry that lost its text is damaged, not missing", async () => {
    const engine = await open();
    await engine.commit({ session: session("a", 1) });
    outside((database) => database.exec("UPDATE keyv_session SET value = NULL"));
    await expect(engine.session(key("a"))).rejects.toMatchObject({ code: "store_corrupt" });
  });
});

describe("a store that cannot be written", () => {
  it("a full disk refuses with advice and keeps nothing of the unit; with room again writing goes on", async () => {
    const engine = await open({ pragmas: ["max_page_count = 120"] });
    const accepted: string[] = [];
    let refused = 0;
    for (let batch = 0; batch < 40 && refused === 0; batch += 1) {
      const names = Array.from({ length: 40 }, (_, place) => `m${batch}-${place}`);
      const outcomes = await Promise.allSettled(
        names.map((name) => engine.accept([item(name)], LIMIT)),
      );
      for (const [place, outcome] of outcomes.entries()) {
        if (outcome.status === "fulfilled") accepted.push(names[place] ?? "");
        else {
          refused += 1;
          expect(outcome.reason).toMatchObject({ code: "store_full" });
        }
      }
    }
    expect(refused).toBeGreaterThan(0);
    expect(accepted.length).toBeGreaterThan(0);
    const stored = await engine.queue(key("a"), 100_000);
    expect(stored.map((one) => one.message.externalId)).toEqual(accepted);
    // Room: rows go, their pages are free for new ones.
    outside((database) => database.exec("DELETE FROM inbox WHERE seq % 2 = 0"));
    expect(await engine.accept([item("later")], LIMIT)).toMatchObject([{ outcome: "new" }]);
    expect(await engine.message(messageId("later"))).not.toBeNull();
  });

  it.skipIf(!canMount())(
    "a disk that is really full refuses, and takes writes again when there is room",
    async () => {
      const disk = join(directory, "disk");
      mkdirSync(disk);
      execFileSync(MOUNT, ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]);
      try {
        const engine = await open({ file: join(disk, "state.sqlite") });
        await engine.accept([item("m1")], LIMIT);
        writeFileSync(join(disk, "ballast"), Buffer.alloc(250_000));
        let refusal: unknown = null;
        for (let n = 2; refusal === null; n += 1) {
          const batch = Array.from({ length: 20 }, (_, place) => item(`m${n}-${place}`));
          refusal = await engine.accept(batch, LIMIT).then(
            () => null,
            (error: unknown) => error,
          );
          if (refusal !== null) {
            expect(await engine.message(messageId(`m${n}-0`))).toBeNull();
            expect(await engine.message(messageId(`m${n - 1}-0`))).toEqual(
              n === 2 ? null : expect.anything(),
            );
          }
        }
        expect(refusal).toMatchObject({ code: "store_full" });
        rmSync(join(disk, "ballast"));
        expect(await engine.accept([item("later")], LIMIT)).toMatchObject([{ outcome: "new" }]);
        await engine.close();
      } finally {
        execFileSync(UNMOUNT, [disk]);
      }
    },
  );

  it("a store that may not be written is refused when it is opened", async () => {
    await (await open()).close();
    await expect(open({ pragmas: ["query_only = ON"] })).rejects.toMatchObject({
      code: "store_read_only",
    });
  });

  it("a locked store refuses for as long as it is locked", async () => {
    const engine = await open();
    await engine.accept([item("m1")], LIMIT);
    const other = new DatabaseSync(file);
    other.exec("BEGIN EXCLUSIVE");
    const writes = [
      engine.accept([item("m2")], LIMIT),
      engine.commit({ session: session("a", 1) }),
    ];
    for (const write of await Promise.allSettled(writes)) {
      expect(write).toMatchObject({ status: "rejected", reason: { code: "store_busy" } });
    }
    expect(await engine.queue(key("a"), 9)).toHaveLength(1);
    other.exec("ROLLBACK");
    other.close();
    expect(await engine.accept([item("m2")], LIMIT)).toMatchObject([{ outcome: "new" }]);
  });
});

describe("writes of one tick", () => {
  it("a unit that fails is undone alone, in the middle of others", async () => {
    const engine = await open();
    // A value that JSON cannot hold fails after the entry and the turn were written.
    const loop: Record<string, unknown> = {};
    loop["self"] = loop;
    const results = await Promise.allSettled([
      engine.commit({ session: session("a", 1), turn: turn("a") }),
      engine.commit({
        session: session("b", 1),
        turn: turn("b", "b"),
        keyed: [{ space: "settings", key: "k", value: loop, ttlMs: null }],
      }),
      engine.commit({ session: session("c", 1), turn: turn("c", "c") }),
    ]);
    expect(results.map((one) => one.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(results[1]).toMatchObject({ reason: { code: "store_failed" } });
    expect(await engine.session(key("b"))).toBeNull();
    expect(await engine.turn(turnId("b"))).toBeNull();
    expect(await engine.session(key("a"))).not.toBeNull();
    expect(await engine.session(key("c"))).not.toBeNull();
  });

  it("share one transaction of at most 64, in the order in which they were asked for", async () => {
    const connection = openConnection(file, { canWrite: true, busyMs: 0 });
    connection.exec("CREATE TABLE t (n)");
    let begun = 0;
    const writer = createWriter({
      ...connection,
      run: (sql, ...values) => {
        if (sql === "BEGIN IMMEDIATE") begun += 1;
        return connection.run(sql, ...values);
      },
    });
    const numbers = Array.from({ length: 100 }, (_, n) => n);
    await Promise.all(
      numbers.map((n) => writer.write(() => connection.run("INSERT INTO t VALUES (?)", n))),
    );
    expect(connection.all("SELECT n FROM t ORDER BY rowid").map((row) => row["n"])).toEqual(
      numbers,
    );
    expect(begun).toBe(2);
    connection.close();
  });

  it("run again when SQLite gave up the transaction, all but the one it failed on", async () => {
    const connection = openConnection(file, { canWrite: true, busyMs: 0 });
    connection.exec("CREATE TABLE t (n)");
    const writer = createWriter(connection);
    const insert = (n: number) => () => connection.run("INSERT INTO t VALUES (?)", n);
    const results = await Promise.allSettled([
      writer.write(insert(1)),
      writer.write(() => {
        connection.run("ROLLBACK");
        throw new Error("as a disk that is full may do");
      }),
      writer.write(insert(3)),
    ]);
    expect(results.map((one) => one.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(connection.all("SELECT n FROM t").map((row) => row["n"])).toEqual([1, 3]);
    connection.close();
  });

  it("a commit that fails rejects every unit, and nothing of them is kept", async () => {
    const connection = openConnection(file, { canWrite: true, busyMs: 0 });
    connection.exec("CREATE TABLE t (n)");
    let isBroken = true;
    const writer = createWriter({
      ...connection,
      run: (sql, ...values) => {
        if (sql === "COMMIT" && isBroken) throw new Error("disk");
        return connection.run(sql, ...values);
      },
    });
    const insert = (n: number) => () => connection.run("INSERT INTO t VALUES (?)", n);
    const results = await Promise.allSettled([writer.write(insert(1)), writer.write(insert(2))]);
    expect(results.map((one) => one.status)).toEqual(["rejected", "rejected"]);
    isBroken = false;
    await writer.write(insert(3));
    expect(connection.all("SELECT n FROM t").map((row) => row["n"])).toEqual([3]);
    connection.close();
  });

  it("a read in the middle of them sees nothing that is not committed", async () => {
    const engine = await open();
    const loop: Record<string, unknown> = {};
    loop["self"] = loop;
    const before = engine.commit({ session: session("a", 1) });
    // It is told of its failure while the transaction is still open.
    const failed = engine.commit({
      keyed: [{ space: "settings", key: "k", value: loop, ttlMs: null }],
    });
    const after = Array.from({ length: 50 }, (_, n) =>
      engine.commit({ session: session(`c${n}`, 1) }),
    );
    const seen = await failed.then(
      () => "committed",
      () => engine.session(key("a")),
    );
    await Promise.all([before, ...after]);
    expect(seen).toBeNull();
    expect(await engine.session(key("a"))).not.toBeNull();
  });
});
