import { describe, expect, it } from "vitest";

import {
  EMPTY_REQUESTS,
  hasMoved,
  settledWords,
  withLate,
  withOpen,
  withSettled,
  withoutLate,
  withoutRequest,
} from "../../../console/approvals/request-book.ts";
import type { OpenRequest } from "../../../gateway/operations.ts";
import type { RequestId, SessionKey, TurnId } from "../../../sessions/ids.ts";

function aRequest(id: string, given: Partial<OpenRequest> = {}): OpenRequest {
  return {
    id: id as RequestId,
    key: "local:main:home" as SessionKey,
    turn: "trn_1" as TurnId,
    title: `may I ${id}?`,
    detail: "",
    fingerprint: id,
    state: "open",
    detached: false,
    shownIn: null,
    answeredBy: null,
    openedAt: 1000,
    expiresAt: 90_000,
    closedAt: null,
    canAlways: false,
    ...given,
  };
}

const allowed = aRequest("r1", { state: "allowed", answeredBy: "Ann", closedAt: 5000 });
const { book } = withOpen(EMPTY_REQUESTS, [aRequest("r1"), aRequest("r2")]);

describe("the book of requests", () => {
  it("tells what is no longer open, so that it can be asked what became of it", () => {
    const { book: next, closed } = withOpen(book, [aRequest("r2"), aRequest("r3")]);
    expect(next.open.map(({ id }) => id)).toEqual(["r2", "r3"]);
    expect(closed.map(({ id }) => id)).toEqual(["r1"]);
  });

  it("[G05] lets one that was settled elsewhere go at once, and says by whom", () => {
    const gone = withoutRequest(book, "r1");
    expect(gone.open.map(({ id }) => id)).toEqual(["r2"]);
    const told = withSettled(gone, allowed, 9000);
    expect(told.settled).toEqual([
      {
        id: "r1",
        key: "local:main:home",
        title: "may I r1?",
        words: "allowed by Ann",
        at: 5000,
      },
    ]);
  });

  it.each([
    ["deny", "allowed", "Your answer came too late: allowed by Ann."],
    ["always", "allowed", "Your answer came too late: allowed by Ann."],
    ["allow", "expired", "Your answer came too late: expired: nobody answered in time."],
    ["allow", "allowed", null],
    ["deny", "denied", null],
  ] as const)("who says %s where it was %s before is told so", (decision, state, words) => {
    const by = state === "expired" ? null : "Ann";
    const report = { outcome: "already", state, by } as const;
    const late = withLate(book, aRequest("r1"), { decision, report });
    expect(late.late.map((one) => one.words)).toEqual(words === null ? [] : [words]);
    expect(withoutLate(late, "r1").late).toEqual([]);
    const counted = withLate(book, aRequest("r1"), { decision, report: { outcome: "answered" } });
    expect(counted.late).toEqual([]);
  });

  it("has moved when another stands where one stood, and not when one more came or the last went", () => {
    expect(hasMoved(book, withoutRequest(book, "r1"))).toBe(true);
    expect(hasMoved(book, withoutRequest(book, "r2"))).toBe(false);
    const more = withOpen(book, [...book.open, aRequest("r3")]).book;
    expect(hasMoved(book, more)).toBe(false);
    expect(hasMoved(more, book)).toBe(false);
    expect(hasMoved(book, book)).toBe(false);
  });

  it("tells each once, and nothing of one that is open", () => {
    const told = withSettled(withSettled(book, allowed, 1), allowed, 2);
    expect(told.settled).toHaveLength(1);
    expect(withSettled(book, aRequest("r2"), 1)).toBe(book);
  });

  it("keeps the latest 20", () => {
    let many = book;
    for (let n = 0; n < 30; n += 1) {
      many = withSettled(many, aRequest(`x${n}`, { state: "expired" }), n);
    }
    expect(many.settled).toHaveLength(20);
    expect(many.settled[0]?.id).toBe("x29");
  });

  it.each([
    ["allowed", null, "allowed"],
    ["denied", "Bob", "denied by Bob"],
    ["expired", null, "expired: nobody answered in time"],
    ["withdrawn", null, "withdrawn by the agent"],
    ["turn_ended", null, "the turn ended before an answer"],
  ] as const)("says how a request that is %s (%s) ended", (state, answeredBy, words) => {
    expect(settledWords(aRequest("r", { state, answeredBy }))).toBe(words);
  });
});
