import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { realShell } from "../../cli/real-shell.ts";
import { supervise, type Supervisor } from "../../cli/supervise.ts";
import { makeDirectory } from "./cli.ts";

const PROGRAM = fileURLToPath(new URL("programs/scripted-gateway.ts", import.meta.url));
const SUPERVISING = fileURLToPath(new URL("programs/supervising.ts", import.meta.url));

describe("supervisor", () => {
  let directory: ReturnType<typeof makeDirectory>;
  let said: string[];
  let running: Supervisor[];
  const lives = (): string[] => {
    const file = join(directory.path, "lives.txt");
    return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  };
  const starts = (): number => lives().filter((line) => line.startsWith("start")).length;
  const keep = (steps: readonly object[], words: readonly string[] = []): Supervisor => {
    writeFileSync(join(directory.path, "steps.json"), JSON.stringify(steps));
    const shell = { ...realShell(PROGRAM), directory: directory.path };
    const supervisor = supervise({
      shell,
      words,
      output: () => "inherit",
      say: (line) => said.push(line),
    });
    running.push(supervisor);
    return supervisor;
  };

  beforeEach(() => {
    directory = makeDirectory();
    said = [];
    running = [];
  });
  afterEach(async () => {
    for (const supervisor of running) {
      for (let press = 0; press < 3; press += 1) supervisor.stop();
      await supervisor.ended;
    }
    directory.remove();
  });

  it("[X01] gateway is not started again when it ended with 0, 2 or 78", async () => {
    for (const exit of [0, 2, 78]) {
      const before = starts();
      expect(await keep([{ exit, afterMs: 0 }]).ended).toBe(exit);
      expect(starts()).toBe(before + 1);
    }
  });

  it("[X01] gateway is started again at once when it ended with 75", async () => {
    const supervisor = keep([
      { exit: 75, afterMs: 1100 },
      { exit: 0, afterMs: 0 },
    ]);
    expect(await supervisor.ended).toBe(0);
    expect(starts()).toBe(2);
    expect(said).toEqual(["gateway restarts as planned"]);
  });

  it("gateway is started again after half a second, then one, when it crashes at once", async () => {
    const supervisor = keep([
      { exit: 1, afterMs: 0 },
      { exit: 75, afterMs: 0 },
      { exit: 0, afterMs: 0 },
    ]);
    expect(await supervisor.ended).toBe(0);
    expect(said).toEqual([
      "gateway ended (exit code 1); starting it again in 0.5 s",
      "gateway ended (exit code 75); starting it again in 1 s",
    ]);
  });

  it("gateway is started again when it was killed", async () => {
    const supervisor = keep([{ terms: 1 }, { exit: 0, afterMs: 0 }]);
    await expect.poll(starts, { timeout: 5000 }).toBe(1);
    process.kill(supervisor.pid() ?? 0, "SIGKILL");
    expect(await supervisor.ended).toBe(0);
    expect(said).toEqual(["gateway ended (killed by SIGKILL); starting it again in 0.5 s"]);
  });

  it("[D13] two requests to stop are two SIGTERM, and the third is a kill", async () => {
    const patient = keep([{ terms: 2 }]);
    await expect.poll(starts, { timeout: 5000 }).toBe(1);
    patient.stop();
    await expect.poll(lives, { timeout: 5000 }).toContain("term 1");
    patient.stop();
    expect(await patient.ended).toBe(0);
    const deaf = keep([{ terms: 99 }]);
    await expect.poll(starts, { timeout: 5000 }).toBe(2);
    deaf.stop();
    deaf.stop();
    deaf.stop();
    expect(await deaf.ended).toBe(1);
  });

  it("a stop ends the wait for the next start", async () => {
    const supervisor = keep([{ exit: 1, afterMs: 0 }]);
    await expect.poll(() => said, { timeout: 5000 }).toHaveLength(1);
    supervisor.stop();
    expect(await supervisor.ended).toBe(0);
    expect(starts()).toBe(1);
  });

  it("[X04] gateway is in a process group of its own, and is given the words of the start", async () => {
    const supervisor = keep([{ terms: 1 }], ["--config", "a.yaml"]);
    await expect.poll(starts, { timeout: 5000 }).toBe(1);
    const pid = supervisor.pid() ?? 0;
    expect(lives()[0]).toBe(`start ${pid} --config a.yaml run --crash-boots 100`);
    // The group named by its pid exists only when it leads one.
    expect(process.kill(-pid, 0)).toBe(true);
  });

  it("gateway learns of it when its supervisor is killed", async () => {
    writeFileSync(join(directory.path, "steps.json"), JSON.stringify([{ terms: 9 }]));
    const child = spawn(process.execPath, [SUPERVISING], { cwd: directory.path });
    await expect.poll(starts, { timeout: 5000 }).toBe(1);
    child.kill("SIGKILL");
    await once(child, "exit");
    await expect.poll(lives, { timeout: 5000 }).toContain("orphaned");
  });
});
