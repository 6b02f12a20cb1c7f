import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";

import { METRICS_PAGE, printMetrics } from "../../../docs/print-metrics.ts";
import { createWorld } from "../world.ts";
import type { World } from "../world.ts";

describe("figures", () => {
  let world: World;
  afterEach(() => world.close());

  const text = (): Promise<string> => world.now().gateway.operations.metrics();
  const say = async (chat: string, words: string): Promise<void> => {
    await world.network.deliver([world.network.inbound(chat, words)]);
    await world.clock.advance(10);
  };

  it("tell of turns, sends, the store, networks, files and the event loop", async () => {
    world = await createWorld();
    await world.boot();
    await say("c1", "hello");
    world.turn().finish("hi");
    await world.clock.advance(500);
    world.network.garble();
    await text();
    const now = await text();
    expect(now).toContain('sluice_unreadable_total{network="fake"} 1');
    expect(now).toContain('sluice_turns_ended_total{outcome="completed"} 1');
    expect(now).toContain('sluice_inbox_total{outcome="new"} 1');
    expect(now).toMatch(/sluice_sends_total\{network="fake",outcome="sent"\} [1-9]/);
    expect(now).toMatch(/sluice_store_write_seconds_count\{write="claim"\} [1-9]/);
    expect(now).toContain(
      'sluice_adapter_state{network="fake",account="main",state="connected"} 1',
    );
    expect(now).toContain('sluice_files{side="in"} 0');
    expect(now).toMatch(/sluice_memory_bytes [1-9]/);
  });

  it("tell what a drain waits for", async () => {
    world = await createWorld();
    await world.boot();
    await say("c1", "long");
    world.turn().accept();
    await world.clock.advance(100);
    expect(await text()).not.toContain("sluice_drain_phase{");
    world.now().gateway.drain({ then: "stay", timeoutMs: null, by: "test", worker: null });
    await world.clock.advance(1000);
    const now = await text();
    expect(now).toContain('sluice_drain_phase{phase="waiting"} 1');
    expect(now).toContain('sluice_drain_waiting{status="running"} 1');
    expect(now).toMatch(/sluice_drain_seconds 1(\.\d+)?\n/);
  });
});

it("docs/metrics.md is what is printed from the figures", () => {
  expect(readFileSync(METRICS_PAGE, "utf8")).toBe(printMetrics());
});
