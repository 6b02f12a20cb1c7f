import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { readEnvironment } from "../../gateway/config/environment.ts";
import { localToken, localTokenFile } from "../../gateway/config/local-token.ts";
import { workerEnvironment } from "../../gateway/config/worker-environment.ts";
import type { Chance } from "../../sessions/clock.ts";
import { SluiceError } from "../../sessions/errors.ts";

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "sluice-environment-"));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function chance(seed: number): Chance {
  let state = seed;
  return {
    int: (below) => {
      state = (state * 1103515245 + 12345) % 2 ** 31;
      return (state >> 8) % below;
    },
  };
}

describe("the environment of workers", () => {
  it("holds the usual names and the allowed ones, and nothing else", () => {
    const environment = {
      PATH: "/bin",
      HOME: "/root",
      TELEGRAM_BOT_TOKEN: "t",
      API_KEY: "k",
      OTHER: "o",
    };
    expect(workerEnvironment(environment, ["API_KEY", "NOT_SET"])).toEqual({
      PATH: "/bin",
      HOME: "/root",
      API_KEY: "k",
    });
  });

  it("never holds what the supervisor told the gateway, even when it is allowed", () => {
    const names = [
      "NOTIFY_SOCKET",
      "WATCHDOG_USEC",
      "WATCHDOG_PID",
      "LISTEN_FDS",
      "LISTEN_PID",
      "CREDENTIALS_DIRECTORY",
      "SLUICE_WORKER",
    ];
    const environment = Object.fromEntries(names.map((name) => [name, "x"]));
    expect(workerEnvironment(environment, names)).toEqual({});
  });
});

describe("the environment of the gateway", () => {
  it("tells the worker's marker and the colours", () => {
    expect(readEnvironment({ SLUICE_WORKER: "abc.boot_1", NO_COLOR: "1" })).toEqual({
      worker: "abc.boot_1",
      colour: false,
    });
  });

  it("is nothing special when it is empty", () => {
    expect(readEnvironment({})).toEqual({ worker: null, colour: true });
  });
});

describe("the token of the local chat", () => {
  it("is made once, for this user only, and stays the same", () => {
    const first = localToken(dir, chance(1)).reveal();
    expect(first).toMatch(/^[0-9a-z]{32}$/);
    expect(localToken(dir, chance(2)).reveal()).toBe(first);
    expect(statSync(localTokenFile(dir)).mode & 0o777).toBe(0o600);
    expect(readFileSync(localTokenFile(dir), "utf8").trim()).toBe(first);
  });

  it("is made anew when a crash of the machine cut it in half", () => {
    writeFileSync(localTokenFile(dir), "abc");
    expect(localToken(dir, chance(1)).reveal()).toHaveLength(32);
  });

  it("differs from chance to chance", () => {
    const other = mkdtempSync(join(tmpdir(), "sluice-environment-"));
    expect(localToken(other, chance(2)).reveal()).not.toBe(localToken(dir, chance(1)).reveal());
    rmSync(other, { recursive: true });
  });

  it("says so when the state directory cannot hold it", () => {
    writeFileSync(join(dir, "file"), "");
    expect(() => localToken(join(dir, "file"), chance(1))).toThrow(SluiceError);
  });
});
