import { spawn } from "node:child_process";
import { once } from "node:events";
import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";

import { afterEach, expect, it } from "vitest";

import { connectControl } from "../../gateway/control/client.ts";
import { runGateway } from "../../gateway/run.ts";
import { realChance, realClock } from "../../sessions/real-time.ts";
import { formatMarker, MARKER_VARIABLE, toInstance } from "../../workers/process/marker.ts";
import { startTimeOf } from "../../workers/process/process-table.ts";
import { createWorld } from "./world.ts";
import type { World } from "./world.ts";

let world: World;
let stray: number | null = null;
afterEach(async () => {
  if (stray !== null && startTimeOf(stray) !== null) process.kill(stray, "SIGKILL");
  stray = null;
  await world.close();
});

it("[C10] a boot ends the processes of a dead boot before its sessions load, and forgets them", async () => {
  world = await createWorld();
  const { core } = await world.boot();
  await world.network.say("c1", "hello");
  await world.clock.advance(10);
  world.turn().accept();
  await world.clock.advance(10);
  const stateDir = realpathSync(dirname(world.file));
  const marker = formatMarker({ instance: toInstance(stateDir), boot: core.boot });
  const child = spawn("/bin/sh", ["-c", "trap '' TERM; while :; do sleep 1; done"], {
    env: { PATH: "/usr/bin:/bin", [MARKER_VARIABLE]: `${marker}.demo-1` },
    detached: true,
    stdio: "ignore",
  });
  await once(child, "spawn");
  const pid = child.pid ?? 0;
  stray = pid;
  const row = { pid, startTime: startTimeOf(pid) ?? "", boot: core.boot, marker };
  await core.engine.commit({ processes: { put: [row], gone: [] } });
  const { settings } = core;
  world.kill();

  const seen: string[] = [];
  const socket = join(stateDir, "c.sock");
  const ended = runGateway({
    configuration: {
      ...settings,
      stateDir,
      networks: {},
      http: { ...settings.http, port: null },
      control: { ...settings.control, socket },
    },
    environment: {},
    version: "test",
    outside: {
      clock: { ...realClock, now: world.clock.now },
      chance: realChance,
      output: { isTTY: false, write: () => undefined },
      probe(step) {
        if (step === "recovery_began" || step === "turn_recovered") {
          seen.push(`${step}: ${startTimeOf(pid) === null ? "gone" : "runs"}`);
        }
      },
    },
    onReady: () => {
      const request = { then: "stop", timeoutMs: 0, by: "test", worker: null } as const;
      void connectControl(socket).drain(request);
    },
  });
  expect(await ended).toEqual({ exitCode: 0 });
  expect(seen).toEqual(["recovery_began: gone", "turn_recovered: gone"]);
  const later = await world.boot();
  expect(await later.core.engine.processes()).toEqual([]);
  expect(await world.status()).toBe("resume_pending");
});
