import { describe, expect, it } from "vitest";

import { offeredDrains } from "../../../console/restart/offered-drains.ts";
import {
  drainSentence,
  keptSentence,
  planSentence,
  worstCaseSentence,
} from "../../../console/restart/plan-words.ts";
import type { RestartPlan } from "../../../gateway/operations.ts";
import { aDrain, aStatus, aWait } from "../../control/held-operations.ts";

const NOTHING: RestartPlan = {
  waitFor: [],
  wouldCut: [],
  requeue: [],
  leftAlone: [],
  queued: 0,
  undelivered: 0,
  worstCaseMs: 65_000,
};
const one = [aWait("local:main:a")];
const two = [...one, aWait("local:main:b")];

describe("the plan in words", () => {
  it.each([
    [{}, "Nothing runs: a restart would cut nobody."],
    [{ waitFor: one }, "A restart would wait for 1 turn."],
    [{ waitFor: two, wouldCut: one }, "A restart would wait for 2 turns and cut 1 turn at once."],
    [{ wouldCut: two }, "A restart would wait for nobody and cut 2 turns at once."],
  ] as const)("%j", (plan, words) => {
    expect(planSentence({ ...NOTHING, ...plan })).toBe(words);
  });

  it("says how long it takes at worst", () => {
    expect(worstCaseSentence({ ...NOTHING, waitFor: one })).toContain("at worst 1 min 5 s");
    expect(worstCaseSentence(NOTHING)).toContain("at worst 1 min 5 s");
  });

  it("says what is kept, if anything is", () => {
    expect(keptSentence(NOTHING)).toBeNull();
    expect(keptSentence({ ...NOTHING, queued: 2, undelivered: 1 })).toBe(
      "Kept for after it: 2 queued messages and 1 unsent reply.",
    );
  });
});

describe("a drain in words", () => {
  it.each([
    [{}, "No new turn starts; waiting for 1 turn to end."],
    [{ waitingFor: [] }, "No new turn starts; nothing runs any more."],
    [{ phase: "cutting" }, "Time is over: what still runs is being marked and cut."],
    [{ phase: "delivering", undelivered: 2 }, "Sending what is decided: 2 replies left."],
    [
      { phase: "drained" },
      "Drained, every turn ended by itself. It stays so until it is undrained, restarted or stopped.",
    ],
    [
      { phase: "drained", then: "restart", cut: [aWait("a:b:c").key] },
      "Drained, 1 turn cut. The gateway is leaving, to be started again.",
    ],
    [{ phase: "cancelled" }, "Called off: work goes on."],
  ] as const)("%j", (drain, words) => {
    expect(drainSentence(aDrain(drain))).toBe(words);
  });
});

describe("what is offered", () => {
  it.each([
    ["a running gateway", aStatus(), null, ["restart", "drain", "restart_now"]],
    [
      "a drain that was called off",
      aStatus(),
      aDrain({ phase: "cancelled" }),
      ["restart", "drain", "restart_now"],
    ],
    [
      "a held gateway",
      aStatus({ held: "it keeps crashing" }),
      null,
      ["let_go", "restart", "drain", "restart_now"],
    ],
    ["a restart that waits", aStatus(), aDrain({ then: "restart" }), ["undrain"]],
    ["a restart that cuts", aStatus(), aDrain({ then: "restart", phase: "cutting" }), []],
    ["a restart that leaves", aStatus(), aDrain({ then: "restart", phase: "drained" }), []],
    ["a drain that waits", aStatus(), aDrain(), ["undrain", "restart", "restart_now"]],
    [
      "a drain that delivers",
      aStatus(),
      aDrain({ phase: "delivering" }),
      ["restart", "restart_now"],
    ],
    [
      "a drained gateway",
      aStatus(),
      aDrain({ phase: "drained" }),
      ["undrain", "restart", "restart_now"],
    ],
    ["a gateway of which nothing is known", null, null, []],
  ] as const)("to %s", (_, status, drain, offered) => {
    expect(offeredDrains(status, drain)).toEqual(offered);
  });
});
