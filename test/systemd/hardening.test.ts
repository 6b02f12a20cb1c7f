import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";

import { PATIENCE } from "../e2e/house.ts";
import { isInWorld, openUnitHouse, type UnitHouse } from "./unit-house.ts";

const AGENT = fileURLToPath(new URL("agent-needs.ts", import.meta.url));

/** As on a machine: what covers a part of this world's `/proc` is carried into services, and no sandbox in them could mount its own. */
function wholeProc(): void {
  const run = (line: string): void => void execFileSync("sh", ["-ec", line]);
  run("umount --lazy /proc/sys");
  onTestFinished(() => run("mount --bind /proc/sys /proc/sys; mount -o remount,bind,ro /proc/sys"));
}

describe.skipIf(!isInWorld)("a hardened service", () => {
  let house: UnitHouse;
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") console.error(await house.journal());
    await house.close();
  });
  const exposure = (): number => {
    const said = execFileSync("systemd-analyze", ["security", "--no-pager", house.unit], {
      encoding: "utf8",
    });
    return Number(/Overall exposure level for \S+: ([\d.]+)/.exec(said)?.[1] ?? 10);
  };

  it.each([
    ["agents", 2.5],
    ["strict", 1.5],
  ] as const)("with --hardening %s answers, and is exposed by at most %s", async (how, most) => {
    house = await openUnitHouse({ install: ["--hardening", how], isOwn: true });
    expect(exposure()).toBeLessThanOrEqual(most);
    await house.say("echo behind walls");
    await expect.poll(() => house.said(), PATIENCE).toContain("behind walls");
    const uid = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${await house.pid()}/status`, "utf8"));
    expect(Number(uid?.[1])).toBeGreaterThan(0);
    const before = await house.pid();
    await house.systemctl("restart", house.unit);
    expect(await house.pid()).not.toBe(before);
    await house.say("echo again");
    await expect.poll(() => house.said(), PATIENCE).toContain("again");
  });

  it("with --hardening agents lets an agent do what agents do in their user's home, sandboxes of its own included", async () => {
    wholeProc();
    const user = "sluice-tester";
    execFileSync("useradd", ["--create-home", user]);
    onTestFinished(() => void execFileSync("userdel", ["--remove", user], { stdio: "ignore" }));
    const workspace =
      execFileSync("getent", ["passwd", user], { encoding: "utf8" }).split(":")[5] ?? "";
    const command = `command: ${process.execPath}, args: ["${AGENT}"]`;
    house = await openUnitHouse({
      workers: `agent: { kind: command, ${command}, workspace: ${workspace} }`,
      install: ["--hardening", "agents", "--run-as", user],
      isOwn: true,
    });
    expect(exposure()).toBeLessThanOrEqual(2.5);
    await house.say("what may you?");
    const said = async (): Promise<string> => (await house.said()).join("\n");
    await expect.poll(said, PATIENCE).toContain("a mount in that sandbox");
    expect(await said()).not.toContain("may not:");
    expect(readFileSync(join(workspace, "by-the-agent"), "utf8")).toBe("here");
  });
});
