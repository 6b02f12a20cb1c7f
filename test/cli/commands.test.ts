import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serveControl, type ControlServer } from "../../gateway/control/serve-control.ts";
import { aSession, holdOperations, type HeldOperations } from "../control/held-operations.ts";
import { makeDirectory, speak, startCli, type CliResult } from "./cli.ts";

const quiet = { info: () => {}, error: () => {} };

describe("command line against a gateway", () => {
  const directory = makeDirectory();
  let operations: HeldOperations;
  let server: ControlServer;
  const cli = (words: string, environment: Record<string, string> = {}): Promise<CliResult> =>
    startCli(directory.path, words.split(" "), environment).result;

  beforeAll(async () => {
    operations = holdOperations();
    operations.held.sessions.push(aSession("local:main:stuck", { status: "suspended" }));
    const socket = join(directory.path, "control.sock");
    server = await serveControl({ operations, socket, log: quiet });
  });
  afterAll(async () => {
    await server.close();
    directory.remove();
  });

  it("status shows the gateway in aligned lines", async () => {
    const { code, out } = await cli("status");
    expect(code).toBe(0);
    expect(out).toContain("gateway   running, up 1 h 2 min, version 0.1.0\n");
    expect(out).toContain("turns     1 running, 1 awaiting input (of 64)\n");
    expect(out).toContain("queue     3 messages waiting, the oldest for 1.5 s\n");
    expect(out).toContain("adapters  local/main    connected\n          telegram/bot  retrying");
  });

  it.each([
    ["status", { phase: "running", boot: "boot_1" }],
    ["restart --plan", { worstCaseMs: 65_000 }],
    ["sessions list", { next: null }],
    ["sessions list --status running --limit 1", { items: [{ key: "local:main:work" }] }],
    ["sessions show local:main:home", { key: "local:main:home", turns: 4 }],
    ["sessions resume local:main:stuck", { key: "local:main:stuck", done: true }],
    ["sessions release local:main:stuck", { key: "local:main:stuck", done: true }],
    ["sessions stop local:main:work", { done: true }],
    ["grants list", { items: [{ id: "req_0", worker: "demo" }] }],
    ["grants revoke req_0", { id: "req_0", done: true }],
    ["deadletters list", { items: [{ id: "out_1", kind: "reply" }] }],
    ["fate msg_1", { id: "msg_1", at: "queued", behind: 2 }],
    ["completion bash", { shell: "bash" }],
    ["drain --no-wait", { outcome: "under_way", drain: { phase: "waiting" } }],
    ["undrain", { drain: { phase: "cancelled" } }],
  ])("%s prints one JSON document when asked for JSON", async (words, expected) => {
    const { code, out } = await speak(directory.path, ["--json", ...words.split(" ")]);
    expect(JSON.parse(out)).toMatchObject(expected);
    expect(code).toBe(0);
  });

  it("--json holds wherever it stands", async () => {
    expect(JSON.parse((await cli("sessions list --json")).out)).toMatchObject({ next: null });
  });

  it("sessions and dead letters are listed for people", async () => {
    const people = (words: string) => speak(directory.path, words.split(" "));
    expect((await people("sessions list")).out).toMatch(/^SESSION +STATUS +TURNS/);
    expect((await people("deadletters list")).out).toMatch(
      /out_1 +reply +local:main:home .*chat is gone/,
    );
    expect((await people("grants list")).out).toBe("Nothing is allowed for good.\n");
    operations.held.grants = [...holdOperations().held.grants];
    expect((await people("grants list")).out).toMatch(
      /^ID +SESSION .*\nreq_0 +local:main:home +demo +ann .* rm x\n$/,
    );
    expect((await people("fate msg_1")).out).toBe("msg_1: queued behind 2\n");
  });

  it("an act that found nothing to do says so and fails", async () => {
    const nothing = await cli("sessions forget local:main:nowhere");
    expect(nothing).toMatchObject({ code: 1, err: "" });
    expect(nothing.out).toContain("no such session");
    expect(await cli("grants revoke req_9")).toMatchObject({ code: 1 });
    expect(await cli("deadletters retry out_9 --json")).toMatchObject({ code: 1 });
  });

  it("a refusal of the gateway is told with its advice", async () => {
    const { code, out, err } = await cli("sessions show nowhere --json");
    expect(code).toBe(1);
    expect(err).toMatch(
      /^sluice: "nowhere" is not a session key: write it as network:account:chat/,
    );
    expect(JSON.parse(out)).toMatchObject({ error: { code: "control_refused" } });
  });

  it("[D10] a worker that asks for a restart is named, and is not made to wait for itself", async () => {
    operations.held.asked.length = 0;
    operations.held.drain = null;
    const { code, err } = await cli("restart --force", { SLUICE_WORKER: "abc.boot_1" });
    expect(operations.held.asked).toMatchObject([
      { then: "restart", timeoutMs: 0, worker: "abc.boot_1" },
    ]);
    expect(code).toBe(0);
    expect(err).toContain("goes on without this command");
  });

  it("a timeout is given in seconds, and nonsense is refused before the gateway is asked", async () => {
    operations.held.asked.length = 0;
    operations.held.drain = null;
    await cli("stop --timeout 2.5 --no-wait");
    expect(operations.held.asked).toMatchObject([{ then: "stop", timeoutMs: 2500, worker: null }]);
    const bad = await cli("stop --timeout soon");
    expect(bad.code).toBe(2);
    expect(bad.err).toContain('--timeout says "soon": give a number of seconds');
    expect(operations.held.asked).toHaveLength(1);
  });

  it("restart is refused while the configuration is broken, and nothing is asked", async () => {
    operations.held.asked.length = 0;
    const file = join(directory.path, "broken.yaml");
    writeFileSync(file, "turns:\n  atOnce: many\n");
    const { code, err } = await cli(`restart --config ${file}`);
    expect(code).toBe(78);
    expect(err).toContain("atOnce");
    expect(operations.held.asked).toEqual([]);
  });

  it("status reaches the gateway although the configuration has a mistake and a missing secret", async () => {
    const file = join(directory.path, "mistaken.yaml");
    writeFileSync(
      file,
      "turns:\n  atOnce: many\nnetworks:\n  local: { adapter: local, token: { env: NOWHERE } }\n",
    );
    expect((await cli(`status --config ${file}`)).code).toBe(0);
  });
});

