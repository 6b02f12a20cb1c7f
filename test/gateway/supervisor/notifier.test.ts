import { spawn } from "node:child_process";
import {
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";

import { NO_SUPERVISOR } from "../../../gateway/config/supervisor-environment.ts";
import { openNotifier } from "../../../gateway/supervisor/notifier.ts";

const MODULE = fileURLToPath(new URL("../../../gateway/supervisor/notifier.ts", import.meta.url));

function setUp() {
  const directory = mkdtempSync(join(tmpdir(), "sluice-notifier-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const warnings: string[] = [];
  const log = {
    warn: (data: Readonly<Record<string, unknown>>) => void warnings.push(String(data["found"])),
  };
  return { directory, warnings, log };
}

/** A `systemd-notify` that writes down what it was given. */
function fakeProgram(directory: string, does: string): string {
  const file = join(directory, "systemd-notify");
  writeFileSync(
    file,
    `#!/bin/sh\n${does}\necho "$NOTIFY_SOCKET|$(env | grep -c SECRET)|$*" >>${directory}/heard\n`,
  );
  chmodSync(file, 0o755);
  return [directory, "/usr/bin", "/bin"].join(delimiter);
}

describe("[X02] the notifier", () => {
  it("is none where nobody listens", () => {
    expect(openNotifier(NO_SUPERVISOR, setUp())).toBeNull();
  });

  it("writes each message at once to the descriptor that it was handed", async () => {
    const program = `
      const { openNotifier } = await import(${JSON.stringify(MODULE)});
      const notifier = openNotifier({ descriptors: { notify: [3] } }, { log: { warn() {} } });
      notifier.send(["RELOADING=1", "MONOTONIC_USEC=5"]);
      process.kill(process.pid, "SIGKILL");`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
      stdio: ["ignore", "inherit", "inherit", "pipe"],
    });
    let heard = "";
    child.stdio[3]?.on("data", (bytes) => (heard += String(bytes)));
    await new Promise((resolve) => child.on("close", resolve));
    expect(heard).toBe("RELOADING=1\nMONOTONIC_USEC=5");
  });

  it("takes only a socket for one, and only by its name", () => {
    const { directory, log } = setUp();
    const file = openSync(join(directory, "file"), "w");
    onTestFinished(() => closeSync(file));
    const descriptors = { notify: [file] };
    expect(openNotifier({ ...NO_SUPERVISOR, descriptors }, { log })).toBeNull();
    expect(openNotifier({ ...NO_SUPERVISOR, descriptors: { http: [0] } }, { log })).toBeNull();
  });

  it("without one, lets the program speak: changes of state in order, the rest as it is last", async () => {
    const { directory, log, warnings } = setUp();
    const path = fakeProgram(directory, "sleep 0.1");
    const notifier = openNotifier({ ...NO_SUPERVISOR, notifySocket: "/run/n", path }, { log });
    notifier?.send(["READY=1"]);
    notifier?.send(["STATUS=one"]);
    notifier?.send(["WATCHDOG=1"]);
    notifier?.send(["STATUS=two words"]);
    notifier?.send(["RELOADING=1", "MONOTONIC_USEC=5"]);
    notifier?.send(["READY=1"]);
    notifier?.send(["STATUS=three"]);
    await notifier?.close();
    expect(readFileSync(join(directory, "heard"), "utf8").trim().split("\n")).toEqual([
      "/run/n|0|READY=1",
      "/run/n|0|STATUS=two words WATCHDOG=1",
      "/run/n|0|RELOADING=1 MONOTONIC_USEC=5",
      "/run/n|0|READY=1",
      "/run/n|0|STATUS=three",
    ]);
    expect(warnings).toEqual([]);
  });

  it("speaks on after a pause, when the program has ended", async () => {
    const { directory, log } = setUp();
    const path = fakeProgram(directory, "");
    const notifier = openNotifier({ ...NO_SUPERVISOR, notifySocket: "/run/n", path }, { log });
    notifier?.send(["READY=1"]);
    await notifier?.close();
    notifier?.send(["STOPPING=1"]);
    await notifier?.close();
    expect(readFileSync(join(directory, "heard"), "utf8").trim().split("\n")).toHaveLength(2);
  });

  it.each([
    ["is not there", null, /ENOENT/],
    ["fails", "exit 3", /ended with 3/],
  ])("warns once when the program %s, and goes on", async (_, does, found) => {
    const { directory, log, warnings } = setUp();
    const path = does === null ? directory : fakeProgram(directory, does);
    const notifier = openNotifier({ ...NO_SUPERVISOR, notifySocket: "/run/n", path }, { log });
    notifier?.send(["READY=1"]);
    notifier?.send(["STOPPING=1"]);
    await notifier?.close();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(found);
  });
});
