import { expect, it } from "vitest";

import { statusText } from "../../../gateway/supervisor/status-text.ts";
import type { LiveCounts } from "../../../gateway/supervisor/status-text.ts";

const counts: LiveCounts = {
  phase: "running",
  held: null,
  drain: null,
  running: 2,
  awaiting: 1,
  queued: 3,
  undelivered: 4,
  networks: [
    { name: "telegram", state: "connected" },
    { name: "discord", state: "connected" },
  ],
};

it("[X02] the status line counts turns, messages and networks", () => {
  expect(statusText(counts)).toBe(
    "running: 2 running, 1 awaiting a person, 3 waiting, 4 undelivered; 2 of 2 networks connected",
  );
});

it("[X02] the status line says what a drain waits for, which networks are away and what is held", () => {
  const drain = { phase: "waiting", then: "restart", remainingMs: 41_200 } as const;
  expect(statusText({ ...counts, phase: "draining", drain })).toContain(
    "draining to restart, turns have 42 s: 2 running",
  );
  expect(
    statusText({ ...counts, phase: "draining", drain: { ...drain, phase: "delivering" } }),
  ).toContain("draining to restart: 2 running");
  const networks = [
    { name: "telegram", state: "connected" },
    { name: "discord", state: "retrying" },
  ] as const;
  expect(statusText({ ...counts, networks })).toContain(
    "1 of 2 networks connected (discord retrying)",
  );
  expect(statusText({ ...counts, held: "3 crashes" })).toContain("channels held (3 crashes): ");
});
