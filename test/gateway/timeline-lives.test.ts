import { afterEach, expect, it } from "vitest";

import { until } from "../console/browser/until.ts";
import { openConsoleHouse } from "../console/e2e/console-house.ts";
import type { ConsoleHouse } from "../console/e2e/console-house.ts";

let house: ConsoleHouse;
afterEach(() => house.close());

it("the timeline of real lives tells a restart, a kill and the turn that went on", async () => {
  house = await openConsoleHouse();
  const first = await house.run();
  await house.say("home", "slow 60");
  await house.waitStatus("home", "running");
  await house.control.drain({ then: "restart", timeoutMs: 0, by: "ann", worker: null });
  expect((await first.result).code).toBe(75);

  const second = await house.run();
  await house.say("home", "slow 60");
  await house.waitStatus("home", "running");
  const { pid } = await house.ready();
  second.kill("SIGKILL");
  await second.result;

  await house.run();
  await house.waitStatus("home", "resume_pending");
  // That messages flow is told a moment before it is written down.
  const { boots, sessions, isWhole } = await until(
    async () => {
      const found = await house.control.timeline({ from: null, until: null, limit: 10 });
      return found.boots.at(-1)?.readyAt == null ? null : found;
    },
    () => "the last boot is ready on the timeline",
  );
  expect(isWhole).toBe(true);
  expect(boots.map(({ end }) => end?.how ?? null)).toEqual(["planned", "killed", null]);
  const [restarted, killed, present] = boots;
  expect(restarted?.drains).toMatchObject([{ next: "restart", by: "ann", end: "drained" }]);
  expect(killed?.pid).toBe(pid);
  for (const boot of boots) expect(boot.readyAt).toBeGreaterThanOrEqual(boot.startedAt);
  expect(restarted?.end?.notBefore).toBe(restarted?.end?.notAfter);
  expect(killed?.end?.notAfter).toBe(present?.startedAt);
  expect(killed?.end?.notBefore).toBeGreaterThanOrEqual(killed?.readyAt ?? Infinity);
  expect(sessions).toHaveLength(1);
  expect(sessions[0]?.turns).toMatchObject([
    { end: "cut", interruption: "restart_timeout", isResumed: false },
    { end: "cut", interruption: "crash", isResumed: true, endedAt: killed?.end?.notBefore },
  ]);
  expect(sessions[0]?.marks).toMatchObject([
    { kind: "resume_pending", until: sessions[0]?.turns[1]?.startedAt },
    { kind: "resume_pending", from: killed?.end?.notBefore, until: null },
  ]);
}, 60_000);
