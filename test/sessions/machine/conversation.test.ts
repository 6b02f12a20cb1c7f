import { describe, expect, it } from "vitest";
import type { SessionId } from "../../../sessions/ids.ts";
import { evolveAll } from "../../../sessions/machine/evolve.ts";
import { PAST_LIMIT } from "../../../sessions/machine/state.ts";
import { given } from "./given.ts";
import {
  ASKING,
  MARKED,
  R1,
  RUNNING,
  S1,
  S2,
  S3,
  STOPPING,
  SUSPENDED,
  T1,
  T2,
  admit,
  archive,
  archived,
  begun,
  changed,
  closed,
  cut,
  drainTimeout,
  end,
  finished,
  killWorker,
  recover,
  renew,
  renewed,
  restored,
  resume,
  started,
} from "./sample.ts";

const SAID = [...RUNNING, finished(T1, "completed", "done")];

describe("/new", () => {
  it("[B04] begins another conversation and keeps the old one", () => {
    const { after } = given(SAID)
      .when(renew())
      .then([renewed(S1, S2, "new")], []);
    expect(after).toMatchObject({ id: S2, turns: 0, past: [{ id: S1, why: "new", turns: 1 }] });
  });

  it("[B04] makes one conversation when two race", () => {
    given(SAID).when(renew(S2), renew(S3)).refused("nothing_to_do");
  });

  it("[B04] [S06] changes nothing in a conversation in which nothing was said", () => {
    given([]).when(renew()).refused("nothing_to_do");
  });

  it("[B04] changes nothing when all that was begun went back to the queue", () => {
    given([started(T1)])
      .when(drainTimeout(), renew())
      .refused("nothing_to_do");
  });

  it.each([
    ["starting", [started(T1)]],
    ["running", RUNNING],
    ["interrupting", STOPPING],
  ] as const)("[S02] [B04] ends a turn that is %s as cancelled", (status, events) => {
    given(events)
      .when(renew())
      .then(
        [
          finished(T1, "cancelled", "new conversation"),
          renewed(S1, S2, "new"),
          changed(status, "idle"),
        ],
        [killWorker(T1)],
      );
  });

  it("[S02] ends a turn that asks, with its request", () => {
    given(ASKING)
      .when(renew())
      .then([
        closed(T1, R1, "turn_ended"),
        finished(T1, "cancelled", "new conversation"),
        renewed(S1, S2, "new"),
        changed("awaiting_input", "idle"),
      ]);
  });

  it("[B04] takes the mark of the old conversation along with it", () => {
    const { after } = given(MARKED).when(renew());
    expect(after).toMatchObject({
      mark: null,
      cuts: 0,
      past: [{ id: S1, mark: { kind: "resume_pending", turn: T1 } }],
    });
  });

  it("keeps the settings of the person", () => {
    const { after } = given([...SAID, { type: "mode_set", mode: "collect" }]).when(renew());
    expect(after.settings.mode).toBe("collect");
  });

  it("keeps as many earlier conversations as it says, the latest first", () => {
    const many = Array.from({ length: PAST_LIMIT + 5 }, (_, n) => [
      started(T1),
      finished(T1, "completed", "done"),
      renewed(id(n), id(n + 1), "new"),
    ]).flat();
    const { past } = evolveAll({ ...given([]).session, id: id(0) }, many, 1);
    expect(past.map((one) => one.id)).toEqual(
      Array.from({ length: PAST_LIMIT }, (_, n) => id(PAST_LIMIT + 4 - n)),
    );
  });
});

