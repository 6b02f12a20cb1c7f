import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { Child, ChildOptions } from "../../../workers/process/child-process.ts";
import { startChild } from "../../../workers/process/child-process.ts";
import type { Ledger } from "../ledger.ts";
import { bareEnvironment, createLedger, createTestLog, realClock, until } from "../ledger.ts";

describe("a child process", () => {
  let ledger: Ledger;
  let lines: string[];
  let log: ReturnType<typeof createTestLog>;

  beforeEach(() => {
    ledger = createLedger();
    lines = [];
    log = createTestLog();
  });

  afterEach(async () => {
    const left = await ledger.alive();
    await ledger.killAll();
    expect(left, "processes left behind").toEqual([]);
  });

  const start = (script: string, more: Partial<ChildOptions> = {}): Promise<Child> =>
    startChild({
      command: "/bin/sh",
      args: ["-c", script],
      environment: bareEnvironment,
      name: "test-1",
      host: ledger,
      clock: realClock,
      log,
      onLine: (line) => lines.push(line),
      ...more,
    });

  it("[W02] inherits what it is given and its marker, and nothing else", async () => {
    const child = await start("env", { environment: { PATH: "/usr/bin:/bin", GIVEN: "yes" } });
    await child.closed;
    const names = lines.map((line) => line.split("=")[0]).filter((name) => name !== "_");
    expect(new Set(names)).toEqual(new Set(["GIVEN", "PATH", "PWD", "SLUICE_WORKER"]));
    expect(lines).toContain(`SLUICE_WORKER=${ledger.marker}.test-1`);
  });

  it("[W02] leads a process group of its own, in the working folder it is given", async () => {
    const child = await start("pwd; cut -d' ' -f5 /proc/self/stat", { cwd: "/usr" });
    await child.closed;
    expect(lines).toEqual(["/usr", String(child.pid)]);
  });

  it("takes JSON lines in and gives its lines out, whatever they hold", async () => {
    const child = await start("cat");
    child.send({ text: "ü🚀" });
    child.send({ text: "two\nlines" });
    await until("both came back", () => lines.length === 2);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { text: "ü🚀" },
      { text: "two\nlines" },
    ]);
    await child.stop(1000);
    expect(() => child.send({ text: "too late" })).not.toThrow();
  });

  it("takes a text whole with EOF, and gives its output as it came", async () => {
    let text = "";
    const output = { push: (chunk: string) => void (text += chunk), end: () => undefined };
    const child = await start("cat; echo; printf end", { output });
    child.finish("two\n\nlines");
    child.finish("too late");
    await child.closed;
    expect(text).toBe("two\n\nlines\nend");
    expect(lines).toEqual([]);
  });

  it("[W13] a line above 8 MiB is dropped and the next one is read", async () => {
    const child = await start("head -c 9000000 /dev/zero | tr '\\0' x; echo; echo after");
    await child.closed;
    expect(lines).toEqual(["after"]);
    expect(log.lines.map(({ message }) => message)).toEqual(["worker line too long, dropped"]);
  });

  it("[W12] its last 20 lines of stderr are kept, secrets masked", async () => {
    const environment = { ...bareEnvironment, API_TOKEN: "sk-very-secret" };
    const child = await start('seq 1 30 >&2; echo "with $API_TOKEN" >&2; exit 3', { environment });
    const { code, stderr } = await child.closed;
    expect(code).toBe(3);
    expect(stderr).toHaveLength(20);
    expect(stderr.at(0)).toBe("12");
    expect(stderr.at(-1)).toBe("with ***");
  });

  it("[W03] a stop is EOF and TERM together", async () => {
    const reader = await start("trap '' TERM; echo up; cat >/dev/null; echo eof");
    const trap = "trap 'echo term; exit 0' TERM; echo up; while :; do sleep 0.02; done";
    const trapper = await start(trap, { name: "test-2" });
    await until("both are up", () => lines.length === 2);
    await Promise.all([reader.stop(5000), trapper.stop(5000)]);
    expect(lines).toContain("eof");
    expect(lines).toContain("term");
  });

  it("[W03] after the grace the group and all that carry the marker are killed", async () => {
    const script = `trap '' TERM
      (trap '' TERM; setsid sh -c "trap '' TERM; while :; do sleep 0.1; done" </dev/null >/dev/null 2>&1 &)
      while :; do sleep 0.1; done`;
    const child = await start(`echo up; ${script}`);
    await until("it is up", () => lines.length === 1);
    await until("its escaped child runs", async () => {
      const groups = new Set((await ledger.alive()).map((one) => one.group));
      return groups.size === 2;
    });
    const begunAt = performance.now();
    await child.stop(150);
    expect(performance.now() - begunAt).toBeGreaterThanOrEqual(145);
    expect(await ledger.alive()).toEqual([]);
    expect(await child.closed).toMatchObject({ code: null, signal: "SIGKILL" });
  });

  it("[W03] a second stop with less grace shortens the first", async () => {
    const child = await start("trap '' TERM; echo up; while :; do sleep 0.05; done");
    await until("it is up", () => lines.length === 1);
    const first = child.stop(60_000);
    await child.stop(0);
    await first;
    expect(ledger.rows.size).toBe(0);
  });

  it("[W04] its end is seen although something it started holds its pipes", async () => {
    const child = await start("sleep 60 & echo last words");
    await child.closed;
    expect(lines).toEqual(["last words"]);
  });

  it("[W04] its end is seen although a stranger holds its pipes", async () => {
    const child = await start("echo $$; env -i /usr/bin/setsid /bin/sleep 3 & sleep 0.1");
    const begunAt = performance.now();
    await child.closed;
    expect(performance.now() - begunAt).toBeLessThan(2500);
  });

  it("[W04] everything it said before its end is read before its end is told", async () => {
    const child = await start("seq 1 20000; kill -9 $$");
    expect(await child.closed).toMatchObject({ code: null, signal: "SIGKILL" });
    expect(lines).toHaveLength(20_000);
    expect(lines.at(-1)).toBe("20000");
  });

  it.each([
    ["kill -9 $$", true],
    ["sh -c 'kill -9 $$'; exit $?", true],
    ["kill -TERM $$", false],
    ["exit 1", false],
  ] as const)("that ends with %s was killed from outside: %s", async (script, isKilled) => {
    const child = await start(script);
    expect(await child.closed).toMatchObject({ isKilled });
    const told = log.lines.map(({ message }) => message).join("\n");
    expect(told.includes("killed from outside, perhaps because memory ran out")).toBe(isKilled);
  });

  it.each(["kill", "stop"] as const)(
    "that we ended by %s was not killed from outside",
    async (how) => {
      const child = await start("trap '' TERM; echo up; while :; do sleep 0.05; done");
      await until("it is up", () => lines.length === 1);
      void child[how](0);
      expect(await child.closed).toMatchObject({ signal: "SIGKILL", isKilled: false });
      expect(log.lines).toEqual([]);
    },
  );

  it.skipIf(process.platform !== "linux")(
    "is what the kernel takes before the gateway when memory runs out, with all that it starts",
    async () => {
      const child = await start("cat /proc/$$/oom_score_adj; cat /proc/self/oom_score_adj");
      await child.closed;
      expect(lines).toEqual(["1000", "1000"]);
      expect(Number(readFileSync("/proc/self/oom_score_adj", "utf8"))).toBeLessThan(1000);
    },
  );

  it("a program that does not exist rejects and leaves no row", async () => {
    await expect(start("", { command: "/nowhere/agent" })).rejects.toThrow("ENOENT");
    expect(ledger.history).toEqual([]);
  });

  it("a ledger that cannot store its end hides it from nobody", async () => {
    const host = { ...ledger, ended: async () => Promise.reject(new Error("store is closed")) };
    const child = await start("true", { host });
    await child.stop(100);
    expect(log.lines.map(({ message }) => message)).toEqual(["end of worker process not stored"]);
  });
});
