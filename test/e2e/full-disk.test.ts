import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { never, openHouse, PATIENCE, type House } from "./house.ts";

const MOUNT = "/bin/mount";
const UNMOUNT = "/bin/umount";

/** A small disk of our own needs root on Linux. */
function canMount(): boolean {
  const place = mkdtempSync(join(tmpdir(), "sluice-can-mount-"));
  try {
    execFileSync(MOUNT, ["-t", "tmpfs", "-o", "size=64k", "tmpfs", place], { stdio: "ignore" });
    execFileSync(UNMOUNT, [place]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(place, { recursive: true });
  }
}

describe.skipIf(!canMount())("a disk", () => {
  let house: House;
  let disk: string;
  let ballast: string;
  beforeEach(async () => {
    disk = mkdtempSync(join(tmpdir(), "sluice-disk-"));
    execFileSync(MOUNT, ["-t", "tmpfs", "-o", "size=8m", "tmpfs", disk]);
    const stateDir = join(disk, "state");
    mkdirSync(stateDir);
    ballast = join(disk, "ballast");
    house = await openHouse([], { stateDir });
  });
  afterEach(async () => {
    await house.close();
    execFileSync(UNMOUNT, [disk]);
    rmSync(disk, { recursive: true });
  });

  const freeBytes = (): number => {
    const { bavail, bsize } = statfsSync(disk);
    return bavail * bsize;
  };
  const fill = (left: number): void =>
    writeFileSync(ballast, Buffer.alloc(Math.max(0, freeBytes() - left)));

  it("[I01][I04][O01] that is full takes nothing more, says so with 503, and answers once what it had taken when there is room", async () => {
    await house.run();
    const { boot } = await house.control.status();
    await house.say("slow 1", { chat: "running" });
    await expect.poll(() => house.said("running"), PATIENCE).toHaveLength(1);
    fill(400_000);
    const { taken, refusal } = await sayUntilFull();
    expect(refusal).toMatchObject({ outcome: "again", afterMs: 1000 });
    expect(taken.length).toBeGreaterThan(0);
    expect((await house.cli(["status"])).code).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    rmSync(ballast);
    await house.say("echo there is room", { chat: "other" });
    await expect.poll(() => house.said("other"), PATIENCE).toEqual(["there is room"]);
    await expect.poll(answers, PATIENCE).toEqual(taken);
    await expect
      .poll(() => house.said("running"), PATIENCE)
      .toEqual(["Counting to 4: 1 2 3 4. Done."]);
    expect(await house.control.deadLetters(10)).toEqual([]);
    expect((await house.control.status()).boot).toBe(boot);
  });

  it("[C01][C03][X01] that is full does not keep the gateway from stopping as planned, and the next start repairs what could not be stored", async () => {
    const program = await house.run();
    await house.say("hang");
    await expect.poll(async () => (await house.control.status()).turns.running, PATIENCE).toBe(1);
    fill(0);
    const { taken } = await sayUntilFull();
    const stop = await house.cli(["stop", "--timeout", "0.3"]);
    expect(stop.code, stop.err).toBe(0);
    expect(await program.ended).toMatchObject({ code: 0, err: "" });
    expect(existsSync(join(house.stateDir, ".clean_shutdown"))).toBe(false);
    rmSync(ballast);
    await house.run();
    await expect
      .poll(() => house.said(), PATIENCE)
      .toEqual([expect.stringContaining("Cut short by a crash")]);
    await expect.poll(answers, PATIENCE).toEqual(taken);
  });

  it("[X01] that was made read-only is refused with its place, and is as it was when it can be written again", async () => {
    const first = await house.run();
    await house.say("echo before");
    await expect.poll(() => house.said(), PATIENCE).toEqual(["before"]);
    first.kill("SIGTERM");
    await first.ended;
    execFileSync(MOUNT, ["-o", "remount,ro", disk]);
    const directory = await house.cli(["run"]);
    expect(directory.code, directory.err).toBe(78);
    expect(directory.err).toMatch(/state directory .*\/state .*: .*--state-dir/);
    execFileSync(MOUNT, ["-o", "remount,rw", disk]);

    const store = join(disk, "state", "sluice.sqlite");
    execFileSync(MOUNT, ["--bind", store, store]);
    try {
      execFileSync(MOUNT, ["-o", "remount,bind,ro", store]);
      const { code, err } = await house.cli(["run"]);
      expect(code, err).toBe(1);
      expect(err).toContain(store);
      expect(err).toContain("let the gateway's user write the file");
    } finally {
      execFileSync(UNMOUNT, [store]);
    }
    await house.run();
    expect((await house.control.status()).recovered).toBeNull();
    expect(await house.said()).toEqual(["before"]);
  });

  const sayUntilFull = async () => {
    const taken: string[] = [];
    for (;;) {
      const id = `m${taken.length}`;
      const posted = await house
        .chat("full")
        .say(`echo ${id} ${"x".repeat(20_000)}`, { signal: never, id });
      if (posted.outcome !== "taken") return { taken, refusal: posted };
      taken.push(id);
    }
  };
  const answers = async (): Promise<readonly string[]> =>
    (await house.said("full")).join("").match(/m\d+(?= )/g) ?? [];
});
