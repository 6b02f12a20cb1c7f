import { expect, it } from "vitest";

import { runReconnects } from "./reconnect-run.ts";

// 1,000 of them: `npm run soak:discord -- --seeds 0`.
it(
  "[E04] [E02] forced reconnects cost a RESUME each, and an IDENTIFY only where the session was lost",
  { timeout: 60_000 },
  async () => {
    const result = await runReconnects({ count: 100, seed: 1 });
    expect(result).toMatchObject({ violations: [], identifies: 2, stored: 100 });
    expect(result.resumes).toBeGreaterThanOrEqual(99);
  },
);
