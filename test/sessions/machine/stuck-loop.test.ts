import { describe, expect, it } from "vitest";
import { evolveAll } from "../../../sessions/machine/evolve.ts";
import { given } from "./given.ts";
import {
  MARKED,
  NOTED,
  RELEASED,
  RUNNING,
  S1,
  S2,
  SUSPENDED,
  T1,
  T2,
  T3,
  accepted,
  admit,
  begun,
  changed,
  cut,
  drainTimeout,
  end,
  finished,
  interruptWorker,
  lost,
  recover,
  renew,
  renewed,
  restored,
  resume,
  started,
  startWorker,
  suspended,
} from "./sample.ts";

/** Cut twice; the third turn runs. */
const TWICE = [...NOTED, cut(T2, 2), started(T3, { noted: true }), begun(T3)];

describe("a session that is cut again and again", () => {
  it.each([
    ["a crash", recover(), "crash"],
    ["a drain", drainTimeout(), "restart_timeout"],
  ] as const)("[L01] [L02] is suspended at the third cut in a row, by %s", (_, command, why) => {
    given(TWICE)
      .when(command)
      .then(
        [cut(T3, 3, why), suspended(T3), changed("running", "suspended")],
        [interruptWorker(T3)],
      );
  });

  it("[L01] [L02] is suspended when its worker dies for the third time in a row", () => {
    given(TWICE)
      .when(lost(T3))
      .then([cut(T3, 3, "worker_lost"), suspended(T3), changed("running", "suspended")]);
  });

  it("[L01] is suspended whatever it is marked with: suspended wins", () => {
    const { session } = given(TWICE);
    expect(session.mark?.kind).toBe("resume_pending");
    expect(given(TWICE).when(recover()).after.mark).toMatchObject({
      kind: "suspended",
      interruption: "crash",
      turn: T3,
    });
  });

  it("[L02] counts drains, crashes and lost workers alike", () => {
    const { after } = given(RUNNING).when(
      lost(T1),
      admit(T2),
      accepted(T2),
      drainTimeout(),
      admit(T3),
      accepted(T3),
      recover(),
    );
    expect(after).toMatchObject({ cuts: 3, mark: { kind: "suspended" } });
  });

  it("[L02] [L03] keeps its count at a boot that finds it at rest", () => {
    given(MARKED).when(recover()).refused("nothing_to_do");
    expect(given(MARKED).session.cuts).toBe(1);
  });

  it("[L03] keeps its count when a turn fails or is cancelled", () => {
    expect(given(NOTED).when(end(T2, "failed")).after.cuts).toBe(1);
    expect(given(NOTED).when(end(T2, "cancelled")).after.cuts).toBe(1);
  });

  it("[L03] counts from nothing after a success", () => {
    const { after } = given(TWICE).when(end(T3), admit(T1), accepted(T1), recover());
    expect(after).toMatchObject({ cuts: 1, mark: { kind: "resume_pending" } });
  });

  it("[L01] is suspended at its first cut when the threshold is one", () => {
    given(RUNNING)
      .when({ ...recover(), threshold: 1 })
      .status("suspended");
  });

  it("[L02] is no nearer to its end when a start is put back", () => {
    given([...NOTED, cut(T2, 2), started(T3, { noted: true })])
      .when(recover())
      .status("resume_pending");
  });
});

describe("a suspended session", () => {
  it("[L04] begins anew with the next message, without a note", () => {
    const { after } = given(SUSPENDED)
      .when(admit(T1))
      .then(
        [renewed(S1, S2, "suspended"), started(T1), changed("suspended", "starting")],
        [startWorker(T1)],
      );
    expect(after).toMatchObject({ id: S2, mark: null, cuts: 0, turns: 1 });
  });

  it("[L04] keeps the old conversation with its mark", () => {
    expect(given(SUSPENDED).when(admit(T1)).after.past).toMatchObject([
      { id: S1, why: "suspended", turns: 3, mark: { kind: "suspended", turn: T3 } },
    ]);
  });

  it("[L04] comes back with its note by one command after the clean slate", () => {
    const { after } = given(SUSPENDED)
      .when(admit(T1), end(T1), resume())
      .then([restored(S2, S1), changed("idle", "resume_pending")], []);
    expect(after).toMatchObject({ id: S1, cuts: 0, turns: 3 });
    expect(after.past).toMatchObject([{ id: S2, why: "resumed_other", turns: 1 }]);
  });

  it("[L04] comes back when it is named", () => {
    given(SUSPENDED)
      .when(admit(T1), end(T1), resume(S1))
      .then([restored(S2, S1), changed("idle", "resume_pending")]);
  });

  it("[L04] goes on where it was when it is released before a message comes", () => {
    given(SUSPENDED)
      .when(resume())
      .then([RELEASED, changed("suspended", "resume_pending")], []);
    given(SUSPENDED)
      .when(resume(), admit(T1))
      .then([started(T1, { noted: true }), changed("resume_pending", "starting")]);
  });

  it("counts its cuts from nothing once it is released", () => {
    const { after } = given(SUSPENDED).when(resume(), admit(T1), accepted(T1), recover());
    expect(after).toMatchObject({ cuts: 1, mark: { kind: "resume_pending" } });
  });

  it("is released once", () => {
    given(SUSPENDED).when(resume(), resume()).refused("nothing_to_do");
  });

  it("makes room for a new conversation when the person asks for one", () => {
    const { after } = given(SUSPENDED)
      .when(renew())
      .then([renewed(S1, S2, "new"), changed("suspended", "idle")]);
    expect(after.past).toMatchObject([{ id: S1, mark: { kind: "suspended" } }]);
  });

  it("[L04] comes back after /new too", () => {
    given(SUSPENDED)
      .when(renew(), resume())
      .then([restored(S2, S1), changed("idle", "resume_pending")]);
  });

  it("is not there before its cut is stored: the events say it in order", () => {
    const { session } = given(TWICE);
    const cutOnly = evolveAll(session, [cut(T3, 3)], 2);
    expect(cutOnly.mark?.kind).toBe("resume_pending");
    expect(evolveAll(cutOnly, [suspended(T3)], 2).mark?.kind).toBe("suspended");
  });

  it("[L03] of which the answer came just before the cut is not suspended", () => {
    given(TWICE)
      .when(end(T3))
      .then([
        finished(T3, "completed", "completed"),
        { type: "mark_cleared", why: "succeeded" },
        changed("running", "idle"),
      ]);
  });
});
