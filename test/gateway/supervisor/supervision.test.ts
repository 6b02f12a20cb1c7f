import { describe, expect, it } from "vitest";

import type { DrainReport } from "../../../gateway/operations.ts";
import type { Notifier } from "../../../gateway/supervisor/notifier.ts";
import type { LiveCounts } from "../../../gateway/supervisor/status-text.ts";
import { startSupervision } from "../../../gateway/supervisor/supervision.ts";
import { createFakeClock } from "../../fakes/fake-clock.ts";

function setUp(watchdogMs: number | null = null) {
  const clock = createFakeClock();
  const sent: string[] = [];
  const notifier: Notifier = {
    send: (assignments) => void sent.push(assignments.join(" ")),
    close: () => Promise.resolve(),
  };
  const world = {
    running: 0,
    reads: 0,
    drain: null as DrainReport | null,
  };
  const counts = (): Promise<LiveCounts> => {
    world.reads += 1;
    return Promise.resolve({
      phase: "running",
      held: null,
      drain: null,
      running: world.running,
      awaiting: 0,
      queued: 0,
      undelivered: 0,
      networks: [],
    });
  };
  const supervision = startSupervision(notifier, {
    clock,
    watchdogMs,
    deliveryMs: 5000,
    monotonicUs: () => 123_456n,
    counts,
    drainReport: () => world.drain,
  });
  const take = (): string[] => sent.splice(0).map((text) => text.replace(/(STATUS=).*/, "$1…"));
  return { clock, sent, world, supervision, take };
}

function drain(phase: DrainReport["phase"], more: Partial<DrainReport> = {}): DrainReport {
  return {
    phase,
    then: "stop",
    elapsedMs: 0,
    remainingMs: 60_000,
    waitingFor: [],
    cut: [],
    requeued: [],
    undelivered: 0,
    timedOut: false,
    ...more,
  };
}

describe("[X02] the supervisor", () => {
  it("is told that we are ready only when we are, with the counts", async () => {
    const { clock, supervision, take } = setUp();
    await clock.advance(5000);
    expect(take()).not.toContain("READY=1");
    supervision.ready();
    await clock.advance(0);
    expect(take()).toContain("READY=1");
  });

  it("hears a change of the counts at the next beat, once a second at most, and nothing else", async () => {
    const { clock, supervision, world, sent } = setUp();
    supervision.ready();
    await clock.advance(2000);
    sent.length = 0;
    const reads = world.reads;
    for (let change = 0; change < 100; change += 1) {
      world.running = change;
      supervision.changed();
      await clock.advance(25);
    }
    expect(sent.length).toBeGreaterThanOrEqual(2);
    expect(sent.length).toBeLessThanOrEqual(3);
    await clock.advance(1000);
    expect(sent.at(-1)).toContain("99 running");
    expect(world.reads - reads).toBeLessThanOrEqual(4);
    sent.length = 0;
    supervision.changed();
    await clock.advance(60_000);
    expect(sent).toEqual([]);
  });

  it("hears the watchdog at half of its time, from the loop", async () => {
    const { clock, take } = setUp(10_000);
    await clock.advance(25_000);
    expect(take().filter((text) => text === "WATCHDOG=1")).toHaveLength(5);
  });

  it("hears each reload begin and end, also one that fails", async () => {
    const { clock, supervision, take } = setUp();
    supervision.ready();
    await clock.advance(2000);
    take();
    let isDone = false;
    await supervision.reload(() => {
      expect(take()).toEqual(["RELOADING=1 MONOTONIC_USEC=123456"]);
      isDone = true;
      return Promise.resolve();
    });
    expect(isDone).toBe(true);
    expect(take()).toEqual(["READY=1"]);
    await expect(supervision.reload(() => Promise.reject(new Error("no YAML")))).rejects.toThrow(
      "no YAML",
    );
    expect(take()).toEqual(["RELOADING=1 MONOTONIC_USEC=123456", "READY=1"]);
  });

  it("does not hear READY from a reload before the start is over", async () => {
    const { supervision, take } = setUp();
    await supervision.reload(() => Promise.resolve());
    expect(take()).toEqual([]);
  });

  it("extends the time to stop while the drain may make progress, says STOPPING once it cannot be called off", async () => {
    const { clock, world, take } = setUp();
    world.drain = drain("waiting");
    await clock.advance(1000);
    expect(take()).toContain("EXTEND_TIMEOUT_USEC=10000000");
    await clock.advance(3000);
    expect(take().filter((text) => text.startsWith("EXTEND"))).toHaveLength(3);
    world.drain = drain("cutting", { remainingMs: 0 });
    await clock.advance(3000);
    const cutting = take();
    expect(cutting[0]).toBe("STOPPING=1");
    expect(cutting.filter((text) => text.startsWith("EXTEND"))).toHaveLength(3);
    world.drain = drain("delivering", { remainingMs: 0 });
    await clock.advance(2000);
    expect(take()).not.toContain("STOPPING=1");
  });

  it("ends what hangs: a drain that does not move on extends nothing", async () => {
    const { clock, world, take } = setUp();
    world.drain = drain("cutting", { remainingMs: 0 });
    await clock.advance(15_000);
    take();
    await clock.advance(60_000);
    expect(take().filter((text) => text.startsWith("EXTEND"))).toEqual([]);
  });

  it("is not told of leaving by a drain that stays, or that was called off", async () => {
    const { clock, world, take } = setUp();
    world.drain = drain("drained", { then: "stay" });
    await clock.advance(3000);
    world.drain = drain("cancelled");
    await clock.advance(3000);
    expect(take().filter((text) => /EXTEND|STOPPING/.test(text))).toEqual([]);
  });

  it("hears nothing after the end", async () => {
    const { clock, supervision, take } = setUp(1000);
    await supervision.end();
    take();
    supervision.changed();
    await clock.advance(60_000);
    expect(take()).toEqual([]);
  });

  it("may be nobody: then nothing is counted, and a reload is only that", async () => {
    const clock = createFakeClock();
    const supervision = startSupervision(null, {
      clock,
      watchdogMs: 1000,
      deliveryMs: 0,
      monotonicUs: () => 0n,
      counts: () => Promise.reject(new Error("counted")),
      drainReport: () => {
        throw new Error("asked");
      },
    });
    supervision.ready();
    supervision.changed();
    await clock.advance(60_000);
    let isDone = false;
    await supervision.reload(() => Promise.resolve(void (isDone = true)));
    expect(isDone).toBe(true);
    await supervision.end();
  });
});
