import { expect, it, vi } from "vitest";

import { outage, rival, runTrouble } from "./trouble-run.ts";

vi.setConfig({ testTimeout: 120_000 });

// Longer ones, and a poll that falls silent, in real time: `npm run soak:telegram -- --trouble`.
it.concurrent.each([
  { name: "an outage", trouble: outage(3000), isKilled: false },
  { name: "an outage with a SIGKILL in it", trouble: outage(3000), isKilled: true },
  { name: "a second poller", trouble: rival(2000), isKilled: false },
  { name: "a second poller and a SIGKILL", trouble: rival(2000), isKilled: true },
])(
  "[T05] 100 messages in 20 chats survive $name, each run once and in its order",
  async ({ trouble, isKilled }) => {
    const { violations } = await runTrouble(trouble, { isKilled });
    expect(violations).toEqual([]);
  },
);
