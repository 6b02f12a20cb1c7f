import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { EMPTY_CHAT, evolveChat } from "../../../console/chat/chat-state.ts";
import type { ChatSignal, ChatState } from "../../../console/chat/chat-state.ts";
import type { ShownMessage } from "../../../adapters/local/shown-message.ts";
import { shown } from "./shown.ts";

const after = (signals: readonly ChatSignal[], from: ChatState = EMPTY_CHAT): ChatState =>
  signals.reduce(evolveChat, from);
const told = (
  kind: "message" | "edit",
  position: number | null,
  message: ShownMessage,
): ChatSignal => ({ type: "changed", kind, position, message });
const texts = (state: ChatState): readonly string[] =>
  state.entries.map(({ message }) => message.text);
const loaded = (
  messages: readonly ShownMessage[],
  last: number,
  hasEarlier = false,
): ChatSignal => ({
  type: "loaded",
  messages,
  last,
  hasEarlier,
});

describe("a chat", () => {
  it("stands by place, whatever order its messages come in", () => {
    const state = after([
      told("message", 3, shown(3)),
      told("message", 1, shown(1)),
      told("message", 2, shown(2)),
    ]);
    expect(texts(state)).toEqual(["text 1", "text 2", "text 3"]);
    expect(state.position).toBe(3);
  });

  it("shows a message that comes again once", () => {
    const state = after([
      loaded([shown(1)], 5),
      told("message", 1, shown(1)),
      told("message", 1, shown(1)),
    ]);
    expect(texts(state)).toEqual(["text 1"]);
    expect(state.position).toBe(5);
  });

  it("edits in place", () => {
    const state = after([
      told("message", 1, shown(1)),
      told("message", 2, shown(2)),
      told("edit", 3, shown(1, { text: "more", editedAt: 3 })),
    ]);
    expect(texts(state)).toEqual(["more", "text 2"]);
    expect(state.position).toBe(3);
  });

  it("keeps the later of two edits that come in the wrong order", () => {
    const state = after([
      told("message", 1, shown(1)),
      told("edit", 4, shown(1, { text: "whole" })),
      told("edit", 3, shown(1, { text: "half" })),
      told("message", 1, shown(1)),
    ]);
    expect(texts(state)).toEqual(["whole"]);
  });

  it("takes an edit without a position as the message is now, and stays where it was", () => {
    const state = after([
      loaded([shown(1)], 7),
      told("edit", null, shown(1, { text: "while away" })),
    ]);
    expect(texts(state)).toEqual(["while away"]);
    expect(state.position).toBe(7);
  });

  it("is the same object when nothing new was told", () => {
    const state = after([loaded([shown(1)], 5), { type: "link", link: { at: "live" } }]);
    expect(evolveChat(state, told("message", 1, shown(1)))).toBe(state);
    expect(evolveChat(state, { type: "link", link: { at: "live" } })).toBe(state);
  });

  it("keeps the entries of all messages that an edit does not touch", () => {
    const before = after([loaded([shown(1), shown(2)], 2)]);
    const state = after([told("edit", 3, shown(2, { text: "more" }))], before);
    expect(state.entries[0]).toBe(before.entries[0]);
    expect(state.entries[1]).not.toBe(before.entries[1]);
  });

  it("puts earlier messages above, each once", () => {
    const state = after([
      loaded([shown(3), shown(4)], 4, true),
      { type: "earlier", messages: [shown(1), shown(2), shown(3)], hasEarlier: false },
    ]);
    expect(texts(state)).toEqual(["text 1", "text 2", "text 3", "text 4"]);
    expect(state.hasEarlier).toBe(false);
  });

  it("lets the oldest go when it has more than the gateway keeps", () => {
    const many = Array.from({ length: 10_500 }, (_, at) => shown(at + 1));
    const full = after([loaded(many, 10_500)]);
    const state = after([told("message", 10_501, shown(10_501))], full);
    expect(full.entries).toHaveLength(10_500);
    expect(state.entries).toHaveLength(10_000);
    expect([texts(state)[0], texts(state).at(-1)]).toEqual(["text 502", "text 10501"]);
    expect(state.hasEarlier).toBe(true);
  });

  it("remembers an edit of a message that is not loaded until its page comes", () => {
    const before = after([
      loaded([shown(3)], 3, true),
      told("edit", 5, shown(1, { text: "changed" })),
    ]);
    expect(texts(before)).toEqual(["text 3"]);
    const state = after(
      [{ type: "earlier", messages: [shown(1), shown(2)], hasEarlier: false }],
      before,
    );
    expect(texts(state)).toEqual(["changed", "text 2", "text 3"]);
    expect(state.strays.size).toBe(0);
  });

  it("ends as the gateway's log however its events are repeated and cut by reconnects", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ edits: fc.boolean(), pick: fc.nat(30) }), { maxLength: 40 }),
        fc.array(fc.nat(50), { maxLength: 6 }),
        (steps, cuts) => {
          const { history, messages } = storyOf(steps);
          let state = EMPTY_CHAT;
          let at = 0;
          for (const cut of [...cuts.toSorted((a, b) => a - b), history.length]) {
            // A connection that begins again one event early, as a lost confirmation makes it.
            const slice = history.slice(Math.max(0, at - 1), Math.max(at, cut));
            state = after(slice, state);
            at = Math.max(at, Math.min(cut, history.length));
          }
          expect(texts(state)).toEqual(messages.map(({ text }) => text));
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** What a gateway tells, and what stands there in the end. */
function storyOf(steps: readonly { readonly edits: boolean; readonly pick: number }[]): {
  readonly history: readonly ChatSignal[];
  readonly messages: readonly ShownMessage[];
} {
  const messages: ShownMessage[] = [];
  const history = steps.map(({ edits, pick }, index): ChatSignal => {
    const position = index + 1;
    const at = pick % Math.max(1, messages.length);
    const known = messages[at];
    if (!edits || known === undefined) {
      const message = shown(position);
      messages.push(message);
      return told("message", position, message);
    }
    const message = { ...known, text: `edit ${position}`, editedAt: position };
    messages[at] = message;
    return told("edit", position, message);
  });
  return { history, messages };
}
