import { describe, expect, it } from "vitest";
import type { SessionEvent } from "../../../sessions/machine/events.ts";
import { given } from "./given.ts";
import {
  ASKING,
  B2,
  DETACHED,
  NOTED,
  R1,
  R2,
  RUNNING,
  STOPPING,
  T1,
  T2,
  accepted,
  answer,
  ask,
  begun,
  changed,
  closed,
  detached,
  drainTimeout,
  expire,
  finished,
  lost,
  opened,
  recover,
  restarted,
  startFailed,
  startWorker,
  started,
  withdraw,
} from "./sample.ts";

const TWO: readonly SessionEvent[] = [...ASKING, opened(T1, R2)];
const TWO_DETACHED: readonly SessionEvent[] = [...TWO, detached(T1)];
/** Allowed while nobody listened: the boot that took the answer runs the next worker. */
const GOES_ON = restarted(T1, { generation: 3, attempt: 2, owner: B2, fence: 2 });

function toldWorker(how: "allowed" | "denied" | "expired", request = R1) {
  return { do: "answer_worker", turn: T1, generation: 1, request, how } as const;
}

describe("a gate that opens", () => {
  it.each([
    ["starting", [started(T1)]],
    ["running", RUNNING],
  ] as const)("makes a turn that is %s wait for a person", (status, events) => {
    given(events)
      .when(ask(T1, R1))
      .then([opened(T1, R1), changed(status, "awaiting_input")], []);
  });

  it("[G03] changes nothing when it is open already", () => {
    given(ASKING).when(ask(T1, R1)).refused("nothing_to_do");
  });

  it("[G09] [S06] is one more when another is open, and no change of status", () => {
    given(ASKING)
      .when(ask(T1, R2))
      .then([opened(T1, R2)], [])
      .status("awaiting_input");
  });

  it("[G03] changes nothing while the turn is stopped", () => {
    given(STOPPING).when(ask(T1, R1)).refused("nothing_to_do");
  });

  it("[G03] never unwinds a finish when it comes late", () => {
    given([...RUNNING, finished(T1, "completed", "done")])
      .when(ask(T1, R1))
      .refused("late");
  });
});

describe("an answer to a worker that listens", () => {
  it.each([
    ["allow", "allowed"],
    ["deny", "denied"],
  ] as const)("runs the turn on and tells the worker: %s", (decision, how) => {
    given(ASKING)
      .when(answer(R1, decision))
      .then([closed(T1, R1, how), changed("awaiting_input", "running")], [toldWorker(how)]);
  });

  it("[G09] leaves the turn waiting while another request is open", () => {
    const { after } = given(TWO)
      .when(answer(R1, "allow"))
      .then([closed(T1, R1, "allowed")], [toldWorker("allowed")]);
    expect(after.turn).toMatchObject({ phase: "awaiting_input", requests: [R2], allowed: [] });
  });

  it("[G09] runs the turn on when it is the last of several", () => {
    given(TWO)
      .when(answer(R2, "deny"), answer(R1, "allow"))
      .then(
        [closed(T1, R1, "allowed"), changed("awaiting_input", "running")],
        [toldWorker("allowed")],
      );
  });

  it("changes nothing when it is the second to the same request", () => {
    given(TWO).when(answer(R1, "allow"), answer(R1, "deny")).refused("unknown_request");
  });

  it("changes nothing when it names a request that is not open", () => {
    given(RUNNING).when(answer(R1, "allow")).refused("unknown_request");
  });

  it("[S10] is no when the request expires", () => {
    given(ASKING)
      .when(expire(R1))
      .then(
        [closed(T1, R1, "expired"), changed("awaiting_input", "running")],
        [toldWorker("expired")],
      );
  });

  it("that came before the expiry stands", () => {
    given(ASKING).when(answer(R1, "allow"), expire(R1)).refused("unknown_request");
  });

  it("is not needed when the worker takes its question back", () => {
    given(ASKING)
      .when(withdraw(T1, R1))
      .then([closed(T1, R1, "withdrawn"), changed("awaiting_input", "running")], []);
  });

  it("[G09] is still needed for the other request when one is taken back", () => {
    given(TWO)
      .when(withdraw(T1, R2))
      .then([closed(T1, R2, "withdrawn")], [])
      .status("awaiting_input");
  });

  it("cannot be taken back for a request that is not open", () => {
    given(ASKING).when(withdraw(T1, R2)).refused("unknown_request");
  });
});

