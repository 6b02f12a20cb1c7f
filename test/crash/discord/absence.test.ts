import { expect, it, vi } from "vitest";

import { runAbsence } from "./absence-run.ts";

vi.setConfig({ testTimeout: 120_000 });

// The same ones every time; 50 of each: `npm run soak:discord`.
it.concurrent.each([
  { seed: 2, absence: "killed" },
  { seed: 7, absence: "killed" },
  { seed: 14, absence: "killed" },
  { seed: 3, absence: "stopped" },
  { seed: 9, absence: "stopped" },
  { seed: 4, absence: "outage" },
  { seed: 6, absence: "killed_outage" },
] as const)(
  "[E01] [E02] [E08] 20 messages, an absence in their middle ($absence, seed $seed), three more: 23 are stored in order and run once, by RESUME",
  async (how) => {
    const result = await runAbsence(how);
    expect([...result.violations, result.log].join("\n").trim()).toBe("");
    expect(result).toMatchObject({ questions: 23, stored: 23, late: 0, labelled: 0 });
    expect(result.whole + result.cut).toBe(23);
  },
);

it.concurrent.each([
  { seed: 5, absence: "forgotten" },
  { seed: 11, absence: "forgotten" },
] as const)(
  "[E03] [E05] [E08] 20 messages, an absence in their middle in which Discord forgets the session (seed $seed), three more: 23 are stored in the order of their channels and run once, by looking back",
  async (how) => {
    const result = await runAbsence(how);
    expect([...result.violations, result.log].join("\n").trim()).toBe("");
    expect(result).toMatchObject({ stored: 23, labelled: 0 });
    expect(result.late).toBeGreaterThanOrEqual(3);
    expect(result.whole + result.cut).toBe(result.questions);
  },
);
