import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, readlinkSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";

import { never, PATIENCE } from "../e2e/house.ts";
import {
  isBack,
  isInWorld,
  isOld,
  openUnitHouse,
  workersOf,
  type UnitHouse,
} from "./unit-house.ts";

const BLOCKER = fileURLToPath(new URL("block-on-signal.ts", import.meta.url));

describe.skipIf(!isInWorld)("under a real systemd", () => {
  let house: UnitHouse;
  const open = async (how?: Parameters<typeof openUnitHouse>[0]): Promise<void> => {
    house = await openUnitHouse(how);
  };
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") console.error(await house.journal());
    await house.close();
  });
  const said = async (): Promise<string> => (await house.said()).join("\n");
  const running = async (text: string): Promise<void> => {
    await house.say(text);
    await expect.poll(() => house.status(), PATIENCE).toBe("running");
  };

  it("[X02][X03] the start is over when messages are taken, and the status line counts", async () => {
    await open();
    expect(await house.property("ActiveState")).toBe("active");
    expect((await house.control.status()).phase).toBe("running");
    await house.say("echo ready");
    await expect.poll(said, PATIENCE).toContain("ready");
    await running("slow 3");
    const status = (): Promise<string> => house.property("StatusText");
    await expect.poll(status, PATIENCE).toContain("running: 1 running, 0 awaiting a person");
    await expect.poll(status, PATIENCE).toContain("running: 0 running");
    expect(await status()).toContain("1 of 1 networks connected");
  });

  it("[X02] a worker has neither the words nor the socket of the supervisor", async () => {
    await open({ dropIn: ["WatchdogSec=30"] });
    await running("slow 30");
    const [worker] = await workersOf(house);
    const { pid = 0 } = worker ?? {};
    expect(pid).toBeGreaterThan(0);
    const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
    expect(environment).not.toMatch(/NOTIFY_|WATCHDOG_|LISTEN_/);
    const socketsOf = (one: number): readonly string[] =>
      readdirSync(`/proc/${one}/fd`)
        .map((descriptor) => readlinkSync(`/proc/${one}/fd/${descriptor}`))
        .filter((target) => target.startsWith("socket:"));
    const own = socketsOf(await house.pid());
    expect(own.length).toBeGreaterThan(0);
    expect(socketsOf(pid).filter((socket) => own.includes(socket))).toEqual([]);
  });

  it("[X03][X04][D04] a restart waits for a turn that ends in time, longer than the stop time-out, and its worker is left alone", async () => {
    await open({ dropIn: ["TimeoutStopSec=6"] });
    await running("slow 10");
    const before = await house.pid();
    const [worker] = await workersOf(house);
    const restarted = house.systemctl("restart", house.unit);
    await expect.poll(() => house.property("SubState"), PATIENCE).toBe("stop-sigterm");
    await expect.poll(() => house.property("StatusText"), PATIENCE).toMatch(/^draining to stop, /);
    expect(await workersOf(house)).toContainEqual(worker);
    await restarted;
    expect(await house.pid()).not.toBe(before);
    await expect.poll(said, PATIENCE).toMatch(/Counting to .* Done\./);
    await house.say("and now?");
    await expect.poll(said, PATIENCE).toContain("You said: and now?");
    expect(await house.notes()).toEqual([]);
    expect(await house.property("Result")).toBe("success");
  });

  it("[X03][D05][R01] a restart cuts a turn that does not end, and the next message continues its session with one note", async () => {
    await open({ settings: ["drain: { timeoutMs: 1000 }"] });
    await running("hang");
    const { session } = await house.control.session("local:main:home");
    await house.systemctl("restart", house.unit);
    expect(await house.status()).toBe("resume_pending");
    await house.say("go on");
    await expect.poll(said, PATIENCE).toMatch(/cut short by a (shutdown|stop|restart) and go on/);
    expect(await house.notes()).toHaveLength(1);
    expect((await house.control.session("local:main:home")).session).toBe(session);
  });

  it("[X03][G06][G07] a turn that waits for a person still waits after a restart, and its button works", async () => {
    await open();
    await house.say("ask May I?");
    await expect.poll(() => house.status(), PATIENCE).toBe("awaiting_input");
    await expect
      .poll(() => house.property("StatusText"), PATIENCE)
      .toContain("0 running, 1 awaiting a person");
    await house.systemctl("restart", house.unit);
    expect(await house.status()).toBe("awaiting_input");
    const question = (await house.shown()).find(({ buttons }) => buttons.length > 0);
    const data = question?.buttons[0]?.[0]?.data ?? "";
    await house.chat().press({ on: question?.externalId ?? "", data }, { signal: never });
    await expect.poll(said, PATIENCE).toContain("Allowed: May I?");
  });

  it("[X03][C10] after SIGKILL systemd starts it again, no worker is left, and the conversation goes on", async () => {
    await open();
    await running("slow 30");
    const before = await house.pid();
    const workers = await workersOf(house);
    process.kill(before, "SIGKILL");
    await isBack(house, before);
    for (const { pid } of workers) expect(() => process.kill(pid, 0)).toThrow();
    await house.say("go on");
    await expect.poll(said, PATIENCE).toContain("cut short by a crash and go on");
  });

  it("[X02][X03] the watchdog starts a gateway again whose event loop stands still, and the cut turn is continued", async () => {
    await open({
      dropIn: ["WatchdogSec=2", `Environment="NODE_OPTIONS=--import ${BLOCKER}"`],
    });
    await running("slow 30");
    const before = await house.pid();
    // Healthy for longer than the watchdog's time.
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(await house.pid()).toBe(before);
    process.kill(before, "SIGWINCH");
    await isBack(house, before);
    expect(await house.journal()).not.toContain("gateway stopped");
    await house.say("go on");
    await expect.poll(said, PATIENCE).toContain("cut short by a crash and go on");
  });

  it("[X03][X07] a reload is over when the new configuration holds, and costs nothing that runs", async () => {
    await open();
    await running("slow 2");
    const before = await house.pid();
    const worst = async (): Promise<number> => (await house.control.plan()).worstCaseMs;
    const good = readFileSync(house.config, "utf8");
    writeFileSync(house.config, `${good}\ndrain: { timeoutMs: 7000 }\n`);
    await house.systemctl("reload", house.unit);
    // Before 253, systemd only sends the signal.
    if (isOld) await expect.poll(worst, PATIENCE).toBe(12_000);
    expect(await worst()).toBe(12_000);
    writeFileSync(house.config, `${good}\ndrain: { timeoutMs: soon }\n`);
    await house.systemctl("reload", house.unit);
    await expect.poll(() => house.journal(), PATIENCE).toContain("configuration not reloaded");
    expect(await worst()).toBe(12_000);
    expect(await house.property("ActiveState")).toBe("active");
    expect(await house.pid()).toBe(before);
    await expect.poll(said, PATIENCE).toMatch(/Done\./);
  });

  it("[X01][X03] exit 75 starts it again and is no failure", async () => {
    await open();
    await running("slow 2");
    const before = await house.pid();
    const { code, err } = await house.cli(["restart"]);
    expect(code, err).toBe(0);
    expect(await house.pid()).not.toBe(before);
    expect(await house.property("NRestarts")).toBe("1");
    expect(await house.property("Result")).toBe("success");
    expect(await house.journal()).not.toMatch(/Failed with result/);
    await expect.poll(said, PATIENCE).toMatch(/Done\./);
  });

  it("[X01][X03] exit 78 stays down until a person has mended it", async () => {
    await open({ start: false });
    const good = readFileSync(house.config, "utf8");
    writeFileSync(house.config, `${good}\nturns: { atOnce: none }\n`);
    await expect(house.systemctl("start", house.unit)).rejects.toThrow();
    await expect.poll(() => house.property("ActiveState"), PATIENCE).toBe("failed");
    expect(await house.property("ExecMainStatus")).toBe("78");
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await house.property("NRestarts")).toBe("0");
    expect(await house.journal()).toContain("turns.atOnce");
    writeFileSync(house.config, good);
    await house.systemctl("start", house.unit);
    expect(await house.property("ActiveState")).toBe("active");
  });

  it("[X03][D01] systemctl stop in the drain of a restart ends it for good, and the turn is marked", async () => {
    await open();
    await running("hang");
    const { code } = await house.cli(["restart", "--no-wait"]);
    expect(code).toBe(0);
    await expect.poll(() => house.property("StatusText"), PATIENCE).toMatch(/draining to restart/);
    await house.systemctl("stop", house.unit);
    expect(await house.property("ActiveState")).toBe("inactive");
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await house.property("ActiveState")).toBe("inactive");
    await house.systemctl("start", house.unit);
    expect(await house.status()).toBe("resume_pending");
  });

  it("[X03] a gateway that hangs while it stops is killed, not waited for", async () => {
    await open({
      settings: ["drain: { timeoutMs: 600000 }"],
      dropIn: ["TimeoutStopSec=3", `Environment="NODE_OPTIONS=--import ${BLOCKER}"`],
    });
    await running("hang");
    const pid = await house.pid();
    const began = performance.now();
    const stopped = house.systemctl("stop", house.unit);
    await expect.poll(() => house.property("StatusText"), PATIENCE).toMatch(/^draining to stop/);
    process.kill(pid, "SIGWINCH");
    await stopped;
    // One step of the extension, and a little.
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(await house.property("Result")).toMatch(/timeout|watchdog/);
  }, 40_000);

  it("[D13] a stop time-out that nothing extends shortens the drain, and is told at boot", async () => {
    await open({
      dropIn: ["Type=exec", "NotifyAccess=none", "OpenFile=", "WatchdogSec=0", "TimeoutStopSec=9"],
    });
    await house.ready();
    expect(await house.journal()).toContain("the supervisor kills after 9000 ms");
    await running("hang");
    await house.systemctl("stop", house.unit);
    expect(await house.property("Result")).toBe("success");
    expect(await house.journal()).toContain(`"timeoutMs":2000`);
    await house.systemctl("start", house.unit);
    await house.ready();
    expect(await house.status()).toBe("resume_pending");
  });

  it("the journal has the priority of each line", async () => {
    await open({ settings: ["drain: { timeoutMs: 0 }"] });
    await house.systemctl("stop", house.unit);
    const lines = (await house.journal()).split("\n").filter((line) => line.startsWith("{"));
    expect(lines.length).toBeGreaterThan(3);
    const warnings = execFileSync("journalctl", ["-u", house.unit, "-p", "warning", "-o", "cat"], {
      encoding: "utf8",
    });
    expect(warnings).toContain("drain timeout is 0");
    expect(warnings).not.toContain("gateway ready");
  });
});
