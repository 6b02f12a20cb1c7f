import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";

import { acquireInstanceLock } from "../../gateway/instance/lock.ts";
import type { Clock } from "../../sessions/clock.ts";
import { SluiceError } from "../../sessions/errors.ts";
import type { BootId } from "../../sessions/ids.ts";

const answer = z.object({
  held: z.boolean(),
  boot: z.string().optional(),
  pid: z.number().optional(),
  code: z.string().optional(),
  message: z.string().default(""),
});

interface Holder {
  readonly child: ChildProcess;
  readonly answer: z.output<typeof answer>;
}

const clock: Clock = { now: () => 1_000, monotonic: () => 0, timer: () => ({ cancel: () => {} }) };
const BOOT = "boot_here" as BootId;
const children: ChildProcess[] = [];
let stateDir: string;

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), "sluice-instance-"));
});

afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => end(child, "SIGKILL")));
  rmSync(stateDir, { recursive: true, force: true });
});

async function gateway(directory = stateDir): Promise<Holder> {
  const script = join(import.meta.dirname, "hold-lock.ts");
  const child = spawn(process.execPath, [script, directory], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout });
  const [line] = z.tuple([z.string()]).parse(await once(lines, "line"));
  return { child, answer: answer.parse(JSON.parse(line)) };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill(signal);
  await gone;
}

function acquire(directory = stateDir): ReturnType<typeof acquireInstanceLock> {
  return acquireInstanceLock({
    stateDir: directory,
    boot: BOOT,
    pid: process.pid,
    version: "1",
    clock,
  });
}

function refusal(directory = stateDir): SluiceError {
  try {
    acquire(directory).release();
  } catch (error) {
    if (error instanceof SluiceError) return error;
    throw error;
  }
  throw new Error("the lock was given");
}

describe("the instance lock", () => {
  it("[C08] refuses a second gateway and names the first", async () => {
    const first = await gateway();
    expect(first.answer.held).toBe(true);
    const second = await gateway();
    expect(second.answer).toMatchObject({ held: false, code: "state_locked" });
    expect(second.answer.message).toContain(stateDir);
    expect(second.answer.message).toContain(
      `process ${first.answer.pid} (boot ${first.answer.boot}`,
    );
    expect(second.answer.message).toContain("--state-dir");
  });

  it("[C08] is free again when its holder was killed", async () => {
    const first = await gateway();
    await end(first.child, "SIGKILL");
    // What a SIGKILL leaves: the name of a dead process.
    expect(readFileSync(join(stateDir, "gateway.json"), "utf8")).toContain(`${first.answer.boot}`);
    expect((await gateway()).answer.held).toBe(true);
  });

  it("[C08] is not held by a process whose pid was that of the last holder", () => {
    const reused = {
      pid: process.ppid,
      startTime: "1@other",
      boot: "boot_old",
      since: 0,
      version: "0",
    };
    writeFileSync(join(stateDir, "gateway.json"), JSON.stringify(reused));
    const lock = acquire();
    expect(readFileSync(join(stateDir, "gateway.json"), "utf8")).toContain(`"pid":${process.pid}`);
    lock.release();
  });

  it("[C08] never blames a dead holder for what a living one holds", async () => {
    await gateway();
    const dead = { pid: 2 ** 22, startTime: "1@other", boot: "boot_old", since: 0, version: "0" };
    writeFileSync(join(stateDir, "gateway.json"), JSON.stringify(dead));
    const { code, message } = refusal();
    expect(code).toBe("state_locked");
    expect(message).toContain("another gateway that has not given its name");
    expect(message).not.toContain("boot_old");
  });

  it("[C08] survives a holder file that is rubbish", async () => {
    writeFileSync(join(stateDir, "gateway.json"), "{");
    const lock = acquire();
    expect((await gateway()).answer).toMatchObject({ held: false, code: "state_locked" });
    lock.release();
  });

  it("goes to exactly one of many that start at once", async () => {
    const all = await Promise.all([gateway(), gateway(), gateway(), gateway()]);
    expect(all.filter(({ answer: { held } }) => held)).toHaveLength(1);
  });

  it("is released by a gateway that stops, and takes its name along", async () => {
    const first = await gateway();
    const gone = once(first.child, "exit");
    first.child.stdin?.end();
    await gone;
    expect(() => statSync(join(stateDir, "gateway.json"))).toThrow("ENOENT");
    const lock = acquire();
    lock.release();
    lock.release();
    acquire().release();
  });

  it("is refused to a second holder in the same process", () => {
    const lock = acquire();
    expect(refusal().code).toBe("state_locked");
    lock.release();
  });

  it("makes the state directory for this user only", () => {
    const directory = join(stateDir, "new", "state");
    const lock = acquire(directory);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, "gateway.json")).mode & 0o777).toBe(0o600);
    lock.release();
  });

  it("says so when the state directory cannot be made", () => {
    writeFileSync(join(stateDir, "file"), "");
    expect(refusal(join(stateDir, "file", "state")).code).toBe("state_unwritable");
    expect(refusal(join(stateDir, "file")).code).toBe("state_unwritable");
  });

  it("says so when its file is something else", () => {
    writeFileSync(join(stateDir, "instance.lock"), "this is not a database, ".repeat(100));
    const { code, message } = refusal();
    expect(code).toBe("state_unwritable");
    expect(message).toContain("remove it");
  });

  it("says so when its file cannot be opened", () => {
    mkdirSync(join(stateDir, "instance.lock"));
    expect(refusal().code).toBe("state_unwritable");
  });
});
