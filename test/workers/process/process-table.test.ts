import { spawn } from "node:child_process";
import { once } from "node:events";

import { describe, expect, it, onTestFinished } from "vitest";

import { MARKER_VARIABLE } from "../../../workers/process/marker.ts";
import * as proc from "../../../workers/process/proc-table.ts";
import * as ps from "../../../workers/process/ps-table.ts";

describe.each([
  ["proc", proc, "a.boot_1.demo-1"],
  ["ps", ps, null],
])("the process table of %s", (_name, table, marker) => {
  const start = async (program: string): Promise<number> => {
    const environment = { PATH: "/usr/bin:/bin", [MARKER_VARIABLE]: "a.boot_1.demo-1" };
    const child = spawn("/bin/sh", ["-c", program], {
      env: environment,
      detached: true,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const pid = child.pid ?? 0;
    onTestFinished(() => {
      try {
        process.kill(-pid, "SIGKILL");
      } catch {
        // It ended by itself.
      }
    });
    await once(child.stdout, "data");
    return pid;
  };

  it("shows a process with parent, group and start time", async () => {
    const pid = await start("echo up; sleep 60; true");
    const shown = (await table.listProcesses()).find((one) => one.pid === pid);
    const startTime = table.startTimeOf(pid);
    expect(startTime).not.toBeNull();
    expect(shown).toEqual({ pid, parent: process.pid, group: pid, startTime, marker });
  });

  it("shows no zombie and nothing that ended", async () => {
    // The shell's child dies unseen, because the program that took the shell's place does not wait for it.
    const pid = await start("sleep 0 & sleep 0.2; echo up; exec sleep 60");
    const children = (await table.listProcesses()).filter((one) => one.parent === pid);
    expect(children).toEqual([]);
    process.kill(-pid, "SIGKILL");
    const deadline = performance.now() + 5000;
    while (table.startTimeOf(pid) !== null && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(table.startTimeOf(pid)).toBeNull();
  });
});
