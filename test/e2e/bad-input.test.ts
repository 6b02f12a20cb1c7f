import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, describe, expect, it } from "vitest";
import { freePort, never, openHouse, PATIENCE, type House } from "./house.ts";

describe("a start that cannot be", () => {
  let house: House;
  afterEach(() => house.close());

  /** Config as it stands, with one part replaced. */
  const rewrite = (change: (yaml: string) => string): void =>
    writeFileSync(house.config, change(readFileSync(house.config, "utf8")));

  /** Both ways to start refuse it with 78, say the same, and leave nothing. */
  const refused = async (...words: readonly (string | RegExp)[]): Promise<void> => {
    for (const command of ["run", "start"]) {
      const { code, err } = await house.cli([command]);
      expect(code, err).toBe(78);
      for (const word of words) expect(err).toMatch(word);
      expect(err).not.toMatch(/^ +at /m);
    }
  };

  it.each([
    ["broken YAML", (yaml: string) => `${yaml}turns: [1, 2\n`, [/line \d+, column \d+/]],
    [
      "an unknown key",
      (yaml: string) => `${yaml}turns: { atOnec: 3 }\n`,
      [/line 5, column \d+: turns\.atOnec/, /did you mean atOnce/],
    ],
    [
      "a wrong type",
      (yaml: string) => `${yaml}turns: { atOnce: many }\n`,
      [/line 5, column \d+: turns\.atOnce: found "many", wanted/],
    ],
    [
      "a secret that is not there",
      (yaml: string) => yaml.replace(/token: \{.*?\}/, "token: { env: NO_SUCH_TOKEN }"),
      [/line 2, column \d+: networks\.local\.token: .*NO_SUCH_TOKEN is not set/],
    ],
  ] as const)("[X01][X06] %s is refused with its place", async (_, change, words) => {
    house = await openHouse();
    rewrite(change);
    await refused(house.config, ...words);
  });

  it("[X06] a configuration that was named and is not there is refused", async () => {
    house = await openHouse();
    const { code, err } = await house.cli(["run", "--config", "/nowhere/config.yaml"]);
    expect(code).toBe(78);
    expect(err).toContain("/nowhere/config.yaml");
  });

  describe("on a port that is in use", () => {
    let other: Server;
    afterEach(() => new Promise<void>((resolve) => void other.close(() => resolve())));
    const take = (port: number): Promise<void> =>
      new Promise((resolve) => {
        other = createServer().listen(port, "127.0.0.1", resolve);
      });

    it("[X01][C07] says which one and what to set, for the local chat", async () => {
      house = await openHouse();
      await take(house.port);
      await refused(`127.0.0.1:${house.port}`, /another program has this port/, /`port`/);
    });

    it("[X01][C07] says which one and what to set, for health and metrics", async () => {
      const port = await freePort();
      house = await openHouse();
      rewrite((yaml) => yaml.replace("http: { port: null }", `http: { port: ${port} }`));
      await take(port);
      await refused(`127.0.0.1:${port}`, /another program/, /http\.port/);
    });
  });

  it("[C08] a second gateway on one state directory is refused by the name of the first, which goes on", async () => {
    house = await openHouse();
    await house.run();
    const { pid, boot } = await house.control.status();
    const port = await freePort();
    rewrite((yaml) => yaml.replace(`port: ${house.port}`, `port: ${port}`));
    await refused(house.stateDir, `process ${pid} `, boot, /--state-dir/);
    await house.say("echo still here");
    await expect.poll(() => house.said(), PATIENCE).toEqual(["still here"]);
  });

  it("[C11][X01] a state of a newer version is refused and stays as it is", async () => {
    house = await openHouse();
    const program = await house.run();
    program.kill("SIGTERM");
    await program.ended;
    const file = join(house.stateDir, "sluice.sqlite");
    const database = new DatabaseSync(file);
    database.exec("PRAGMA user_version = 999; PRAGMA wal_checkpoint(TRUNCATE)");
    database.close();
    const before = readFileSync(file);
    const marker = readFileSync(join(house.stateDir, ".clean_shutdown"));
    await refused(file, /version 999/, /newer version/);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readFileSync(join(house.stateDir, ".clean_shutdown")).equals(marker)).toBe(true);
  });

  it("[X01] a state directory that cannot be made is refused", async () => {
    house = await openHouse();
    writeFileSync(house.stateDir, "");
    await refused(house.stateDir, /--state-dir/);
    const below = join(house.stateDir, "below");
    rewrite((yaml) => yaml.replace(`stateDir: ${house.stateDir}`, `stateDir: ${below}`));
    await refused(below, /--state-dir/);
  });
});

