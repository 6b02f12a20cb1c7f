import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SessionKey } from "../../sessions/ids.ts";
import { serveControl, type ControlServer } from "../../gateway/control/serve-control.ts";
import {
  aDrain,
  aStatus,
  holdOperations,
  type HeldOperations,
} from "../control/held-operations.ts";
import { makeDirectory, startCli } from "./cli.ts";

const quiet = { info: () => {}, error: () => {} };

describe("watching a drain", () => {
  let directory: ReturnType<typeof makeDirectory>;
  let operations: HeldOperations;
  let servers: ControlServer[];
  const serve = async (held: HeldOperations): Promise<ControlServer> => {
    const socket = join(directory.path, "control.sock");
    const server = await serveControl({ operations: held, socket, log: quiet });
    servers.push(server);
    return server;
  };

  beforeEach(async () => {
    directory = makeDirectory();
    operations = holdOperations();
    servers = [];
    await serve(operations);
  });
  afterEach(async () => {
    for (const server of servers) await server.close();
    directory.remove();
  });

  it("restart tells whom it waits for, what was cut, and how long nothing listened", async () => {
    const cli = startCli(directory.path, ["restart"]);
    await expect.poll(cli.err, { timeout: 5000 }).toContain("waiting for 1 turn: local:main:work");
    const cut = ["local:main:work" as SessionKey];
    operations.held.drain = aDrain({
      then: "restart",
      phase: "delivering",
      waitingFor: [],
      cut,
      timedOut: true,
    });
    await expect.poll(cli.err, { timeout: 5000 }).toContain("sending 0 replies");
    await servers[0]?.close();
    const next = holdOperations({
      status: aStatus({ boot: "boot_2", pid: 99, phase: "starting" }),
    });
    await serve(next);
    next.held.status = aStatus({ boot: "boot_2", pid: 99 });
    const { code, out } = await cli.result;
    expect(code).toBe(0);
    expect(out).toContain("1 turn cut, to be continued after the next start");
    expect(out).toMatch(
      /Restarted: boot_2 is running \(pid 99\)\. Nothing listened for 0[.\d]* s\./,
    );
  });

  it("restart waits until the next process is ready, not only until it answers", async () => {
    const cli = startCli(directory.path, ["restart", "--json"]);
    await expect.poll(() => operations.held.asked, { timeout: 5000 }).toHaveLength(1);
    await servers[0]?.close();
    const next = holdOperations({ status: aStatus({ boot: "boot_2", phase: "starting" }) });
    let asked = 0;
    const { status } = next;
    next.status = () => {
      asked += 1;
      if (asked === 5) next.held.status = aStatus({ boot: "boot_2" });
      return status();
    };
    await serve(next);
    const { code, out } = await cli.result;
    expect(code).toBe(0);
    expect(asked).toBeGreaterThanOrEqual(5);
    expect(JSON.parse(out)).toMatchObject({ outcome: "restarted", boot: "boot_2" });
  });

  it("stop ends when the gateway is gone", async () => {
    operations.held.status = aStatus({ pid: 2 ** 22 + 1 });
    const cli = startCli(directory.path, ["stop"]);
    await expect.poll(() => operations.held.asked, { timeout: 5000 }).toHaveLength(1);
    await servers[0]?.close();
    const { code, out } = await cli.result;
    expect(code).toBe(0);
    expect(out).toContain("every running turn ended by itself");
    expect(out).toContain("The gateway has stopped.");
  });

  it("drain ends when everything is drained, and says how to go on", async () => {
    const cli = startCli(directory.path, ["drain"]);
    await expect.poll(cli.err, { timeout: 5000 }).toContain("waiting for 1 turn");
    operations.held.drain = aDrain({ phase: "drained", waitingFor: [] });
    const { code, out } = await cli.result;
    expect(code).toBe(0);
    expect(out).toContain("sluice undrain");
  });

  it("[D17] a drain that another cancels ends the command with 1 and says so", async () => {
    const cli = startCli(directory.path, ["stop"]);
    await expect.poll(cli.err, { timeout: 5000 }).toContain("waiting for 1 turn");
    await operations.undrain();
    expect(await cli.result).toMatchObject({
      code: 1,
      err: expect.stringContaining("The drain was cancelled") as string,
    });
  });

  it("an interrupted watcher leaves the drain alone and says that it goes on", async () => {
    const cli = startCli(directory.path, ["restart"]);
    await expect.poll(cli.err, { timeout: 5000 }).toContain("waiting for 1 turn");
    cli.kill("SIGINT");
    const { code, err } = await cli.result;
    expect(code).toBe(0);
    expect(err).toContain("goes on without this command");
    expect(operations.held.asked).not.toContain("undrain");
  });

  it("progress is one line per change when there is no terminal", async () => {
    const cli = startCli(directory.path, ["drain"]);
    await expect.poll(cli.err, { timeout: 5000 }).toContain("waiting for 1 turn");
    const { elapsedMs } = aDrain();
    for (let tick = 1; tick <= 3; tick += 1) {
      operations.held.drain = aDrain({ elapsedMs: elapsedMs + tick * 100 });
      await new Promise((resolve) => setTimeout(resolve, 120));
    }
    operations.held.drain = aDrain({ phase: "drained", waitingFor: [] });
    const { err } = await cli.result;
    expect(err).toBe("Draining: waiting for 1 turn: local:main:work\nDrained\n");
  });
});
