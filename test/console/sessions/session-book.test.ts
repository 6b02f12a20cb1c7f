import { describe, expect, it } from "vitest";

import {
  EMPTY_BOOK,
  withEvents,
  withSummaries,
  withoutSession,
  withoutUnmet,
} from "../../../console/sessions/session-book.ts";
import { aSummary, aTurn, anEvent } from "../sample.ts";

const home = "local:main:home";
const book = withSummaries(EMPTY_BOOK, [aSummary(home, { touchedAt: 1000 })], EMPTY_BOOK);

describe("the book of sessions", () => {
  it("follows a status from event to event", () => {
    const { book: next } = withEvents(book, [
      anEvent(1, home, { type: "status_changed", from: "idle", to: "starting" }, 2000),
      anEvent(2, home, { type: "status_changed", from: "starting", to: "running" }, 2001),
    ]);
    expect(next.get(home)).toMatchObject({ status: "running", touchedAt: 2001 });
    expect(book.get(home)?.status).toBe("idle");
  });

  it("counts the cuts as the event tells them", () => {
    const cut = { type: "turn_cut", turn: aTurn, generation: 1, interruption: "crash", cuts: 2 };
    const { book: next } = withEvents(book, [anEvent(1, home, cut as never, 2000)]);
    expect(next.get(home)?.cuts).toBe(2);
  });

  it("asks for what the events do not tell, also of sessions that are new", () => {
    const { book: next, stale } = withEvents(book, [
      anEvent(1, "local:main:new", { type: "turn_accepted", turn: aTurn }, 2000),
      anEvent(2, home, { type: "turn_accepted", turn: aTurn }, 2000),
      anEvent(3, home, { type: "turn_accepted", turn: aTurn }, 2001),
    ]);
    expect(stale).toEqual(["local:main:new", home]);
    expect(next.has("local:main:new")).toBe(false);
  });

  it("does not go back to what an older page or event says", () => {
    const { book: live } = withEvents(book, [
      anEvent(1, home, { type: "status_changed", from: "idle", to: "running" }, 2000),
    ]);
    const older = aSummary(home, { status: "idle", touchedAt: 1500 });
    const paged = withSummaries(live, [older], book);
    expect(paged.get(home)?.status).toBe("running");
    const late = withEvents(live, [
      anEvent(0, home, { type: "status_changed", from: "idle", to: "suspended" }, 1999),
    ]);
    expect(late.book.get(home)?.status).toBe("running");
  });

  it("takes an answer of the same time over what the events told", () => {
    const next = withSummaries(book, [aSummary(home, { queued: 3, touchedAt: 1000 })], EMPTY_BOOK);
    expect(next.get(home)?.queued).toBe(3);
  });

  it("believes an answer after the gateway's clock went back", () => {
    const earlier = anEvent(1, home, { type: "status_changed", from: "idle", to: "running" }, 400);
    const { book: known, stale } = withEvents(book, [earlier]);
    expect(stale).toEqual([home]);
    const next = withSummaries(
      known,
      [aSummary(home, { status: "running", touchedAt: 400 })],
      known,
    );
    expect(next.get(home)).toMatchObject({ status: "running", touchedAt: 400 });
  });

  it("finds out after a walk through all pages who is gone, but for those who moved meanwhile", () => {
    const before = withSummaries(
      EMPTY_BOOK,
      ["a", "b", "c"].map((key) => aSummary(key)),
      EMPTY_BOOK,
    );
    const met = new Set(["a", "d"]);
    const moved = withEvents(withSummaries(before, [aSummary("d")], before), [
      anEvent(1, "c", { type: "status_changed", from: "idle", to: "running" }, 2000),
    ]).book;
    expect([...withoutUnmet(moved, before, met).keys()]).toEqual(["a", "c", "d"]);
    expect(withoutUnmet(before, EMPTY_BOOK, new Set())).toBe(before);
  });

  it("lets a forgotten session go", () => {
    expect(withoutSession(book, home).size).toBe(0);
    expect(withoutSession(book, "local:main:other")).toBe(book);
  });
});
