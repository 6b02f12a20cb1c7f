import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connectControl } from "../../gateway/control/client.ts";
import { makeDirectory, startCli, type CliProcess } from "./cli.ts";

const PATIENCE = { timeout: 10_000, interval: 30 };

describe("start", () => {
  let directory: ReturnType<typeof makeDirectory>;
  let started: CliProcess;
  const start = async (): Promise<string> => {
    const file = join(directory.path, "config.yaml");
    const network = `{ adapter: local, port: ${await freePort()} }`;
    writeFileSync(file, `networks: { local: ${network} }\nhttp: { port: null }\n`);
    started = startCli(directory.path, ["start"]);
    return file;
  };
  const client = () => connectControl(join(directory.path, "control.sock"));
  const boot = async (): Promise<string | null> => {
    const status = await client()
      .status()
      .catch(() => null);
    return status?.phase === "running" ? status.boot : null;
  };
  const ready = async (other: string | null = null): Promise<string> => {
    await expect.poll(boot, PATIENCE).not.toSatisfy((now) => now === null || now === other);
    return (await boot()) ?? "";
  };

  beforeEach(() => {
    directory = makeDirectory();
  });
  afterEach(async () => {
    started.kill("SIGTERM");
    await started.result;
    directory.remove();
  });

  it("[X01][C08][X05] a gateway refuses a second one, comes back after a restart and a kill, stays away after a stop, and shows no token", async () => {
    await start();
    const first = await ready();
    const { pid } = await client().status();
    const another = await startCli(directory.path, ["start"]).result;
    expect(another.code).toBe(78);
    expect(another.err).toContain(String(pid));
    expect(started.out()).toMatch(/^Local chat on http:\/\/127\.0\.0\.1:\d+ .*local-token\)\n/);
    const restart = await startCli(directory.path, ["restart", "--json"]).result;
    const second = (JSON.parse(restart.out) as { boot: string }).boot;
    expect(second).not.toBe(first);
    process.kill((await client().status()).pid, "SIGKILL");
    const third = await ready(second);
    expect(third).not.toBe(first);
    const stop = await startCli(directory.path, ["stop"]).result;
    expect(stop).toMatchObject({ code: 0 });
    const { code, out, err } = await started.result;
    expect(code).toBe(0);
    const token = readFileSync(join(directory.path, "local-token"), "utf8").trim();
    expect(token.length).toBeGreaterThan(20);
    expect(out + err).not.toContain(token);
  });

  it("[D01] a gateway drains and stops by itself when its supervisor is killed", async () => {
    await start();
    await ready();
    const { pid } = await client().status();
    started.kill("SIGKILL");
    await expect.poll(() => isAlive(pid), PATIENCE).toBe(false);
    expect(existsSync(join(directory.path, ".clean_shutdown"))).toBe(true);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
