import { expect, it, vi } from "vitest";

import { runBatch } from "./batch-run.ts";

vi.setConfig({ testTimeout: 180_000 });

// The same ones every time; all of 50: `npm run soak:telegram`.
it.concurrent.each([
  { seed: 2, signal: "SIGKILL" },
  { seed: 3, signal: "SIGKILL" },
  { seed: 8, signal: "SIGKILL" },
  { seed: 17, signal: "SIGKILL" },
  { seed: 4, signal: "SIGTERM" },
  { seed: 22, signal: "SIGKILL", isWebhook: true },
] as const)(
  "[T01] [T02] [T03] [T04] [T07] 100 messages in 20 chats survive ends in their middle, each run once and in its order ($signal, seed $seed)",
  async (how) => {
    const result = await runBatch(how);
    expect([...result.violations, result.log].join("\n").trim()).toBe("");
    expect(result).toMatchObject({ questions: 100, stored: 100 });
  },
);
