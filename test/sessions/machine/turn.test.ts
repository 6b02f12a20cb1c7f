import { describe, expect, it } from "vitest";
import { statusOf } from "../../../sessions/machine/state.ts";
import { given } from "./given.ts";
import {
  ASKING,
  B1,
  DETACHED,
  MARKED,
  NOTED,
  R1,
  RUNNING,
  S1,
  S2,
  SKIP,
  STOPPING,
  T1,
  T2,
  accepted,
  admit,
  begun,
  changed,
  cleared,
  closed,
  detached,
  end,
  finished,
  interruptWorker,
  killWorker,
  lost,
  renew,
  renewed,
  restarted,
  resume,
  startFailed,
  startWorker,
  started,
  stop,
  stopExpired,
  stopping,
} from "./sample.ts";

const STARTING = [started(T1)];

describe("a turn from its admission to its end", () => {
  it("[S01] [R07] a message admitted to an idle session starts a worker, without a note", () => {
    given([])
      .when(admit(T1))
      .then([started(T1), changed("idle", "starting")], [startWorker(T1)]);
  });

  it.each([
    ["starting", STARTING],
    ["running", RUNNING],
    ["awaiting_input", ASKING],
    ["awaiting_input, detached", DETACHED],
    ["interrupting", STOPPING],
  ] as const)("[S01] a session that is %s admits no second turn", (_, events) => {
    given(events).when(admit(T2)).refused("busy");
  });

  it("[S06] a turn accepted by its worker runs", () => {
    given(STARTING)
      .when(accepted(T1))
      .then([begun(T1), changed("starting", "running")], []);
  });

  it("[S03] a running turn stays when its acceptance is said again", () => {
    given(RUNNING).when(accepted(T1)).refused("nothing_to_do");
  });

  it.each([
    ["a mode is set", { type: "set_mode", mode: "steer" } as const],
    ["it is accepted", accepted(T1)],
  ])("[S03] a turn stays active, and the same, when %s", (_, command) => {
    const { after } = given(STARTING).when(command);
    expect(after.turn).toMatchObject({ id: T1, generation: 1, owner: B1 });
  });

  it("[S06] a mode that is set already changes nothing", () => {
    given([{ type: "mode_set", mode: "steer" }])
      .when({ type: "set_mode", mode: "steer" })
      .refused("nothing_to_do");
  });

  it("[S06] a worker that is chosen already changes nothing, and one that is chosen anew waits for the next turn", () => {
    const chosen = { type: "set_worker", worker: "other" } as const;
    given([{ type: "worker_set", worker: "other" }])
      .when(chosen)
      .refused("nothing_to_do");
    const { after } = given(RUNNING).when(chosen);
    expect(after.settings.worker).toBe("other");
    expect(after.turn?.worker).toBeUndefined();
  });

  it("[S06] a mode that is set is no change of status", () => {
    given(RUNNING)
      .when({ type: "set_mode", mode: "collect" })
      .then([{ type: "mode_set", mode: "collect" }], []);
  });

  it.each([SKIP, resume()])("[S03] a turn stays active when $type is asked for", (command) => {
    given(RUNNING).when(command).refused("busy");
  });

  it("a failed start is tried again by another worker while attempts are left", () => {
    given(STARTING)
      .when(startFailed(T1, true))
      .then([restarted(T1, { generation: 2, attempt: 2 })], [startWorker(T1, 2)])
      .status("starting");
  });

  it("[S02] a start that failed for good ends the turn as failed", () => {
    given(STARTING)
      .when(startFailed(T1, false))
      .then([finished(T1, "failed", "no agent"), changed("starting", "idle")], []);
  });

  it("[S02] a start that fails while it is stopped ends the turn as cancelled", () => {
    given([...STARTING, stopping(T1)])
      .when(startFailed(T1, true))
      .then([finished(T1, "cancelled", "no agent"), changed("interrupting", "idle")], []);
  });

  it("[S02] a worker that dies before it accepted ends the turn as failed", () => {
    given(STARTING)
      .when(lost(T1))
      .then(
        [finished(T1, "failed", "it went away"), changed("starting", "idle")],
        [killWorker(T1)],
      );
  });

  it.each(["completed", "failed", "cancelled"] as const)(
    "[S02] a turn that %s leaves the session idle, without a turn",
    (outcome) => {
      const { after } = given(RUNNING)
        .when(end(T1, outcome))
        .then([finished(T1, outcome, outcome), changed("running", "idle")], []);
      expect(after).toMatchObject({ turn: null, last: { turn: T1, outcome } });
    },
  );

  it("[S02] a turn may complete before it was seen to be accepted", () => {
    given(STARTING)
      .when(end(T1))
      .then([finished(T1, "completed", "completed"), changed("starting", "idle")], []);
  });

  it("[S02] a turn that ends while it asks takes its request with it", () => {
    given(ASKING)
      .when(end(T1))
      .then([
        closed(T1, R1, "turn_ended"),
        finished(T1, "completed", "completed"),
        changed("awaiting_input", "idle"),
      ]);
  });
});

