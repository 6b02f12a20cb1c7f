import { expect, it } from "vitest";

import type { SessionId } from "../../../sessions/ids.ts";
import { createCrashes } from "../../../workers/acp/crashes.ts";
import { realClock } from "../ledger.ts";

it("[W12] crashes are counted for ten minutes, for each conversation", () => {
  let now = 0;
  const crashes = createCrashes({ ...realClock, monotonic: () => now });
  const [one, other] = ["ses_1" as SessionId, "ses_2" as SessionId];
  const at = (minutes: number, session: SessionId): number => {
    now = minutes * 60_000;
    return crashes.add(session);
  };
  expect([at(0, one), at(5, one), at(9, other), at(9.9, one)]).toEqual([1, 2, 1, 3]);
  expect([at(10.1, one), at(30, one)]).toEqual([3, 1]);
});
