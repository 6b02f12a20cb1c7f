import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";

import type { Program } from "../e2e/house.ts";
import { AGENTS } from "./agents.ts";
import { install } from "./install.ts";
import { memoryOf } from "./leftovers.ts";
import { ALLOW, DENY, openStand, PATIENCE, type Stand } from "./stand.ts";
import { writeRow } from "./table.ts";

vi.setConfig({ testTimeout: 200_000, hookTimeout: 400_000 });

const CHECKS = [
  "text",
  "streaming",
  "tool allowed",
  "tool refused",
  "stop",
  "agent killed",
  "gateway killed",
  "killed, then allowed",
  "killed, then refused",
  "nothing twice",
  "no process left",
] as const;
type Check = (typeof CHECKS)[number];
const FAILED = "**no**";

const wanted = inject("agents");
const chosen = AGENTS.filter(({ name }) => wanted.length === 0 || wanted.includes(name));

describe.each(chosen)("$name", (agent) => {
  const results = new Map<Check, string>();
  let memory = "–";
  let missing: string | null = null;
  let stand: Stand;
  let gateway: Program;

  beforeAll(async () => {
    const installed = await install(agent);
    if (installed.outcome === "missing") missing = installed.why;
    else stand = await openStand(agent, installed.program);
  });

  afterAll(async () => {
    if (missing === null) await stand.close();
    const cells = CHECKS.map((check) => results.get(check) ?? missing ?? "–");
    writeRow(
      ["agent", "package", ...CHECKS, "memory"],
      [agent.name, `\`${agent.packaged}\``, ...cells, memory],
    );
  });

  /** What it says stands in the table when it holds. */
  function check(name: Check, body: () => Promise<string>): void {
    it(name, async ({ skip }) => {
      if (missing !== null) skip(`cannot be installed: ${missing}`);
      if (results.get("text") === FAILED) skip("it does not even answer");
      results.set(name, FAILED);
      try {
        results.set(name, await body());
      } catch (error) {
        console.log(stand.lastHeard());
        throw error;
      }
    });
  }

  const shell = (command: string): string => {
    const { name, input } = agent.shell(command);
    return `[[tool ${name} ${JSON.stringify(input)}]]`;
  };

  /** Says something new, and sees that the model is given what was said long before. */
  async function goOn(word: string): Promise<string> {
    const from = performance.now();
    await stand.say(`[[say ${word}]]`);
    await stand.until(word);
    const took = since(from);
    await stand.idle();
    const { messages } = stand.heard(word);
    const all = messages.map(({ text }) => text).join("\n");
    expect(all, "the earlier conversation").toContain("Alpha");
    const own = messages.some(({ role, text }) => role === "assistant" && text.includes("Alpha"));
    expect(own || !agent.findsItself, "its own conversation").toBe(true);
    return `${own ? "goes on" : "is told again"}, ${took}`;
  }

  check("text", async () => {
    gateway = await stand.run();
    const from = performance.now();
    await stand.say("[[say Alpha is the first word.]]");
    await stand.until("Alpha is the first word.");
    const first = since(from);
    await stand.idle();
    memory = `${memoryOf(stand.processes())} MiB`;
    const again = performance.now();
    await stand.say("[[say Beta is the second.]]");
    await stand.until("Beta is the second.");
    await stand.idle();
    return `${first}, then ${since(again)}`;
  });

  check("streaming", async () => {
    await stand.say(`[[slow 150 ${numbered("flow", 20)}]]`);
    const seen = new Set<number>();
    await expect
      .poll(async () => {
        const count = (await stand.said()).match(/flow\d+/g)?.length ?? 0;
        seen.add(count);
        return count;
      }, PATIENCE)
      .toBe(20);
    seen.delete(0);
    expect(seen.size).toBeGreaterThan(2);
    await stand.idle();
    return "yes";
  });

  check("tool allowed", async () => {
    await stand.say(shell("echo ran >> allowed.txt && echo Gamma-ran"));
    await stand.asked();
    expect(stand.lines("allowed.txt")).toEqual([]);
    await stand.press(ALLOW);
    await expect.poll(() => stand.lines("allowed.txt"), PATIENCE).toEqual(["ran"]);
    await stand.idle();
    await stand.until("Gamma-ran");
    return "yes";
  });

  check("tool refused", async () => {
    await stand.say(shell("echo ran >> refused.txt"));
    await stand.press(DENY);
    await stand.idle();
    expect(stand.lines("refused.txt")).toEqual([]);
    return goOn("Delta");
  });

  check("stop", async () => {
    await stand.say(`[[slow 200 ${numbered("halt", 300)}]]`);
    await stand.until("halt2");
    const before = stand.processes();
    const from = performance.now();
    await stand.say("/stop");
    await stand.idle();
    const took = since(from);
    await goOn("Epsilon");
    expect(await stand.said()).not.toContain("halt100");
    const isSame = stand.processes().some((pid) => before.includes(pid));
    return `${took}${isSame ? "" : ", new process"}`;
  });

  check("agent killed", async () => {
    await stand.say(`[[slow 200 ${numbered("die", 300)}]]`);
    await stand.until("die2");
    for (const pid of stand.processes()) kill(pid);
    await stand.until("The agent went away");
    await stand.idle();
    return goOn("Zeta");
  });

  check("gateway killed", async () => {
    await stand.say(`[[slow 200 ${numbered("fall", 300)}]]`);
    await stand.until("fall2");
    gateway.kill("SIGKILL");
    await gateway.ended;
    gateway = await stand.run();
    await stand.gone();
    return goOn("Eta");
  });

  check("killed, then allowed", async () => {
    const command = "echo ran >> late.txt && echo Theta-ran";
    await stand.say(shell(command));
    await stand.asked();
    gateway.kill("SIGKILL");
    await gateway.ended;
    gateway = await stand.run();
    await stand.gone();
    expect(stand.lines("late.txt")).toEqual([]);
    const off = stand.server.always(
      ({ tools, messages }) => {
        const news = messages.slice(messages.findLastIndex(({ role }) => role !== "user") + 1);
        return tools.length > 0 && news.some(({ text }) => text.includes("[approved]"));
      },
      { tools: [agent.shell(command)] },
    );
    await stand.press(ALLOW);
    await expect.poll(() => stand.lines("late.txt"), PATIENCE).toEqual(["ran"]);
    await stand.idle();
    off();
    const told = await goOn("Iota");
    expect(stand.lines("late.txt")).toEqual(["ran"]);
    return `ran once, ${told}`;
  });

  check("killed, then refused", async () => {
    await stand.say(shell("echo ran >> never.txt"));
    await stand.asked();
    gateway.kill("SIGKILL");
    await gateway.ended;
    gateway = await stand.run();
    await stand.gone();
    await stand.press(DENY);
    await stand.idle();
    expect(stand.processes(), "nothing is started for a no").toEqual([]);
    const told = await goOn("Kappa");
    expect(stand.lines("never.txt")).toEqual([]);
    return `did not run, ${told}`;
  });

  check("nothing twice", async () => {
    const said = await stand.said();
    const words = said.match(
      /\b(Alpha|Beta|Delta|Epsilon|Zeta|Eta|Iota|Kappa|(flow|halt|die|fall)\d+)\b/g,
    );
    expect(words?.toSorted()).toEqual([...new Set(words)].toSorted());
    return "yes";
  });

  check("no process left", async () => {
    const from = performance.now();
    gateway.kill("SIGTERM");
    await gateway.ended;
    expect(stand.processes()).toEqual([]);
    return since(from);
  });
});

function numbered(word: string, count: number): string {
  return Array.from({ length: count }, (_, at) => `${word}${at + 1}`).join(" ");
}

function since(from: number): string {
  return `${((performance.now() - from) / 1000).toFixed(1)} s`;
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has left already.
  }
}