describe("/resume", () => {
  it("[B04] brings the latest conversation back", () => {
    const { after } = given(SAID)
      .when(renew(), resume())
      .then([restored(S2, S1)], []);
    expect(after).toMatchObject({ id: S1, turns: 1, mark: null });
  });

  it("[B04] brings the latest of several back", () => {
    given(SAID)
      .when(renew(S2), admit(T2), end(T2), renew(S3), resume())
      .then([restored(S3, S2)]);
  });

  it("[L04] prefers the one that was suspended to one that is later", () => {
    given(SUSPENDED)
      .when(admit(T1), end(T1), renew(S3), resume())
      .then([restored(S3, S1), changed("idle", "resume_pending")]);
  });

  it("[B04] leaves nothing behind when nothing was said in between", () => {
    expect(given(SAID).when(renew(), resume()).after.past).toEqual([]);
  });

  it("[B04] keeps the conversation that it leaves when something was said in it", () => {
    const { after } = given(SAID).when(renew(), admit(T2), end(T2), resume());
    expect(after.past).toMatchObject([{ id: S2, why: "resumed_other", turns: 1 }]);
  });

  it("[B04] goes back and forth without losing a conversation", () => {
    const { after } = given(SAID).when(renew(), admit(T2), end(T2), resume(S1), resume(S2));
    expect(after).toMatchObject({ id: S2, turns: 1, past: [{ id: S1, turns: 1 }] });
  });

  it("[B04] brings the mark back with the conversation that was cut", () => {
    const { after } = given(MARKED).when(renew(), resume());
    expect(after.mark).toMatchObject({ kind: "resume_pending", turn: T1 });
    given(MARKED)
      .when(renew(), resume(), admit(T2))
      .then([started(T2, { noted: true }), changed("resume_pending", "starting")]);
  });

  it("keeps the mark of the conversation that it leaves", () => {
    const { after } = given(SAID).when(renew(), admit(T2), recoverable(), recover(), resume(S1));
    expect(after).toMatchObject({
      id: S1,
      mark: null,
      past: [{ id: S2, mark: { kind: "resume_pending", turn: T2 } }],
    });
  });

  it.each([
    ["there is none", resume()],
    ["it is not known", resume(S3)],
    ["it is the present one", resume(S1)],
  ])("finds no conversation when %s", (_, command) => {
    given(SAID).when(command).refused("not_found");
  });

  it("[S03] waits for the turn at work", () => {
    given(RUNNING).when(resume(S2)).refused("busy");
  });
});

function id(n: number): SessionId {
  return `ses_${n}` as SessionId;
}

function recoverable() {
  return { type: "accepted", turn: T2, generation: 1 } as const;
}

describe("archiving", () => {
  it("takes the present conversation away: the next message begins anew, and the session keeps its place in the list", () => {
    const { after } = given([...SAID, { type: "mode_set", mode: "collect" }])
      .when(archive(S1, S2))
      .then([archived(S1, S2)], []);
    expect(after).toMatchObject({ id: S2, turns: 0, past: [], settings: { mode: "collect" } });
    const at = 99_999;
    const before = { ...after, id: S1, turns: 1, touchedAt: 7 };
    expect(evolveAll(before, [archived(S1, S2)], at).touchedAt).toBe(7);
  });

  it("takes an earlier one away, which cannot be brought back then", () => {
    const { after } = given(SAID)
      .when(renew(), archive(S1))
      .then([archived(S1, null)], []);
    expect(after).toMatchObject({ id: S2, past: [] });
    given(SAID).when(renew(), archive(S1), resume(S1)).refused("not_found");
  });

  it.each([
    ["runs", RUNNING],
    ["waits for a person", ASKING],
    ["is being stopped", STOPPING],
    ["is owed a restart note", MARKED],
  ])("leaves a conversation alone that %s", (_what, history) => {
    given(history).when(archive(S1, S2)).refused("busy");
  });

  it("leaves earlier ones alone while a turn is active, and takes them beside one that is owed a note", () => {
    given(SAID).when(renew(), admit(T2), archive(S1)).refused("busy");
    given([...SAID, renewed(S1, S2, "new"), started(T2), begun(T2), cut(T2)])
      .when(archive(S1))
      .then([archived(S1, null)], []);
  });

  it("takes a suspended one, and nothing is left to release", () => {
    given(SUSPENDED)
      .when(archive(S1, S2))
      .then([archived(S1, S2), changed("suspended", "idle")], []);
    given(SUSPENDED).when(archive(S1, S2), resume()).refused("not_found");
  });

  it("has nothing to take where nothing was said, or of another session", () => {
    given([]).when(archive(S1, S2)).refused("nothing_to_do");
    given(SAID).when(archive(S3, S2)).refused("not_found");
  });
});
