import { expect, it } from "vitest";

import type { ChatEvent } from "../fakes/chat-server.ts";
import type { JournalRemains } from "./journal.ts";
import { verdictOf } from "./oracle.ts";

const NOTE = "⏸ Cut short by a crash. Write anything and I continue from here.";
const LABEL = "(may be a duplicate)\n";
const KILLED: ChatEvent = { kind: "gateway", what: "ended", how: "SIGKILL" };

it("the oracle is content with answers, notes and labelled repeats", () => {
  const history = [
    ...said(1, "echo one"),
    placed(1, "out-a", "one"),
    ...said(2, "slow 1"),
    placed(2, "out-b", "Counting to 4: 1"),
    KILLED,
    edited(2, `Counting to 4: 1\n\n${NOTE}`),
    ...said(3, "echo three"),
    placed(3, "out-c", "three"),
    placed(3, "out-c", `${LABEL}three`),
  ];
  const verdict = verdictOf(history, { journal: null });
  expect(verdict.violations).toEqual([]);
  expect(verdict.counts).toEqual({ messages: 3, lost: 0, doubled: 0, labelled: 1, notes: 1 });
});

interface Bad {
  readonly rule: string;
  readonly name: string;
  readonly history: readonly ChatEvent[];
}

const BAD: readonly Bad[] = [
  { rule: "lost", name: "a message without an answer", history: said(1, "echo one") },
  {
    rule: "lost",
    name: "a message that was never acknowledged",
    history: [...said(1, "echo one").slice(0, 1), placed(1, "out-a", "one")],
  },
  {
    rule: "lost",
    name: "half an answer without a word",
    history: [...said(1, "slow 1"), placed(1, "out-a", "Counting to 4: 1")],
  },
  {
    rule: "lost",
    name: "a long answer without its end",
    history: [...said(1, "long 1500"), placed(1, "out-a", "## Part 1")],
  },
  {
    rule: "lost",
    name: "two silent turns and one stop",
    history: [
      ...said(1, "slow 1"),
      ...said(2, "slow 1"),
      ...said(3, "/stop"),
      placed(3, "out-a", "⏹ Stopping."),
    ],
  },
  {
    rule: "doubled",
    name: "a message that ran twice",
    history: [...said(1, "echo one"), placed(1, "out-a", "one"), placed(1, "out-b", "one")],
  },
  {
    rule: "doubled",
    name: "a message that ran twice, under the label",
    history: [...said(1, "echo one"), placed(1, "out-a", "one"), placed(1, "out-b", `${LABEL}one`)],
  },
  {
    rule: "unlabelled_repeat",
    name: "a repeated send without its label",
    history: [
      ...said(1, "echo one"),
      placed(1, "out-a", "one"),
      { kind: "placed", chat: "a", id: "other", out: "out-a", text: "one", replyTo: "in-1" },
    ],
  },
  {
    rule: "two_notes",
    name: "two notes about one turn",
    history: [
      ...said(1, "slow 1"),
      placed(1, "out-a", NOTE),
      KILLED,
      edited(1, NOTE.replace("crash", "restart")),
    ],
  },
  {
    rule: "note_after_answer",
    name: "a note that takes a whole answer back",
    history: [
      ...said(1, "echo one"),
      placed(1, "out-a", "one"),
      KILLED,
      edited(1, `one\n\n${NOTE}`),
    ],
  },
  {
    rule: "note_without_cause",
    name: "a note though nothing happened",
    history: [KILLED, ...said(1, "slow 1"), placed(1, "out-a", NOTE)],
  },
  {
    rule: "note_without_cause",
    name: "a note about no message",
    history: [KILLED, placed(null, "out-a", NOTE)],
  },
  {
    rule: "wrong_order",
    name: "answers in another order than the messages",
    history: [
      ...said(1, "echo one"),
      ...said(2, "echo two"),
      placed(2, "out-b", "two"),
      placed(1, "out-a", "one"),
    ],
  },
  {
    rule: "stranger",
    name: "an answer to what was answered long ago",
    history: [placed(1, "out-a", "one")],
  },
  {
    rule: "misuse",
    name: "a call that the network refuses",
    history: [{ kind: "misuse", what: "no such message" }],
  },
];

it.each(BAD)("the oracle finds $name", ({ rule, history }) => {
  const rules = verdictOf(history, { journal: null }).violations.map((one) => one.rule);
  expect(rules).toContain(rule);
});

it("the oracle finds what a store left open", () => {
  const journal: JournalRemains = {
    openTurns: ["trn_1 running"],
    unsentReplies: [],
    givenUpReplies: [],
    unfinishedMessages: [],
    givenTwice: ["msg_1"],
  };
  const { violations } = verdictOf([], { journal });
  expect(violations.map((one) => one.found)).toEqual([
    "openTurns: trn_1 running",
    "givenTwice: msg_1",
  ]);
});

function said(n: number, text: string): ChatEvent[] {
  return [
    { kind: "said", chat: "a", id: `in-${n}`, text, isPress: false },
    { kind: "acknowledged", id: `in-${n}` },
  ];
}

/** In answer to message `n`, from the send `out`; a repeat is another message. */
function placed(n: number | null, out: string, text: string): ChatEvent {
  const id = `${text.startsWith(LABEL) ? "copy" : "shown"}-${n}-${out}`;
  return { kind: "placed", chat: "a", id, out, text, replyTo: n === null ? null : `in-${n}` };
}

function edited(n: number, text: string): ChatEvent {
  return { kind: "edited", chat: "a", id: `shown-${n}-${n === 2 ? "out-b" : "out-a"}`, text };
}
