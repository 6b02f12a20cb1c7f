import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

import { readSupervisorEnvironment } from "../../../gateway/config/supervisor-environment.ts";

describe("what the supervisor says", () => {
  it("holds its socket, its watchdog and the descriptors by their names", () => {
    const environment = {
      NOTIFY_SOCKET: "/run/systemd/notify",
      WATCHDOG_USEC: "30000000",
      WATCHDOG_PID: "7",
      LISTEN_PID: "7",
      LISTEN_FDS: "4",
      LISTEN_FDNAMES: "webhooks:http:webhooks:notify",
      JOURNAL_STREAM: "9:1234",
      INVOCATION_ID: "0123",
      PATH: "/bin",
    };
    expect(readSupervisorEnvironment(environment, 7)).toEqual({
      notifySocket: "/run/systemd/notify",
      watchdogMs: 30_000,
      descriptors: { webhooks: [3, 5], http: [4], notify: [6] },
      journal: "9:1234",
      isUnit: true,
      path: "/bin",
    });
  });

  it("is nothing when nobody watches over us", () => {
    expect(readSupervisorEnvironment({}, 7)).toEqual({
      notifySocket: null,
      watchdogMs: null,
      descriptors: {},
      journal: null,
      isUnit: false,
      path: null,
    });
  });

  it("is left alone where it is meant for another process", () => {
    const environment = {
      WATCHDOG_USEC: "30000000",
      WATCHDOG_PID: "8",
      LISTEN_PID: "8",
      LISTEN_FDS: "1",
      LISTEN_FDNAMES: "http",
    };
    const told = readSupervisorEnvironment(environment, 7);
    expect(told.watchdogMs).toBeNull();
    expect(told.descriptors).toEqual({});
  });

  it("[X02] is taken out of the environment, so that no child inherits it", () => {
    const module = fileURLToPath(
      new URL("../../../gateway/config/supervisor-environment.ts", import.meta.url),
    );
    const program = `
      const { takeSupervisorEnvironment } = await import(${JSON.stringify(module)});
      const told = takeSupervisorEnvironment(process.pid);
      const left = Object.keys(process.env).filter((name) => /NOTIFY|WATCHDOG|LISTEN/.test(name));
      console.log(JSON.stringify({ told: told.notifySocket, ms: told.watchdogMs, left }));`;
    const ran = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
      env: {
        NOTIFY_SOCKET: "/run/systemd/notify",
        WATCHDOG_USEC: "1000000",
        LISTEN_FDS: "1",
        LISTEN_PID: "1",
        LISTEN_FDNAMES: "http",
      },
      encoding: "utf8",
    });
    expect(JSON.parse(ran.stdout)).toEqual({ told: "/run/systemd/notify", ms: 1000, left: [] });
  });
});
