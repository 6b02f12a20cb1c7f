import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";

import { PATIENCE } from "../e2e/house.ts";
import { isInWorld, openUnitHouse, workersOf, type UnitHouse } from "./unit-house.ts";

/** Takes all the memory that it gets, and the second time only answers. Smaller than a gateway when there is none left. */
const EATER =
  "[ -e once ] && exec echo no longer hungry; touch once; echo hungry; exec tail /dev/zero";
const ROOM = 40 * 2 ** 20;

/** Where this kernel counts the memory of a service. */
interface Memory {
  /** Starts it so that its memory is counted. */
  start(house: UnitHouse): Promise<void>;
  /** From now on it gets so much more, with all that it starts. */
  limit(house: UnitHouse, room: number): Promise<void>;
}

/** In the groups that systemd makes. */
const inItsGroup: Memory = {
  start: async (house) => void (await house.systemctl("start", house.unit)),
  limit: async (house, room) => {
    const group = await house.property("ControlGroup");
    const most = figure(`/sys/fs/cgroup${group}/memory.stat`, "anon") + room;
    const properties = [`MemoryMax=${most}`, "MemorySwapMax=0"];
    await house.systemctl("set-property", "--runtime", house.unit, ...properties);
  },
};

/** In a hierarchy of its own, of which systemd knows nothing: in a group that what it starts inherits. */
function inHierarchy(): Memory {
  const top = mkdtempSync("/run/memory-");
  const group = join(top, `sluice-${process.pid}`);
  const move = (to: string): void => writeFileSync(join(to, "cgroup.procs"), "1");
  return {
    async start(house) {
      execFileSync("mount", ["-t", "cgroup", "-o", "memory", "none", top]);
      mkdirSync(group);
      onTestFinished(async () => {
        await expect.poll(() => isRemoved(group), PATIENCE).toBe(true);
        execFileSync("umount", ["--lazy", top]);
      });
      move(group);
      await house.systemctl("start", house.unit).finally(() => move(top));
    },
    limit: async (_, room) => {
      const most = figure(join(group, "memory.stat"), "rss") + room;
      writeFileSync(join(group, "memory.limit_in_bytes"), String(most));
    },
  };
}

function figure(file: string, name: string): number {
  const line = readFileSync(file, "utf8")
    .split("\n")
    .find((one) => one.startsWith(`${name} `));
  return Number(line?.split(" ")[1]);
}

function isRemoved(group: string): boolean {
  try {
    rmdirSync(group);
    return true;
  } catch {
    return !existsSync(group);
  }
}

function memoryHere(): Memory | null {
  if (!isInWorld) return null;
  const ofSystemd = readFileSync("/sys/fs/cgroup/cgroup.controllers", "utf8");
  if (/\bmemory\b/.test(ofSystemd)) return inItsGroup;
  return /^memory\t[1-9]\d*\t\d+\t1$/m.test(readFileSync("/proc/cgroups", "utf8"))
    ? inHierarchy()
    : null;
}

const memory = memoryHere();
const why = memory === null ? " (skipped: this kernel limits no group's memory)" : "";

describe.skipIf(!isInWorld)("memory that runs out", () => {
  let house: UnitHouse;
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") console.error(await house.journal());
    await house.close();
  });

  it.skipIf(memory === null)(
    `[X03] takes a worker, smaller than the gateway though it is, and leaves the gateway${why}`,
    async () => {
      const workspace = mkdtempSync("/srv/eater-");
      const eater = `command: sh, args: [-c, "${EATER}"], workspace: ${workspace}`;
      house = await openUnitHouse({
        workers: `eater: { kind: command, ${eater} }`,
        start: false,
      });
      await memory?.start(house);
      await house.ready();
      const gateway = await house.pid();
      await memory?.limit(house, ROOM);
      await house.say("eat");
      const said = async (): Promise<string> => (await house.said()).join("\n");
      await expect
        .poll(said, { ...PATIENCE, timeout: 30_000 })
        .toContain("perhaps this machine ran out of memory");
      expect(await said()).toContain("I continue from here");
      expect(await house.pid()).toBe(gateway);
      expect(await house.property("ActiveState")).toBe("active");
      expect(await house.property("NRestarts")).toBe("0");
      expect(await house.status()).toBe("resume_pending");
      await house.say("are you well?");
      await expect.poll(said, PATIENCE).toContain("no longer hungry");
      expect(await workersOf(house)).toEqual([]);
    },
    60_000,
  );
});