describe("command line on its own", () => {
  const directory = makeDirectory();
  afterAll(() => directory.remove());
  const cli = (words: readonly string[]): Promise<CliResult> =>
    startCli(directory.path, words).result;

  it.each([
    [["statu"], "sluice: unknown command 'statu'\n(Did you mean status?)"],
    [["status", "--jsn"], "sluice: unknown option '--jsn'\n(Did you mean --json?)"],
    [["fate"], "sluice: missing required argument 'message'"],
    [["sessions", "lst"], "sluice: unknown command 'lst'\n(Did you mean list?)"],
    [["sessions", "list", "-n", "few"], "Give a whole number"],
    [["completion", "csh"], "Allowed choices are bash, zsh, fish"],
  ])("%j is answered with what is wrong and where help is, exit 2", async (words, said) => {
    const { code, err } = await speak(directory.path, words);
    expect(code).toBe(2);
    expect(err).toContain(said);
    expect(err).toContain("--help)");
  });

  it("a mistake in the words is JSON too when JSON was asked for", async () => {
    const { out } = await cli(["statu", "--json"]);
    expect(JSON.parse(out)).toMatchObject({ error: { code: "usage" } });
  });

  it("a gateway that does not run is told with the socket and what to do, exit 1", async () => {
    const { code, err } = await cli(["status"]);
    expect(code).toBe(1);
    expect(err).toContain("No gateway seems to run");
    expect(err).toContain(join(directory.path, "control.sock"));
    expect(err).toContain("sluice start");
  });

  it("[X06] a broken configuration ends run and start with 78 before anything starts", async () => {
    const file = join(directory.path, "broken.yaml");
    writeFileSync(file, "turns:\n  atOnc: 3\n");
    for (const command of ["run", "start"]) {
      const { code, err } = await cli([command, "--config", file]);
      expect(code).toBe(78);
      expect(err).toMatch(/broken\.yaml\n.*line 2, column 3: turns\.atOnc.*atOnce/);
    }
  });

  it("help of a command names the options that all commands have", async () => {
    const { code, out } = await cli(["restart", "--help"]);
    expect(code).toBe(0);
    for (const option of ["--plan", "--force", "--timeout", "--state-dir", "--json"]) {
      expect(out).toContain(option);
    }
  });
});
