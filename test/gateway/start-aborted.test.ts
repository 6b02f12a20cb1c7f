import { dirname } from "node:path";

import { afterEach, expect, it } from "vitest";

import type { Adapter } from "../../adapters/adapter.ts";
import type { Step } from "../../gateway/probe.ts";
import { runGateway } from "../../gateway/run.ts";
import { realChance, realClock } from "../../sessions/real-time.ts";
import { createWorld } from "./world.ts";
import type { World } from "./world.ts";

let world: World;
afterEach(() => world.close());

/** A whole life over the store of a killed gateway, with a signal when a step is reached. */
async function startedAndStopped(step: Step | "connecting", signal: NodeJS.Signals) {
  world = await createWorld();
  await world.boot();
  await world.network.say("c1", "cut me");
  await world.clock.advance(10);
  world.turn().accept();
  await world.clock.advance(10);
  const { settings } = world.now().core;
  world.kill();

  const connections: string[] = [];
  const lines: string[] = [];
  let isReady = false;
  let isSent = false;
  const reached = (one: Step | "connecting"): void => {
    if (one !== step || isSent) return;
    isSent = true;
    process.emit(signal, signal);
  };
  const adapter: Adapter = {
    ...world.network.adapter(),
    account: "second",
    async connect(_host, aborted) {
      connections.push("connect");
      reached("connecting");
      // As a network that is slow to answer, and heeds the signal.
      if (step !== "connecting" || aborted.aborted) return;
      await new Promise<void>((resolve) => {
        aborted.addEventListener("abort", () => resolve());
      });
    },
    async disconnect() {
      connections.push("disconnect");
    },
  };
  const local = settings.networks["fake"];
  if (local?.adapter !== "local") throw new Error("no network in the settings");
  const { exitCode } = await runGateway({
    configuration: {
      ...settings,
      networks: { fake: { ...local, port: 0 } },
      http: { ...settings.http, port: null },
      stateDir: dirname(world.file),
    },
    environment: process.env,
    version: "test",
    outside: {
      clock: realClock,
      chance: realChance,
      probe: reached,
      adapters: () => [adapter],
      output: { isTTY: false, write: (text) => void lines.push(text) },
    },
    onReady: () => {
      isReady = true;
    },
  });
  return { exitCode, connections, isReady, log: lines.join("") };
}

it.each([
  ["starting", "SIGTERM", 0],
  ["recovery_began", "SIGTERM", 0],
  ["turn_recovered", "SIGTERM", 0],
  ["connecting", "SIGTERM", 0],
  ["adapters_connected", "SIGINT", 0],
  ["connecting", "SIGUSR2", 75],
] as const)(
  "[C07] a start that is %s is aborted by %s: all is disconnected, the exit code is %d",
  async (step, signal, exitCode) => {
    const ended = await startedAndStopped(step, signal);
    expect(ended).toMatchObject({ exitCode });
    expect(ended.connections.filter((one) => one === "connect")).toHaveLength(1);
    expect(ended.connections).toContain("disconnect");
    expect(ended.log).toContain("gateway stopped");
    if (step === "connecting") expect(ended.isReady).toBe(false);
    // And the next start finds what the kill left, whole.
    await world.boot();
    await world.clock.advance(100);
    expect(await world.status()).toBe("resume_pending");
  },
);
