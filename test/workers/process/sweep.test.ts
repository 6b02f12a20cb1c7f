import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { ProcessRow } from "../../../sessions/rows.ts";
import { MARKER_VARIABLE } from "../../../workers/process/marker.ts";
import { listProcesses, startTimeOf } from "../../../workers/process/process-table.ts";
import { sweepDeadBoots } from "../../../workers/process/sweep.ts";
import type { Swept } from "../../../workers/process/sweep.ts";
import type { Ledger } from "../ledger.ts";
import { createLedger, createTestLog, realClock, until } from "../ledger.ts";

describe("the sweep at boot", () => {
  /** Of the boot that sweeps. */
  let ledger: Ledger;
  let strays: number[];

  beforeEach(() => {
    ledger = createLedger({ boot: "boot_new" });
    strays = [];
  });

  afterEach(async () => {
    await ledger.killAll();
    for (const pid of strays) if (startTimeOf(pid) !== null) process.kill(pid, "SIGKILL");
  });

  const sweep = (processes: readonly ProcessRow[]): Promise<readonly Swept[]> =>
    sweepDeadBoots({
      processes,
      boot: ledger.boot,
      markerPrefix: `${ledger.instance}.`,
      clock: realClock,
      graceMs: 100,
      log: createTestLog(),
    });

  /** A process that no worker of ours cares for; `marker` as its environment carries it. */
  const stray = async (marker: string | null, program = "exec sleep 60"): Promise<number> => {
    const environment = marker === null ? {} : { [MARKER_VARIABLE]: marker };
    const child = spawn("/bin/sh", ["-c", program], {
      env: { PATH: "/usr/bin:/bin", ...environment },
      detached: true,
      stdio: "ignore",
    });
    await once(child, "spawn");
    const pid = child.pid ?? 0;
    strays.push(pid);
    await until("its environment shows", () => startTimeOf(pid) !== null);
    return pid;
  };

  /** A gateway of another boot, killed when its turns run; what it had in its ledger. */
  const killedGateway = async (messages: readonly string[]): Promise<readonly ProcessRow[]> => {
    const fixture = fileURLToPath(new URL("./gateway-fixture.ts", import.meta.url));
    const args = [fixture, ledger.instance, "boot_old", ...messages];
    const gateway = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    const [text] = (await once(gateway.stdout, "data")) as [Buffer];
    gateway.kill("SIGKILL");
    await once(gateway, "close");
    return JSON.parse(text.toString()) as readonly ProcessRow[];
  };

  const isRunning = (pid: number): boolean => startTimeOf(pid) !== null;

  it("[C10] agents of a killed gateway end by themselves", async () => {
    const rows = await killedGateway(["slow 60", "hang"]);
    expect(rows).toHaveLength(2);
    await until("both are gone", () => rows.every(({ pid }) => !isRunning(pid)));
    expect(await sweep(rows)).toEqual([]);
  });

  it("[C10] deaf agents and left programs of a killed gateway are ended", async () => {
    const rows = await killedGateway(["deaf", "orphan"]);
    await until("only these two are left", async () => (await ledger.alive()).length === 2);
    const left = (await ledger.alive()).map(({ pid }) => pid);
    const swept = await sweep(rows);
    // Besides, on a busy machine, one that was just ending by itself.
    expect(swept.map(({ pid }) => pid)).toEqual(expect.arrayContaining(left));
    expect(swept.every(({ outcome }) => outcome === "ended")).toBe(true);
    expect(await ledger.alive()).toEqual([]);
  });

  it("[C10] processes that the ledger does not know are found by their marker", async () => {
    const pid = await stray(`${ledger.instance}.boot_old.demo-1`);
    expect(await sweep([])).toEqual([
      { pid, marker: `${ledger.instance}.boot_old.demo-1`, outcome: "ended" },
    ]);
    expect(isRunning(pid)).toBe(false);
  });

  it("[C10] processes without a marker are found by pid and start time, with their group", async () => {
    const pid = await stray(null, "sleep 60 & sleep 60");
    const row = { pid, startTime: startTimeOf(pid) ?? "", boot: "boot_old", marker: "m" };
    await until("all of the group run", async () => (await groupOf(pid)).length === 3);
    const swept = await sweep([row as ProcessRow]);
    expect(swept).toHaveLength(3);
    expect(await groupOf(pid)).toEqual([]);
  });

  it("[C10] a reused pid is left alone", async () => {
    const pid = await stray(null);
    const row = { pid, startTime: "12345@elsewhere", boot: "boot_old", marker: "m" };
    expect(await sweep([row as ProcessRow])).toEqual([]);
    expect(isRunning(pid)).toBe(true);
  });

  it("[C10] this boot's own and another instance's processes are left alone", async () => {
    const own = await stray(`${ledger.instance}.${ledger.boot}.demo-1`);
    const other = await stray("another.boot_old.demo-1");
    const row = { pid: own, startTime: startTimeOf(own) ?? "", boot: ledger.boot, marker: "m" };
    expect(await sweep([row])).toEqual([]);
    expect([isRunning(own), isRunning(other)]).toEqual([true, true]);
  });

  it("[C10] a process that ignores TERM is killed after the grace", async () => {
    const marker = `${ledger.instance}.boot_old.demo-1`;
    const pid = await stray(marker, "trap '' TERM; while :; do sleep 0.05; done");
    await until("its trap is set", async () =>
      (await listProcesses()).some((one) => one.parent === pid),
    );
    const begunAt = performance.now();
    const swept = await sweep([]);
    expect(performance.now() - begunAt).toBeGreaterThanOrEqual(95);
    expect(swept.find((one) => one.pid === pid)?.outcome).toBe("ended");
    expect(await ledger.alive()).toEqual([]);
  });

  it("a gateway that an agent of an earlier boot started does not end itself", async () => {
    const program = `
      import { sweepDeadBoots } from "${join(import.meta.dirname, "../../../workers/process/sweep.ts")}";
      import { realClock, createTestLog } from "${join(import.meta.dirname, "../ledger.ts")}";
      const swept = await sweepDeadBoots({ processes: [], boot: "boot_new", clock: realClock,
        graceMs: 50, markerPrefix: "${ledger.instance}.", log: createTestLog() });
      console.log(JSON.stringify(swept));`;
    const env = { PATH: "/usr/bin:/bin", [MARKER_VARIABLE]: `${ledger.instance}.boot_old.demo-1` };
    const sibling = await stray(`${ledger.instance}.boot_old.demo-1`);
    const gateway = spawn(process.execPath, ["--input-type=module", "-e", program], { env });
    const [text] = (await once(gateway.stdout, "data")) as [Buffer];
    expect(JSON.parse(text.toString())).toMatchObject([{ pid: sibling, outcome: "ended" }]);
    const [code] = (await once(gateway, "exit")) as [number | null];
    expect(code).toBe(0);
  });
});

async function groupOf(group: number): Promise<readonly number[]> {
  return (await listProcesses()).filter((one) => one.group === group).map(({ pid }) => pid);
}
