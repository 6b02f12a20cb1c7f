import { describe, expect, it } from "vitest";
import { statusOf } from "../../../sessions/machine/state.ts";
import type { SessionId } from "../../../sessions/ids.ts";
import { given } from "./given.ts";
import {
  ASKING,
  DETACHED,
  MARKED,
  NOTED,
  R1,
  R2,
  RUNNING,
  S1,
  STOPPING,
  SUSPENDED,
  T1,
  T2,
  T3,
  accepted,
  answer,
  ask,
  begun,
  changed,
  cleared,
  end,
  finished,
  lost,
  renew,
  resume,
  restarted,
  started,
  startFailed,
  stopExpired,
  withdraw,
} from "./sample.ts";

const LATE = [
  accepted(T1),
  startFailed(T1, true),
  startFailed(T1, false),
  ask(T1, R1),
  withdraw(T1, R1),
  end(T1, "completed"),
  end(T1, "failed"),
  end(T1, "cancelled"),
  lost(T1),
  stopExpired(T1),
];

describe("what comes late", () => {
  it.each(LATE)("[S04] a finished turn stays finished when $type comes late ($outcome)", (late) => {
    given([...RUNNING, finished(T1, "completed", "done")])
      .when(late)
      .refused("late");
  });

  it.each(LATE)(
    "[S04] a running turn is untouched when $type of the turn before it comes",
    (late) => {
      given([...RUNNING, finished(T1, "completed", "done"), started(T2), begun(T2)])
        .when(late)
        .refused("late");
    },
  );

  it.each(LATE)("[S05] [B06] a restarted turn ignores $type of its first generation", (late) => {
    given([started(T1), restarted(T1, { generation: 2, attempt: 2 })])
      .when(late)
      .refused("late");
  });

  it.each(LATE)("[S05] a new conversation ignores $type of a turn of the old one", (late) => {
    given(RUNNING).when(renew(), late).refused("late");
  });

  it("[S05] a worker event applies when turn and generation are the active ones", () => {
    given([started(T1), restarted(T1, { generation: 2, attempt: 2 })])
      .when(accepted(T1, 2))
      .then([begun(T1), changed("starting", "running")]);
  });

  it.each([
    ask(T1, R2, 2),
    withdraw(T1, R1, 2),
    end(T1, "completed", 2),
    lost(T1, { generation: 2 }),
    startFailed(T1, false, 2),
  ])("[S05] no worker speaks for a detached turn: $type changes nothing", (command) => {
    given(DETACHED).when(command).refused("late");
  });

  it.each(LATE)("[B06] a detached turn ignores $type of the worker that is gone", (late) => {
    given(DETACHED).when(late).refused("late");
  });

  it.each(LATE)(
    "[B06] a turn that goes on with a grant ignores $type of the old worker",
    (late) => {
      given(DETACHED).when(answer(R1, "allow"), late).refused("late");
    },
  );

  it("[S04] a marked session takes the answer of the cut turn when it comes after all", () => {
    given(MARKED)
      .when(end(T1))
      .then([
        finished(T1, "completed", "late"),
        cleared("succeeded"),
        changed("resume_pending", "idle"),
      ]);
  });

  it("[S04] a late answer counts once", () => {
    given(MARKED).when(end(T1), end(T1)).refused("late");
  });

  it.each([end(T1, "failed"), end(T1, "cancelled"), accepted(T1), ask(T1, R1), lost(T1)])(
    "[G03] a marked session keeps its mark when $type of the cut turn comes late",
    (late) => {
      given(MARKED).when(late).refused("late");
    },
  );

  it("[S05] a late answer of another generation than the cut one changes nothing", () => {
    given(MARKED)
      .when(end(T1, "completed", 2))
      .refused("late");
  });

  it("[S05] a late answer changes nothing while the next turn runs", () => {
    given(NOTED).when(end(T1)).refused("late");
  });

  it("[L01] a late answer does not revive a suspended session", () => {
    given(SUSPENDED).when(end(T3)).refused("late");
  });

  it("[L04] a released session starts from its transcript, not from a late answer", () => {
    given(SUSPENDED).when(resume(), end(T3)).refused("late");
  });

  it("[B04] a late answer of the conversation left by /new stays out of the new one", () => {
    const { after } = given(MARKED).when(renew());
    expect(statusOf(after)).toBe("idle");
    given(MARKED).when(renew(), end(T1)).refused("late");
    expect(after.past.map((past) => past.id)).toEqual([S1 satisfies SessionId]);
  });

  it("[G03] a late pause never unwinds a stop", () => {
    given(STOPPING).when(ask(T1, R1)).refused("nothing_to_do");
  });

  it("[S03] a turn that waits for a person keeps waiting when its acceptance comes again", () => {
    given(ASKING).when(accepted(T1)).refused("nothing_to_do");
  });
});
