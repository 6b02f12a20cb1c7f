import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { House } from "../../e2e/house.ts";
import { never, openHouse, PATIENCE } from "../../e2e/house.ts";
import type { Knobs } from "../../fakes/acp-agent/knobs.ts";
import { listProcesses } from "../../../workers/process/process-table.ts";
import { AGENT } from "./agents.ts";

describe("a gateway whose agent speaks ACP", () => {
  let house: House;

  beforeEach(async () => {
    house = await openHouse(["turns: { startTimeoutMs: 500 }"]);
    configure({ canLoad: true, memory: join(house.directory, "memory") });
  });
  afterEach(async () => {
    const { pid } = await house.control.status().catch(() => ({ pid: 0 }));
    if (pid !== 0) {
      process.kill(pid, "SIGTERM");
      await expect.poll(() => house.control.status().catch(() => null), PATIENCE).toBeNull();
    }
    await house.close();
    await expect.poll(agents, PATIENCE).toEqual([]);
  });

  function configure(knobs: Knobs): void {
    const command = JSON.stringify([process.execPath, AGENT, JSON.stringify(knobs)]);
    const before = readFileSync(house.config, "utf8");
    const workers = `workers: { agent: { kind: acp, command: ${command} } }`;
    writeFileSync(
      house.config,
      before.replace(/^workers: .*$/m, () => workers),
    );
  }

  /** Processes of this house's agent. */
  async function agents(): Promise<readonly number[]> {
    const all = await listProcesses();
    const ours = all.filter(({ pid, marker }) => {
      return marker?.includes(".agent-") === true && commandOf(pid).includes(house.directory);
    });
    return ours.map(({ pid }) => pid);
  }

  const last = async (): Promise<string> => (await house.said()).at(-1) ?? "";

  async function press(label: string): Promise<void> {
    let on = "";
    let data = "";
    await expect
      .poll(async () => {
        for (const message of await house.shown()) {
          const button = message.buttons.flat().find((one) => one.label === label);
          if (button !== undefined) [on, data] = [message.externalId ?? "", button.data];
        }
        return data;
      }, PATIENCE)
      .not.toBe("");
    await house.chat().press({ on, data }, { signal: never });
  }

  it("[R14] answers, and after a SIGKILL in the middle of a turn goes on in the agent's own session", async () => {
    const first = await house.run();
    await house.say("alpha");
    await expect.poll(last, PATIENCE).toBe("You said: alpha");
    await house.say("slow");
    await expect.poll(last, PATIENCE).toContain("word word");
    const [before] = await agents();
    first.kill("SIGKILL");
    await first.ended;
    await house.run();
    await house.say("remembered");
    await expect
      .poll(last, PATIENCE)
      .toMatch(/^user: alpha \| agent: You said: alpha \| user: slow \| agent: (word )+ \| user: /);
    expect(await last()).toContain("[restart note]");
    const now = await agents();
    expect(now).toHaveLength(1);
    expect(now).not.toContain(before);
  });

  it("[W05] an agent that starts slowly has its own time for that", async () => {
    configure({ greetsAfterMs: 1500 });
    await house.run();
    await house.say("alpha");
    await expect.poll(last, PATIENCE).toBe("You said: alpha");
  });

  it("[G07] an approval that was pending at a SIGKILL is given after it, and its command runs once", async () => {
    const first = await house.run();
    await house.say("alpha");
    await expect.poll(last, PATIENCE).toBe("You said: alpha");
    await house.say("ask rm x");
    await expect.poll(async () => (await agents()).length, PATIENCE).toBe(1);
    await expect
      .poll(async () => (await house.shown()).some(({ buttons }) => buttons.length > 0), PATIENCE)
      .toBe(true);
    first.kill("SIGKILL");
    await first.ended;
    // This agent loses what it was asked when it is killed: it is told again.
    configure({ canLoad: true, memory: join(house.directory, "memory"), forgets: 1 });
    await house.run();
    expect(await agents()).toEqual([]);
    await press("✅ Allow");
    await expect.poll(last, PATIENCE).toContain("Allowed: rm x (allow_once)");
  });
});

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