describe("a request whose worker is gone", () => {
  it.each([
    ["the worker dies", lost(T1)],
    ["the drain's budget is used up", drainTimeout()],
    ["the boot that ran it is dead", recover()],
  ])("[G06] stays open, detached, when %s", (_, command) => {
    const { after } = given(ASKING)
      .when(command)
      .then([detached(T1)], [{ do: "kill_worker", turn: T1, generation: 1 }])
      .status("awaiting_input");
    expect(after).toMatchObject({ mark: null, cuts: 0, turn: { requests: [R1], detached: true } });
  });

  it.each([drainTimeout(), recover()])("[G06] is detached once: $type again", (command) => {
    given(DETACHED).when(command).refused("nothing_to_do");
  });

  it("starts another worker of the same turn when it is allowed", () => {
    const { after } = given(DETACHED)
      .when(answer(R1, "allow"))
      .then(
        [closed(T1, R1, "allowed"), GOES_ON, changed("awaiting_input", "starting")],
        [startWorker(T1, 3)],
      );
    expect(after.turn).toMatchObject({ id: T1, owner: B2, fence: 2, begun: true });
  });

  it.each([
    [answer(R1, "deny"), "denied", "declined"],
    [expire(R1), "expired", "request expired"],
  ] as const)("ends the turn as cancelled when it is not: $type", (command, how, reason) => {
    given(DETACHED)
      .when(command)
      .then(
        [closed(T1, R1, how), finished(T1, "cancelled", reason), changed("awaiting_input", "idle")],
        [],
      );
  });

  it("[G09] waits for the others, and remembers what was allowed", () => {
    const { after } = given(TWO_DETACHED)
      .when(answer(R1, "allow"))
      .then([closed(T1, R1, "allowed")], []);
    expect(after.turn).toMatchObject({ phase: "awaiting_input", requests: [R2], allowed: [R1] });
  });

  it("[G09] goes on when one of several was allowed and the last is not", () => {
    given(TWO_DETACHED)
      .when(answer(R1, "allow"), answer(R2, "deny"))
      .then(
        [closed(T1, R2, "denied"), GOES_ON, changed("awaiting_input", "starting")],
        [startWorker(T1, 3)],
      );
  });

  it("[G09] ends the turn when none of several was allowed", () => {
    given(TWO_DETACHED)
      .when(answer(R1, "deny"), answer(R2, "deny"))
      .then([
        closed(T1, R2, "denied"),
        finished(T1, "cancelled", "declined"),
        changed("awaiting_input", "idle"),
      ]);
  });

  it("is answered once", () => {
    given(DETACHED).when(answer(R1, "allow"), answer(R1, "deny")).refused("unknown_request");
  });

  it("takes an answer in whichever boot it comes, and that boot runs the turn", () => {
    given(DETACHED).when(answer(R1, "allow"), recover(B2)).refused("nothing_to_do");
  });

  it("may be followed by a new gate of the worker that goes on", () => {
    given(DETACHED)
      .when(answer(R1, "allow"), accepted(T1, 3), ask(T1, R2, 3))
      .then([opened(T1, R2), changed("running", "awaiting_input")]);
  });

  it("[R04] keeps the mark of an earlier cut when it is declined", () => {
    given([...NOTED, opened(T2, R1), detached(T2)])
      .when(answer(R1, "deny"))
      .status("resume_pending");
  });

  it("[D06] cannot send its turn back to the queue once it was allowed: the turn had begun", () => {
    given(DETACHED)
      .when(answer(R1, "allow"), drainTimeout())
      .then([
        {
          type: "turn_cut",
          turn: T1,
          generation: 3,
          interruption: "restart_timeout",
          cuts: 1,
        },
        changed("starting", "resume_pending"),
      ]);
  });

  it("[D06] keeps its turn begun when the start after the answer is tried again", () => {
    given(DETACHED)
      .when(answer(R1, "allow"), startFailed(T1, true, 3), drainTimeout())
      .status("resume_pending");
  });

  it("runs as any other turn once its new worker accepted", () => {
    given(DETACHED)
      .when(answer(R1, "allow"), accepted(T1, 3))
      .then([begun(T1), changed("starting", "running")]);
  });
});
