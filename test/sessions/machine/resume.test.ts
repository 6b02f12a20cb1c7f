import { describe, expect, it } from "vitest";
import { given } from "./given.ts";
import {
  B2,
  MARKED,
  NOTED,
  R1,
  RUNNING,
  S1,
  S2,
  SKIP,
  SUSPENDED,
  T1,
  T2,
  T3,
  accepted,
  admit,
  changed,
  cleared,
  cut,
  drainTimeout,
  end,
  finished,
  lost,
  opened,
  recover,
  renew,
  renewed,
  requeued,
  resume,
  startFailed,
  startWorker,
  started,
  stop,
  stopExpired,
} from "./sample.ts";

describe("the turn after a cut", () => {
  it("carries the note and keeps the session id", () => {
    const { after } = given(MARKED)
      .when(admit(T2))
      .then(
        [started(T2, { noted: true }), changed("resume_pending", "starting")],
        [startWorker(T2)],
      );
    expect(after).toMatchObject({ id: S1, turn: { noted: true } });
  });

  it("[R04] clears the mark when it succeeds, in the same decision", () => {
    const { after } = given(NOTED)
      .when(end(T2))
      .then([
        finished(T2, "completed", "completed"),
        cleared("succeeded"),
        changed("running", "idle"),
      ]);
    expect(after).toMatchObject({ mark: null, cuts: 0 });
  });

  it.each([
    ["fails", end(T2, "failed")],
    ["is cancelled", end(T2, "cancelled")],
    ["loses its worker under the policy to fail", lost(T2, { policy: "fail" })],
  ])("[R04] keeps the mark when it %s", (_, command) => {
    const { session } = given(NOTED);
    const { after } = given(NOTED).when(command).status("resume_pending");
    expect(after.mark).toEqual(session.mark);
  });

  it("[R04] keeps the mark when its start fails", () => {
    given([...MARKED, started(T2, { noted: true })])
      .when(startFailed(T2, false))
      .status("resume_pending");
  });

  it("[R04] keeps the mark when it is stopped", () => {
    given(NOTED).when(stop(), stopExpired(T2)).status("resume_pending");
  });

  it("[R04] is marked anew when it is cut: one mark, so one note", () => {
    const { after } = given(NOTED).when(drainTimeout());
    expect(after.mark).toMatchObject({ kind: "resume_pending", turn: T2 });
    given(NOTED)
      .when(drainTimeout(), admit(T3))
      .then([started(T3, { noted: true }), changed("resume_pending", "starting")]);
  });

  it("is not recovered when it is merely accepted", () => {
    const { after } = given([...MARKED, started(T2, { noted: true })]).when(accepted(T2));
    expect(after.mark?.kind).toBe("resume_pending");
  });

  it("is not recovered when it asks", () => {
    const { after } = given(NOTED).when({ type: "ask", turn: T2, generation: 1, request: R1 });
    expect(after.mark?.kind).toBe("resume_pending");
  });

  it.each([
    ["never had a turn", []],
    ["completed its last turn", [...RUNNING, finished(T1, "completed", "done")]],
    ["failed its last turn", [...RUNNING, finished(T1, "failed", "error")]],
    ["cancelled its last turn", [...RUNNING, finished(T1, "cancelled", "stopped")]],
    ["had its last turn put back in the queue", [started(T1), requeued(T1)]],
  ] as const)("[R07] has no note when the session %s", (_, events) => {
    given(events)
      .when(admit(T2))
      .then([started(T2), changed("idle", "starting")]);
  });

  it("[R04] has no note when the one before it succeeded with the note", () => {
    given(NOTED)
      .when(end(T2), admit(T3))
      .then([started(T3), changed("idle", "starting")]);
  });

  it("has no note when the person skipped it", () => {
    given(MARKED)
      .when(SKIP)
      .then([cleared("skipped"), changed("resume_pending", "idle")], []);
    given(MARKED)
      .when(SKIP, admit(T2))
      .then([started(T2), changed("idle", "starting")]);
  });

  it.each([
    ["idle", []],
    ["suspended", SUSPENDED],
  ] as const)("there is nothing to skip when the session is %s", (_, events) => {
    given(events).when(SKIP).refused("nothing_to_do");
  });

  it("begins a new conversation when the person asked for one", () => {
    given(MARKED)
      .when(renew())
      .then([renewed(S1, S2, "new"), changed("resume_pending", "idle")], []);
    given(MARKED)
      .when(renew(), admit(T2))
      .then([started(T2), changed("idle", "starting")]);
  });

  it("[S06] there is nothing to release in a session that goes on anyway", () => {
    given(MARKED).when(resume()).refused("nothing_to_do");
  });
});

describe("a turn that continues by itself", () => {
  const AUTO = admit(T2, { origin: "auto" });

  it("carries the note", () => {
    given(MARKED)
      .when(AUTO)
      .then([started(T2, { noted: true, origin: "auto" }), changed("resume_pending", "starting")]);
  });

  it("[R12] counts its try when it starts, before anything can come of it", () => {
    expect(given(MARKED).when(AUTO).after.mark).toMatchObject({ tries: 1 });
  });

  it.each([
    ["its boot dies while it starts", [recover()]],
    ["its boot dies while it runs", [accepted(T2), recover()]],
    ["the drain cuts it", [accepted(T2), drainTimeout()]],
    ["the drain puts it back", [drainTimeout()]],
    ["it fails", [accepted(T2), end(T2, "failed")]],
  ])("[R12] keeps its count when %s", (_, commands) => {
    const { after } = given(MARKED).when(AUTO, ...commands);
    expect(after.mark).toMatchObject({ kind: "resume_pending", tries: 1 });
  });

  it("[R12] counts the tries of several boots", () => {
    const { after } = given(MARKED).when(
      AUTO,
      recover(B2),
      admit(T3, { origin: "auto", owner: B2 }),
    );
    expect(after.mark).toMatchObject({ tries: 2 });
  });

  it("[R12] counts no try when a person's message goes on", () => {
    expect(given(MARKED).when(admit(T2)).after.mark).toMatchObject({ tries: 0 });
  });

  it("[R12] begins to count anew after a success", () => {
    const { after } = given(MARKED).when(AUTO, end(T2), admit(T3), accepted(T3), recover());
    expect(after.mark).toMatchObject({ turn: T3, tries: 0 });
  });

  it.each([
    ["idle", []],
    ["suspended", SUSPENDED],
  ] as const)("[L04] does not begin when the session is %s", (_, events) => {
    given(events).when(AUTO).refused("nothing_to_do");
  });

  it("does not begin when a newer message is at work", () => {
    given([...MARKED, started(T3, { noted: true })])
      .when(AUTO)
      .refused("busy");
  });
});

describe("the interruption that a note tells", () => {
  it.each([
    ["restart_timeout", drainTimeout("restart_timeout")],
    ["shutdown_timeout", drainTimeout("shutdown_timeout")],
    ["crash", recover()],
    ["worker_lost", lost(T1)],
    ["stalled", lost(T1, { interruption: "stalled" })],
  ] as const)("[D07] is %s", (interruption, command) => {
    given(RUNNING)
      .when(command)
      .then([cut(T1, 1, interruption), changed("running", "resume_pending")]);
  });

  it("tells which turn was cut, and when", () => {
    expect(given(RUNNING).when(recover()).after.mark).toMatchObject({ turn: T1, since: 2 });
  });

  it("[D06] is kept while a request stands open", () => {
    const { after } = given([...NOTED, opened(T2, R1)]).when(recover());
    expect(after.mark).toMatchObject({ interruption: "restart_timeout", turn: T1 });
  });
});