describe("a turn that somebody stops", () => {
  it.each([
    ["starting", STARTING],
    ["running", RUNNING],
  ] as const)("a turn that is %s is interrupted when a person stops it", (status, events) => {
    given(events)
      .when(stop())
      .then([stopping(T1), changed(status, "interrupting")], [interruptWorker(T1)]);
  });

  it("a turn keeps who stopped it when a newer message does", () => {
    const { after } = given(RUNNING)
      .when(stop("newer_message"))
      .then([stopping(T1, "newer_message"), changed("running", "interrupting")]);
    expect(after.turn).toMatchObject({ phase: "interrupting", stop: "newer_message" });
  });

  it("a turn that asks drops its request when it is stopped", () => {
    given(ASKING)
      .when(stop())
      .then(
        [closed(T1, R1, "turn_ended"), stopping(T1), changed("awaiting_input", "interrupting")],
        [interruptWorker(T1)],
      );
  });

  it("a detached turn ends at once when it is stopped: nothing runs", () => {
    given(DETACHED)
      .when(stop())
      .then(
        [
          closed(T1, R1, "turn_ended"),
          finished(T1, "cancelled", "stopped"),
          changed("awaiting_input", "idle"),
        ],
        [],
      );
  });

  it("[S06] a second stop changes nothing", () => {
    given(STOPPING).when(stop("operator")).refused("nothing_to_do");
  });

  it.each([
    ["idle", []],
    ["resume_pending", MARKED],
  ] as const)("[S06] a stop changes nothing when the session is %s", (_, events) => {
    given(events).when(stop()).refused("nothing_to_do");
  });

  it("[S10] a worker that does not obey in time is killed and the turn cancelled", () => {
    given(STOPPING)
      .when(stopExpired(T1))
      .then(
        [finished(T1, "cancelled", "stopped"), changed("interrupting", "idle")],
        [killWorker(T1)],
      );
  });

  it("[S06] the stop's timer changes nothing when nobody asked to stop", () => {
    given(RUNNING).when(stopExpired(T1)).refused("nothing_to_do");
  });

  it.each([
    ["cancelled", "cancelled"],
    ["failed", "cancelled"],
    ["completed", "completed"],
  ] as const)("a stopped worker that says %s ends the turn as %s", (said, outcome) => {
    given(STOPPING)
      .when(end(T1, said))
      .then([finished(T1, outcome, said), changed("interrupting", "idle")], []);
  });

  it("a worker that dies while it is stopped ends the turn as cancelled, without a mark", () => {
    const { after } = given(STOPPING)
      .when(lost(T1))
      .then(
        [finished(T1, "cancelled", "stopped"), changed("interrupting", "idle")],
        [killWorker(T1)],
      );
    expect(after.mark).toBeNull();
  });
});

describe("a turn whose worker is lost", () => {
  it("[L02] a running turn is marked to be resumed when its worker dies", () => {
    given(RUNNING)
      .when(lost(T1))
      .then(
        [
          { type: "turn_cut", turn: T1, generation: 1, interruption: "worker_lost", cuts: 1 },
          changed("running", "resume_pending"),
        ],
        [killWorker(T1)],
      );
  });

  it("a running turn that stalls is cut with that cause", () => {
    const { after } = given(RUNNING).when(lost(T1, { interruption: "stalled" }));
    expect(after.mark).toMatchObject({ kind: "resume_pending", interruption: "stalled" });
  });

  it("a running turn ends as interrupted, unmarked, when the policy is to fail", () => {
    const { after } = given(RUNNING)
      .when(lost(T1, { policy: "fail" }))
      .then(
        [finished(T1, "interrupted", "it went away"), changed("running", "idle")],
        [killWorker(T1)],
      );
    expect(after).toMatchObject({ mark: null, cuts: 0 });
  });

  it("a turn that asks goes on asking when its worker dies, detached", () => {
    given(ASKING)
      .when(lost(T1))
      .then([detached(T1)], [killWorker(T1)])
      .status("awaiting_input");
  });
});

describe("the status of a session", () => {
  it("[S08] is that of its turn, also while a mark waits behind it", () => {
    const { session } = given(NOTED);
    expect(session.mark?.kind).toBe("resume_pending");
    expect(statusOf(session)).toBe("running");
  });

  it("[S08] follows the turn and the mark when they are taken away, and is stored nowhere", () => {
    const { session } = given(NOTED);
    expect(statusOf({ ...session, turn: null })).toBe("resume_pending");
    expect(statusOf({ ...session, turn: null, mark: null })).toBe("idle");
    expect(Object.keys(session)).not.toContain("status");
  });

  it("[S06] is said once to have changed, last, when several events change it", () => {
    given(ASKING)
      .when(renew())
      .then([
        closed(T1, R1, "turn_ended"),
        finished(T1, "cancelled", "new conversation"),
        renewed(S1, S2, "new"),
        changed("awaiting_input", "idle"),
      ]);
  });

  it("[R04] becomes idle when the turn that carried the note succeeds", () => {
    given(NOTED)
      .when(end(T2))
      .then([
        finished(T2, "completed", "completed"),
        cleared("succeeded"),
        changed("running", "idle"),
      ]);
  });
});
