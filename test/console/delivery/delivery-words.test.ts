import { expect, it } from "vitest";

import {
  addressWords,
  fateSentence,
  letterPlace,
  letterText,
  networkState,
  replyState,
  retryRisk,
} from "../../../console/delivery/delivery-words.ts";
import type { Fate } from "../../../gateway/fate.ts";
import type { DeadLetter } from "../../../gateway/operations.ts";
import { item, reply } from "../../sessions/engine/samples.ts";

const NOW = 1_000_000;
const row = (more: Parameters<typeof reply>[2]) => ({ ...reply("r", null, more), seq: 1 });
const fate = (more: Partial<Fate>): string =>
  fateSentence({
    id: "msg_1" as Fate["id"],
    at: "answered",
    behind: 0,
    reply: "none",
    why: null,
    ...more,
  });

it.each([
  [{ at: "queued", behind: 2 }, "It is queued behind 2 others."],
  [{ at: "queued", behind: 0 }, "It is queued and is the next one."],
  [{ reply: "sent" }, "It was answered; the reply was sent."],
  [
    { reply: "dead", why: "the chat is gone" },
    "It was answered; the reply could not be sent and was given up; because: the chat is gone.",
  ],
  [{ at: "interrupted" }, "Its turn was cut short, and is to be continued."],
] as const)("a fate of %j is told in a sentence", (given, words) => {
  expect(fate(given)).toBe(words);
});

it.each([
  [{ state: "pending", dueAt: NOW + 90_000 }, "again in 1 min 30 s", "warn"],
  [{ state: "pending", dueAt: NOW }, "about to be sent", "info"],
  [{ state: "pending", dueAt: NOW, attempts: 1 }, "about to be sent again", "info"],
  [{ state: "held" }, "held for the next start", ""],
  [{ state: "dead" }, "given up", "bad"],
] as const)("a reply that is %j is told in a word", (given, word, tone) => {
  expect(replyState(row(given), NOW)).toEqual({ word, tone });
});

it("a network's state has a word, also one that this page does not know", () => {
  expect(networkState("retrying")).toEqual({ word: "trying again", tone: "warn" });
  expect(networkState("asleep")).toEqual({ word: "asleep", tone: "" });
});

it("an address names the chat first", () => {
  const address = { network: "telegram", account: "main", chat: "42", thread: null };
  expect(addressWords(address)).toBe("42 (telegram)");
  expect(addressWords({ ...address, account: "bot", thread: "7" })).toBe(
    "42, thread 7 (telegram bot)",
  );
});

it("only a reply that may have arrived is asked about before it is sent again", () => {
  const letter = (uncertain: boolean): DeadLetter => ({
    kind: "reply",
    id: reply("r").id,
    reason: "gone",
    at: 1,
    row: row({ state: "dead", uncertain }),
  });
  expect(retryRisk(letter(false))).toBeNull();
  expect(retryRisk(letter(true))).toContain("twice");
  const { id, message, key, kind, receivedAt } = item("m");
  const given: DeadLetter = {
    kind: "message",
    id,
    reason: "poisoned",
    at: 1,
    item: {
      id,
      message,
      key,
      kind,
      receivedAt,
      seq: 1,
      state: "dead",
      turn: null,
      attempts: 3,
      reason: "p",
    },
  };
  expect(retryRisk(given)).toBeNull();
  expect(letterText(given)).toContain("text of m");
  expect(letterPlace(given)).toBe("a (local bot)");
});