describe("a store with a row cut in half", () => {
  let house: House;
  afterEach(() => house.close());

  it("[C06][C09] stops what the row belongs to, is named in the log, and nobody else waits for it", async () => {
    house = await openHouse();
    const first = await house.run();
    const chats = ["entry", "queue", "talk", "well"];
    for (const chat of chats) await house.say("echo before", { chat });
    for (const chat of chats) {
      await expect.poll(() => house.said(chat), PATIENCE).toEqual(["before"]);
    }
    await house.say("hang", { chat: "queue" });
    await expect.poll(async () => (await house.control.status()).turns.running, PATIENCE).toBe(1);
    await house.say("echo behind", { chat: "queue" });
    first.kill("SIGKILL");
    await first.ended;
    const database = new DatabaseSync(join(house.stateDir, "sluice.sqlite"));
    const cut = (sql: string, ...values: string[]): string => {
      const row = database.prepare(`${sql} RETURNING *`).get(...values) ?? {};
      return String(row["id"] ?? row["key"]);
    };
    const half = (column: string): string =>
      `${column} = substr(${column}, 1, length(${column}) / 2)`;
    const entry = cut(
      `UPDATE keyv_session SET ${half("value")} WHERE key LIKE '%local:main:entry'`,
    );
    const message = cut(`UPDATE inbox SET ${half("message")} WHERE message LIKE '%echo behind%'`);
    const said = cut(
      `UPDATE transcript SET ${half("body")} WHERE seq =
        (SELECT MIN(seq) FROM transcript WHERE turn IN (SELECT id FROM turns WHERE key = 'local:main:talk'))`,
    );
    database.close();
    const second = await house.run();
    for (const chat of chats) await house.say(`echo after in ${chat}`, { chat });
    for (const chat of ["talk", "well", "queue"]) {
      await expect.poll(() => house.said(chat), PATIENCE).toContain(`after in ${chat}`);
    }
    const lines = second.out().split("\n");
    const told = (table: string, id: string): readonly string[] =>
      lines.filter((line) => line.includes(`"table":"${table}"`) && line.includes(id));
    expect(told("inbox", message)).toHaveLength(1);
    expect(told("transcript", said)).toHaveLength(1);
    const stopped = lines.filter((line) => line.includes("a turn could not begin"));
    expect(stopped).toHaveLength(1);
    expect(stopped[0]).toContain(`row ${entry} of keyv_session is damaged`);
    expect(stopped[0]).toContain("forget that session");

    expect(await house.said("entry")).toEqual(["before"]);
    const forgotten = await house.cli(["sessions", "forget", "local:main:entry"]);
    expect(forgotten.code, forgotten.err).toBe(0);
    const [letter] = await house.control.deadLetters(10);
    expect((await house.cli(["deadletters", "retry", letter?.id ?? ""])).code).toBe(0);
    await expect.poll(() => house.said("entry"), PATIENCE).toEqual(["before", "after in entry"]);
  });
});

describe("a message that cannot be taken", () => {
  let house: House;
  afterEach(() => house.close());

  const post = (body: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${house.port}/v1/chats/home/messages`, {
      method: "POST",
      headers: { Authorization: `Bearer ${house.token}`, "Content-Type": "application/json" },
      body,
    });
  const residentKb = (pid: number): number =>
    Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);

  it("[I06] is answered: 10 MB with 413, nothing with 400, no JSON with 400, and memory stays", async () => {
    house = await openHouse();
    const { pid } = await house.run();
    const before = residentKb(pid);
    const large = JSON.stringify({ text: "x".repeat(10 * 1024 * 1024) });
    for (let time = 0; time < 5; time += 1) {
      // The gateway may hang up while the body is still on its way.
      const status = await post(large).then(
        (response) => response.status,
        () => 413,
      );
      expect(status).toBe(413);
    }
    expect(residentKb(pid) - before).toBeLessThan(30_000);
    for (const body of ['{"text":""}', '{"text":" \\n "}', "{", "[]", '{"text":1}']) {
      expect((await post(body)).status, body).toBe(400);
    }
    const edge = "y".repeat(200_000);
    expect((await post(JSON.stringify({ text: `echo ${edge}` }))).status).toBe(201);
    // The answer is as long, and goes as its beginning and a file.
    const sizes = async (): Promise<readonly number[]> =>
      (await house.shown()).flatMap(({ files }) => files.map(({ size }) => size));
    await expect.poll(sizes, PATIENCE).toEqual([edge.length]);
  });

  it("[I04][I06][B01] of 1,000 at once 101 at most are taken, the others are told when to come again, and each is answered once and in order", async () => {
    house = await openHouse();
    await house.run();
    const chat = house.chat();
    const all = Array.from({ length: 1000 }, (_, index) => `m${index}`);
    const posted = await Promise.all(
      all.map((id) => chat.say(`echo ${id}`, { id, signal: never })),
    );
    const taken = all.filter((_, index) => posted[index]?.outcome === "taken");
    const again = posted.filter((one) => one.outcome === "again");
    expect(taken.length + again.length).toBe(1000);
    expect(taken.length).toBeGreaterThanOrEqual(100);
    expect(again.length).toBeGreaterThan(0);
    for (const one of again) expect(one.afterMs, one.reason).toBeGreaterThan(0);
    await expect.poll(async () => (await house.said()).length, PATIENCE).toBe(taken.length);
    const answered = await house.said();
    const stored = (await house.shown())
      .filter(({ from }) => from.kind === "person")
      .map(({ text }) => text.slice("echo ".length));
    expect(new Set(answered)).toEqual(new Set(taken));
    expect(answered).toHaveLength(taken.length);
    expect(answered).toEqual(stored);
  });
});
