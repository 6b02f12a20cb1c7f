import { expect, it } from "vitest";

import { batchOf } from "../../../gateway/turns/batch.ts";
import type { MessageId, SessionKey } from "../../../sessions/ids.ts";
import type { InboundMessage } from "../../../sessions/message.ts";
import type { InboxItem } from "../../../sessions/rows.ts";

function item(text: string, receivedAt: number, more: Partial<InboundMessage> = {}): InboxItem {
  return {
    id: `msg_${text}` as MessageId,
    seq: receivedAt,
    key: "fake:main:c1" as SessionKey,
    kind: "turn",
    message: {
      externalId: text,
      address: { network: "fake", account: "main", chat: "c1", thread: null },
      sender: { id: "ann", name: "Ann" },
      scope: "private",
      text,
      button: null,
      attachments: [],
      album: null,
      edits: null,
      isLate: false,
      replyTo: null,
      sentAt: 0,
      ...more,
    },
    state: "queued",
    turn: null,
    attempts: 0,
    receivedAt,
    reason: null,
  };
}

const texts = (items: readonly InboxItem[]): string[] => items.map(({ message }) => message.text);
const bob = { sender: { id: "bob", name: "Bob" } };

it("a batch is the oldest message alone where there are no bursts", () => {
  const queued = [item("a", 0), item("b", 0), item("c", 1)];
  expect(texts(batchOf(queued, { mode: "queue", burstMs: 0 }))).toEqual(["a"]);
});

it("a batch of nothing is empty", () => {
  expect(batchOf([], { mode: "collect", burstMs: 500 })).toEqual([]);
});

it("[I11] a batch takes the burst of one person, each within the window of the one before", () => {
  const queued = [item("a", 0), item("b", 500), item("c", 1000), item("d", 1501)];
  expect(texts(batchOf(queued, { mode: "queue", burstMs: 500 }))).toEqual(["a", "b", "c"]);
});

it("[I11] a batch keeps an album together, however slowly it came", () => {
  const album = { album: "a1" };
  const queued = [item("a", 0, album), item("b", 9000, album), item("c", 9000)];
  expect(texts(batchOf(queued, { mode: "queue", burstMs: 0 }))).toEqual(["a", "b"]);
});

it("[I11] a batch does not mix two people, nor two albums beyond the window", () => {
  expect(
    texts(batchOf([item("a", 0), item("b", 1, bob)], { mode: "queue", burstMs: 500 })),
  ).toEqual(["a"]);
  const two = [item("a", 0, { album: "a1" }), item("b", 900, { album: "a2" })];
  expect(texts(batchOf(two, { mode: "queue", burstMs: 500 }))).toEqual(["a"]);
});

it("a clock that stepped back between two messages does not join them", () => {
  expect(texts(batchOf([item("a", 1000), item("b", 10)], { mode: "queue", burstMs: 500 }))).toEqual(
    ["a"],
  );
});

it("[B02] a batch in mode collect takes all that waits, up to fifty", () => {
  const queued = Array.from({ length: 60 }, (_, n) => item(`m${n}`, n * 10_000, n % 2 ? bob : {}));
  expect(batchOf(queued, { mode: "collect", burstMs: 0 })).toEqual(queued.slice(0, 50));
});
