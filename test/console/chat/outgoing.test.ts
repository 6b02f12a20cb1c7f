import { describe, expect, it } from "vitest";

import {
  evolveOutgoing,
  formatOutgoing,
  nextOf,
  parseOutgoing,
} from "../../../console/chat/outgoing.ts";
import type { OutgoingList, OutgoingSignal } from "../../../console/chat/outgoing.ts";

const written = (id: string): OutgoingSignal => ({
  type: "written",
  id,
  post: { kind: "message", text: `say ${id}`, replyTo: null, thread: null, files: [] },
  at: 1,
});
const after = (signals: readonly OutgoingSignal[], from: OutgoingList = []): OutgoingList =>
  signals.reduce(evolveOutgoing, from);
const states = (list: OutgoingList): readonly string[] =>
  list.map(({ id, state }) => `${id} ${state.at}`);

describe("what is on its way", () => {
  it("goes in order: the next is tried when the one before has its answer", () => {
    const list = after([written("a"), written("b"), { type: "tried", id: "a" }]);
    expect(nextOf(list)?.id).toBe("a");
    const taken = { outcome: "taken", fate: "stored" } as const;
    expect(nextOf(after([{ type: "posted", id: "a", posted: taken }], list))?.id).toBe("b");
  });

  it("is tried again under its own id when there was no answer", () => {
    const again = { outcome: "again", reason: "no answer", afterMs: null } as const;
    const list = after([
      written("a"),
      { type: "tried", id: "a" },
      { type: "posted", id: "a", posted: again },
      { type: "tried", id: "a" },
    ]);
    expect(nextOf(list)?.id).toBe("a");
    expect(list[0]?.state).toEqual({ at: "sending", tries: 2, reason: "no answer" });
  });

  it("does not hold back the others when it is refused, and can be tried once more", () => {
    const refused = { outcome: "refused", message: "too long", advice: "send less" } as const;
    const list = after([
      written("a"),
      written("b"),
      { type: "tried", id: "a" },
      { type: "posted", id: "a", posted: refused },
    ]);
    expect(states(list)).toEqual(["a refused", "b waiting"]);
    expect(nextOf(list)?.id).toBe("b");
    expect(nextOf(after([{ type: "retried", id: "a" }], list))?.id).toBe("a");
  });

  it("survives a reload with its ids: what was on its way waits again, what was taken is gone", () => {
    const list = after([
      written("a"),
      written("b"),
      {
        type: "written",
        id: "p",
        post: { kind: "press", on: "m1", data: "yes", version: 3 },
        at: 2,
      },
      { type: "tried", id: "a" },
      { type: "posted", id: "a", posted: { outcome: "taken", fate: "stored" } },
      { type: "tried", id: "b" },
    ]);
    const back = parseOutgoing(formatOutgoing(list));
    expect(states(back)).toEqual(["b waiting", "p waiting"]);
    expect(back.map(({ post }) => post)).toEqual(list.slice(1).map(({ post }) => post));
  });

  it("reads what another version or another program kept as nothing", () => {
    for (const text of [null, "", "{", "[1,null,{}]", `{"id":"a"}`]) {
      expect(parseOutgoing(text)).toEqual([]);
    }
  });

  it("is written once under one id", () => {
    expect(after([written("a"), written("a")])).toHaveLength(1);
  });
});
