import { describe, expect, it } from "vitest";

import { extensionMs } from "../../../gateway/supervisor/extension.ts";

const leaving = { phaseMs: 0, remainingMs: 0, deliveryMs: 5000 };

describe("[X02] the time to stop", () => {
  it("is extended step by step while turns are waited for", () => {
    const waiting = { ...leaving, phase: "waiting" } as const;
    expect(extensionMs({ ...waiting, remainingMs: 600_000, phaseMs: 60_000 })).toBe(10_000);
    expect(extensionMs({ ...waiting, remainingMs: 2000 })).toBe(7000);
  });

  it("is not extended for a drain that waits beyond its own deadline", () => {
    expect(extensionMs({ ...leaving, phase: "waiting", remainingMs: 0 })).toBe(0);
  });

  it.each([
    ["cutting", 9000, 11_000],
    ["delivering", 4000, 6000],
    ["drained", 9000, 11_000],
  ] as const)("is extended while %s takes no longer than it may", (phase, inTime, tooLong) => {
    expect(extensionMs({ ...leaving, phase, phaseMs: inTime })).toBeGreaterThan(0);
    expect(extensionMs({ ...leaving, phase, phaseMs: tooLong })).toBe(0);
  });
});
