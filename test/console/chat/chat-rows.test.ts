import { describe, expect, it } from "vitest";

import { toRows } from "../../../console/chat/chat-rows.ts";
import type { ChatRow, RowsInput } from "../../../console/chat/chat-rows.ts";
import type { Outgoing, OutgoingPost, OutgoingState } from "../../../console/chat/outgoing.ts";
import type { ShownMessage } from "../../../adapters/local/shown-message.ts";
import { PERSON, shown } from "./shown.ts";

const NOON = new Date(2026, 0, 15, 12).getTime();
const HOUR = 3_600_000;

function rowsOf(messages: readonly ShownMessage[], more: Partial<RowsInput> = {}): ChatRow[] {
  const entries = messages.map((message) => ({ message, version: message.seq }));
  return [...toRows({ chat: "home", user: "you", entries, outgoing: [], from: 0, ...more })];
}

function outgoing(id: string, post: OutgoingPost, state: OutgoingState): Outgoing {
  return { id, post, state, writtenAt: NOON };
}

function say(id: string, state: OutgoingState): Outgoing {
  return outgoing(id, { kind: "message", text: id, replyTo: null, thread: null, files: [] }, state);
}

const kinds = (rows: readonly ChatRow[]): readonly string[] =>
  rows.map((row) => `${row.kind} ${row.kind === "day" ? "" : row.key}`.trim());

describe("the rows of a log", () => {
  it("begin each day with its name", () => {
    const rows = rowsOf([
      shown(1, { sentAt: NOON }),
      shown(2, { sentAt: NOON + HOUR }),
      shown(3, { sentAt: NOON + 24 * HOUR }),
    ]);
    expect(kinds(rows)).toEqual(["day", "message m1", "message m2", "day", "message m3"]);
  });

  it("show one's own message once: as sent from here until the gateway shows it, under one key", () => {
    const waiting = say("a", { at: "sending", tries: 1, reason: null });
    const before = rowsOf([shown(1, { sentAt: NOON })], { outgoing: [waiting] });
    expect(kinds(before)).toEqual(["day", "message m1", "pending home~a"]);
    const own = shown(2, { externalId: "home~a", from: PERSON, sentAt: NOON });
    const after = rowsOf([shown(1, { sentAt: NOON }), own], { outgoing: [waiting] });
    expect(kinds(after)).toEqual(["day", "message m1", "message home~a"]);
    expect(after[2]).toMatchObject({ isOwn: true, outgoing: waiting });
  });

  it("keep what the gateway took and does not show", () => {
    const rows = rowsOf([], { outgoing: [say("a", { at: "taken", fate: "stored" })] });
    expect(kinds(rows)).toEqual(["pending home~a"]);
  });

  it("quote what is answered, unless it stands right above", () => {
    const question = shown(1, { externalId: "q", from: PERSON, text: "why\n\nnot?", sentAt: NOON });
    const other = shown(2, { sentAt: NOON });
    const rows = rowsOf([
      question,
      shown(3, { replyTo: "q", sentAt: NOON }),
      other,
      shown(4, { replyTo: "q", sentAt: NOON }),
      shown(5, { replyTo: "gone", sentAt: NOON }),
    ]);
    const quotes = rows.flatMap((row) => (row.kind === "message" ? [row.quote] : []));
    expect(quotes).toEqual([
      null,
      null,
      null,
      { author: "You", text: "why not?", externalId: "q" },
      { author: "an earlier message", text: null, externalId: "gone" },
    ]);
  });

  it("quote files without words by their names", () => {
    const file = { id: "fil_1", name: "plan.pdf", type: "application/pdf", size: 3 };
    const rows = rowsOf([
      shown(1, { externalId: "f", text: "", files: [file, { ...file, name: "map.png" }] }),
      shown(2, { sentAt: NOON }),
      shown(3, { replyTo: "f", sentAt: NOON }),
    ]);
    expect(rows.at(-1)).toMatchObject({ quote: { text: "plan.pdf, map.png" } });
  });

  it("quote what is loaded and not drawn", () => {
    const rows = rowsOf(
      [
        shown(1, { sentAt: NOON }),
        shown(2, { sentAt: NOON }),
        shown(3, { replyTo: "m1", sentAt: NOON }),
      ],
      { from: 2 },
    );
    expect(kinds(rows)).toEqual(["message m3"]);
    expect(rows[0]).toMatchObject({ quote: { author: "Agent", text: "text 1" } });
  });

  it("go on without a name within minutes of the same sender", () => {
    const rows = rowsOf([
      shown(1, { sentAt: NOON }),
      shown(2, { sentAt: NOON + 60_000 }),
      shown(3, { sentAt: NOON + 60_000, from: PERSON }),
      shown(4, { sentAt: NOON + 60_000, from: { kind: "person", id: "ann", name: "Ann" } }),
      shown(5, { sentAt: NOON + HOUR, from: { kind: "person", id: "ann", name: "Ann" } }),
    ]);
    expect(rows.flatMap((row) => (row.kind === "message" ? [row.isContinued] : []))).toEqual([
      false,
      true,
      false,
      false,
      false,
    ]);
  });

  it("keep a pressed button until the message changes or the press is refused", () => {
    const press: OutgoingPost = { kind: "press", on: "m1", data: "yes", version: 1 };
    const asked = shown(1, { sentAt: NOON });
    const pressedAt = (version: number, state: OutgoingState): unknown => {
      const rows = toRows({
        chat: "home",
        user: "you",
        entries: [{ message: asked, version }],
        outgoing: [outgoing("p", press, state)],
        from: 0,
      });
      return rows[1]?.kind === "message" ? rows[1].pressed?.id : "no row";
    };
    expect(pressedAt(1, { at: "waiting" })).toBe("p");
    expect(pressedAt(1, { at: "taken", fate: "handled" })).toBe("p");
    expect(pressedAt(2, { at: "taken", fate: "handled" })).toBeUndefined();
    expect(pressedAt(1, { at: "refused", message: "gone", advice: "" })).toBeUndefined();
  });
});
