import { createCatalogue } from "../../gateway/notices/catalogue.ts";
import { isCutNote } from "./promises.ts";
import { isWholeAnswer } from "./whole-answer.ts";

/** What people see in one chat, in order. Nothing of the gateway is asked. */
export interface Conversation {
  readonly name: string;
  readonly messages: readonly Shown[];
}

export interface Shown {
  /** As the network counts or names it. */
  readonly id: number | string;
  readonly byBot: boolean;
  readonly text: string;
  readonly replyTo: number | string | null;
}

export interface Judgement {
  readonly violations: readonly string[];
  readonly questions: number;
  /** Answered with all that was asked for. */
  readonly whole: number;
  /** Told that it was cut. */
  readonly cut: number;
  readonly labelled: number;
}

type Meaning = "whole" | "cut" | "parked" | "other";

interface Reply extends Shown {
  readonly isLabelled: boolean;
  readonly meaning: Meaning;
}

const say = createCatalogue("en", {}).say;
const LABEL = say("may_be_duplicate", { text: "" }).trim();
const PARKED = say("parked").split("{")[0] ?? "";
const NOTICES = new Set([say("up"), say("down_restart"), say("down_stop"), say("saved")]);

/** Each question was answered or told of exactly once, any more than that with the label, in the order of the chat. */
export function judge(conversations: readonly Conversation[]): Judgement {
  const judged = conversations.map(judgeOne);
  const sum = (of: (one: Judgement) => number): number =>
    judged.reduce((total, one) => total + of(one), 0);
  return {
    violations: judged.flatMap((one) => one.violations),
    questions: sum((one) => one.questions),
    whole: sum((one) => one.whole),
    cut: sum((one) => one.cut),
    labelled: sum((one) => one.labelled),
  };
}

function judgeOne({ name, messages }: Conversation): Judgement {
  const questions = messages.filter(({ byBot, text }) => !byBot && !text.startsWith("/"));
  const ours = messages.filter(({ byBot, text }) => byBot && !NOTICES.has(text));
  const answered = questions.map((question) => ({
    question,
    replies: ours
      .filter((one) => one.replyTo === question.id)
      .map((one) => toReply(question.text, one)),
  }));
  const known = new Set(messages.filter(({ byBot }) => !byBot).map(({ id }) => id));
  const strangers = ours.filter(({ replyTo }) => replyTo === null || !known.has(replyTo));
  const violations = [
    ...answered.flatMap(({ question, replies }) => faultsOf(question, replies)),
    ...strangers.map(({ id, text }) => `stranger: ${id} "${text}" answers nothing`),
    ...disorder(answered, messages),
  ];
  const meanings = answered.map(({ replies }) => replies.map(({ meaning }) => meaning));
  return {
    violations: violations.map((one) => `${name}: ${one}`),
    questions: questions.length,
    whole: meanings.filter((found) => found.includes("whole")).length,
    cut: meanings.filter((found) => found.includes("cut")).length,
    labelled: answered.flatMap(({ replies }) => replies).filter((one) => one.isLabelled).length,
  };
}

function toReply(asked: string, shown: Shown): Reply {
  const isLabelled = shown.text.startsWith(LABEL);
  const text = isLabelled ? shown.text.slice(LABEL.length).trimStart() : shown.text;
  return { ...shown, isLabelled, meaning: meaningOf(asked, text) };
}

function meaningOf(asked: string, text: string): Meaning {
  if (isCutNote(text)) return "cut";
  if (isWholeAnswer(asked, [text])) return "whole";
  return text.startsWith(PARKED) ? "parked" : "other";
}

function faultsOf({ id, text }: Shown, replies: readonly Reply[]): string[] {
  const about = `${id} "${text}"`;
  const plain = replies.filter((one) => !one.isLabelled);
  const shown = replies.map((one) => JSON.stringify(one.text)).join(", ");
  const faults: string[] = [];
  if (!replies.some(({ meaning }) => meaning !== "other")) faults.push(`lost: ${about}: ${shown}`);
  if (plain.length > 1) faults.push(`doubled: ${about}: ${shown}`);
  if (plain.length === 1 && replies[0]?.isLabelled === true) {
    faults.push(`label on the first: ${about}: ${shown}`);
  }
  // What a send cut off halfway has placed may stand above the labelled whole.
  const isSettled = replies.at(-1)?.meaning !== "other";
  if (replies.length > 0 && !isSettled) faults.push(`wrong answer: ${about}: ${shown}`);
  return faults;
}

/** First answers come in the order of their questions. */
function disorder(
  answered: readonly { readonly question: Shown; readonly replies: readonly Reply[] }[],
  messages: readonly Shown[],
): string[] {
  const places = new Map(messages.map(({ id }, place) => [id, place]));
  const faults: string[] = [];
  let latest = 0;
  for (const { question, replies } of answered) {
    const place = places.get(replies[0]?.id ?? "");
    if (place === undefined) continue;
    if (place < latest) faults.push(`order: ${question.id} was answered before an earlier one`);
    latest = Math.max(latest, place);
  }
  return faults;
}

/** Nothing waits any more. */
export function isSettled(conversations: readonly Conversation[]): boolean {
  return conversations.every((one) => judgeOne(one).violations.length === 0);
}
