import { describe, expect, it } from "vitest";
import { given } from "./given.ts";
import {
  B1,
  B2,
  MARKED,
  NOTED,
  RUNNING,
  S1,
  STOPPING,
  SUSPENDED,
  T1,
  T2,
  admit,
  changed,
  cut,
  drainTimeout,
  end,
  finished,
  interruptWorker,
  killWorker,
  recover,
  requeued,
  restarted,
  startWorker,
  started,
  stopping,
} from "./sample.ts";

const ENDED = [...RUNNING, finished(T1, "completed", "done")];

describe("a drain that times out", () => {
  it("[D05] marks a running turn and interrupts its worker", () => {
    given(RUNNING)
      .when(drainTimeout())
      .then([cut(T1), changed("running", "resume_pending")], [interruptWorker(T1)]);
  });

  it.each(["restart_timeout", "shutdown_timeout"] as const)("[D07] marks with %s", (why) => {
    const { after } = given(RUNNING).when(drainTimeout(why));
    expect(after.mark).toMatchObject({ kind: "resume_pending", interruption: why, turn: T1 });
  });

  it.each([
    ["idle", ENDED],
    ["resume_pending", MARKED],
    ["suspended", SUSPENDED],
  ] as const)("[D04] [D05] leaves a session that is %s alone", (_, events) => {
    given(events).when(drainTimeout()).refused("nothing_to_do");
  });

  it("[D04] leaves a turn that ended inside the drain unmarked: its next turn has no note", () => {
    given(RUNNING)
      .when(end(T1), admit(T2))
      .then([started(T2), changed("idle", "starting")]);
  });

  it("[D06] sends a turn that is still starting back to the queue, unmarked", () => {
    const { after } = given([started(T1)])
      .when(drainTimeout())
      .then([requeued(T1), changed("starting", "idle")], [killWorker(T1)]);
    expect(after).toMatchObject({ turn: null, mark: null, cuts: 0, turns: 0, last: null });
  });

  it("[D06] lets the requeued message run after boot without a note", () => {
    given([started(T1)])
      .when(drainTimeout(), admit(T2, { owner: B2 }))
      .then([
        { type: "turn_started", turn: T2, owner: B2, fence: 1, noted: false, origin: "message" },
        changed("idle", "starting"),
      ]);
  });

  it("[D06] sends a turn back also on its second attempt to start", () => {
    given([started(T1), restarted(T1, { generation: 2, attempt: 2 })])
      .when(drainTimeout())
      .then([requeued(T1), changed("starting", "idle")], [killWorker(T1, 2)]);
  });

  it("[D06] keeps the mark of an earlier cut on a turn that goes back", () => {
    given([...MARKED, started(T2, { noted: true })])
      .when(drainTimeout())
      .then([requeued(T2), changed("starting", "resume_pending")]);
  });

  it.each([
    ["was running", STOPPING],
    ["was starting", [started(T1), stopping(T1)]],
  ] as const)("cancels a turn that somebody had stopped while it %s", (_, events) => {
    given(events)
      .when(drainTimeout())
      .then(
        [finished(T1, "cancelled", "stopped"), changed("interrupting", "idle")],
        [killWorker(T1)],
      );
  });

  it("[D07] marks with the later cause when a resumed turn is cut again", () => {
    const { after } = given(NOTED)
      .when(drainTimeout("shutdown_timeout"))
      .then([cut(T2, 2, "shutdown_timeout"), changed("running", "resume_pending")]);
    expect(after.mark).toMatchObject({ turn: T2, interruption: "shutdown_timeout" });
  });
});

describe("a boot that finds turns of a dead one", () => {
  it("marks a running turn as cut by a crash", () => {
    given(RUNNING)
      .when(recover())
      .then([cut(T1, 1, "crash"), changed("running", "resume_pending")], [interruptWorker(T1)]);
  });

  it("leaves the status that the drain's timeout would have left", () => {
    const byDrain = given(RUNNING).when(drainTimeout()).after;
    const byDeath = given(RUNNING).when(recover()).after;
    const cause = { interruption: "crash" };
    expect(byDeath).toEqual({ ...byDrain, mark: { ...byDrain.mark, ...cause } });
  });

  it("leaves a turn of its own alone", () => {
    given(RUNNING).when(recover(B1)).refused("nothing_to_do");
  });

  it.each([
    ["idle", ENDED],
    ["resume_pending", MARKED],
    ["suspended", SUSPENDED],
  ] as const)("[C04] leaves a session that is %s alone", (_, events) => {
    given(events).when(recover()).refused("nothing_to_do");
  });

  it.each([
    ["starting", [started(T1)]],
    ["running", RUNNING],
    ["interrupting", STOPPING],
  ] as const)("repairs a turn that was %s once", (_, events) => {
    given(events).when(recover(), recover()).refused("nothing_to_do");
  });

  it("[D06] sends a turn that was still starting back to the queue", () => {
    given([started(T1)])
      .when(recover())
      .then([requeued(T1), changed("starting", "idle")], [killWorker(T1)]);
  });

  it("cancels a turn that a person had asked to stop", () => {
    const { after } = given(STOPPING)
      .when(recover())
      .then(
        [finished(T1, "cancelled", "stopped"), changed("interrupting", "idle")],
        [killWorker(T1)],
      );
    expect(after.mark).toBeNull();
  });

  it("keeps the conversation: the next message continues the same session id", () => {
    const { after } = given(RUNNING)
      .when(recover(), admit(T2, { owner: B2 }))
      .then(
        [
          { type: "turn_started", turn: T2, owner: B2, fence: 1, noted: true, origin: "message" },
          changed("resume_pending", "starting"),
        ],
        [startWorker(T2)],
      );
    expect(after).toMatchObject({ id: S1, past: [] });
  });

  it("takes the finish of a turn as it is when the crash came after it", () => {
    given(RUNNING).when(end(T1), recover()).refused("nothing_to_do");
  });
});
