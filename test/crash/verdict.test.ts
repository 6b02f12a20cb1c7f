import { expect, it } from "vitest";

import { judge } from "./verdict.ts";
import type { Shown } from "./verdict.ts";

const NOTE = "⏸ Cut short (by a crash). I continue with the message that waits.";
const LABEL = "(may be a duplicate)\n";

it("answers, notes, notices and labelled repeats are right", () => {
  const found = judgeThese(
    said(1, "echo one"),
    said(2, "slow 1"),
    said(3, "echo three"),
    answer(4, 1, "one"),
    answer(5, 2, `Counting to 4: 1\n\n${NOTE}`),
    answer(6, 3, "three"),
    answer(7, 3, `${LABEL}three`),
    { ...answer(8, 0, "✅ Back online."), replyTo: null },
  );
  expect(found).toEqual({ violations: [], questions: 3, whole: 2, cut: 1, labelled: 1 });
});

it.each<{ rule: string; name: string; messages: readonly Shown[] }>([
  { rule: "lost", name: "no answer", messages: [said(1, "echo one")] },
  {
    rule: "lost",
    name: "half an answer",
    messages: [said(1, "slow 1"), answer(2, 1, "Counting to 4: 1")],
  },
  {
    rule: "doubled",
    name: "two answers",
    messages: [said(1, "echo one"), answer(2, 1, "one"), answer(3, 1, "one")],
  },
  {
    rule: "doubled",
    name: "an answer and a note",
    messages: [said(1, "echo one"), answer(2, 1, "one"), answer(3, 1, NOTE)],
  },
  {
    rule: "label",
    name: "a label on what came first",
    messages: [said(1, "echo one"), answer(2, 1, `${LABEL}one`), answer(3, 1, "one")],
  },
  {
    rule: "wrong answer",
    name: "a repeat of something else",
    messages: [said(1, "echo one"), answer(2, 1, "one"), answer(3, 1, `${LABEL}two`)],
  },
  {
    rule: "wrong answer",
    name: "two answers that were swapped",
    messages: [said(1, "echo one"), said(2, "echo two"), answer(3, 1, "two"), answer(4, 2, "one")],
  },
  {
    rule: "order",
    name: "two answers in the wrong order",
    messages: [said(1, "echo one"), said(2, "echo two"), answer(3, 2, "two"), answer(4, 1, "one")],
  },
  {
    rule: "stranger",
    name: "an answer to nothing",
    messages: [said(1, "echo one"), answer(2, 1, "one"), answer(3, 9, "nine")],
  },
])("$name is wrong: $rule", ({ rule, messages }) => {
  expect(judgeThese(...messages).violations.join("\n")).toContain(`ann: ${rule}`);
});

function judgeThese(...messages: readonly Shown[]) {
  return judge([{ name: "ann", messages }]);
}

function said(id: number, text: string): Shown {
  return { id, byBot: false, text, replyTo: null };
}

function answer(id: number, replyTo: number, text: string): Shown {
  return { id, byBot: true, text, replyTo };
}
