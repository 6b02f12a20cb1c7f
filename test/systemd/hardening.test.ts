import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";

import { PATIENCE } from "../e2e/house.ts";
import { isInWorld, isOld, openUnitHouse, type UnitHouse } from "./unit-house.ts";

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
    // Before 253 any process of the unit must be able to speak to systemd.
    ["agents", isOld ? 2.6 : 2.5],
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
});
