import type { ChatEvent } from "../fakes/chat-server.ts";
import type { JournalRemains } from "./journal.ts";
import { isCutNote, placementsOf, promisesOf } from "./promises.ts";
import type { Promised } from "./promises.ts";

/** The promise of the gateway, judged on what a chat network saw. Nothing of the gateway decides here. */
export interface Verdict {
  readonly violations: readonly Violation[];
  readonly counts: Counts;
  readonly promises: readonly Promised[];
}

export interface Violation {
  readonly rule:
    | "lost"
    | "doubled"
    | "unlabelled_repeat"
    | "two_notes"
    | "note_after_answer"
    | "note_without_cause"
    | "wrong_order"
    /** About a message of which everything was told before this history began. */
    | "stranger"
    | "misuse"
    | "left_open";
  /** The message concerned, or null. */
  readonly message: string | null;
  readonly found: string;
}

export interface Counts {
  readonly messages: number;
  readonly lost: number;
  readonly doubled: number;
  readonly labelled: number;
  readonly notes: number;
}

export function verdictOf(
  history: readonly ChatEvent[],
  { journal }: { readonly journal: JournalRemains | null },
): Verdict {
  const promises = promisesOf(history);
  const placements = placementsOf(history);
  const violations: Violation[] = [
    ...promises.flatMap((one) => [...lost(one), ...doubled(one), ...notes(one, history)]),
    ...unlabelled(history),
    ...order(promises),
    ...strangers(history),
    ...placements
      .filter(
        (one) => one.replyTo === null && one.texts.some(isCutNote) && !isPart(one, placements),
      )
      .map((one) => found("note_without_cause", null, `in ${one.chat}: ${one.texts.at(-1)}`)),
    ...history.flatMap((event) =>
      event.kind === "misuse" ? [found("misuse", null, event.what)] : [],
    ),
    ...(journal === null ? [] : leftOpen(journal)),
  ];
  const countOf = (rule: Violation["rule"]): number =>
    violations.filter((one) => one.rule === rule).length;
  return {
    violations,
    promises,
    counts: {
      messages: promises.length,
      lost: countOf("lost"),
      doubled: countOf("doubled") + countOf("unlabelled_repeat") + countOf("stranger"),
      labelled: placements.filter((one) => one.isLabelled).length,
      notes: promises.filter((one) => one.replies.some((reply) => reply.verdict === "cut")).length,
    },
  };
}

function found(rule: Violation["rule"], message: string | null, what: string): Violation {
  return { rule, message, found: what };
}

function lost({ id, text, isTold, isAcknowledged }: Promised): Violation[] {
  if (isTold) return [];
  const how = isAcknowledged ? "acknowledged and never told about" : "never acknowledged";
  return [found("lost", id, `"${text}" was ${how}`)];
}

/** Two messages of ours in reply to one of theirs, that are not one send tried again. */
function doubled({ id, text, replies }: Promised): Violation[] {
  const outs = new Set(replies.map((reply) => reply.out));
  if (outs.size < 2) return [];
  const texts = replies.map((reply) => reply.texts.at(-1)).join(" | ");
  return [found("doubled", id, `"${text}" was answered ${outs.size} times: ${texts}`)];
}

/** A send that the network shows twice says so the second time. */
function unlabelled(history: readonly ChatEvent[]): Violation[] {
  const seen = new Set<string>();
  return placementsOf(history).flatMap((one) => {
    const isRepeat = seen.has(one.out);
    seen.add(one.out);
    if (!isRepeat || one.isLabelled) return [];
    return [found("unlabelled_repeat", one.replyTo, `"${one.texts.at(-1)}" without its label`)];
  });
}

function notes(one: Promised, history: readonly ChatEvent[]): Violation[] {
  const { id, replies } = one;
  const noted = replies.filter((reply) => reply.texts.some(isCutNote));
  const first = noted[0];
  if (first === undefined) return [];
  const violations: Violation[] = [];
  const different = new Set(noted.flatMap((reply) => reply.texts.filter(isCutNote).map(noteIn)));
  if (different.size > 1) {
    violations.push(found("two_notes", id, [...different].join(" | ")));
  }
  for (const { texts } of noted) {
    const at = texts.findIndex(isCutNote);
    const isAnswered = texts.slice(0, at).some((text) => isEnd(one, text));
    if (isAnswered) violations.push(found("note_after_answer", id, texts.join(" | ")));
    if (texts.some((text) => text.split(/[⏸⏹]/u).length > 2)) {
      violations.push(found("two_notes", id, texts.at(-1) ?? ""));
    }
  }
  const saidAt = history.findIndex((event) => event.kind === "said" && event.id === id);
  const hasCause = history
    .slice(saidAt)
    .some((event) => event.kind === "gateway" && event.what !== "booted");
  if (!hasCause) violations.push(found("note_without_cause", id, first.texts.at(-1) ?? ""));
  return violations;
}

function noteIn(text: string): string {
  return text.slice(text.search(/[⏸⏹]/u));
}

/** A whole answer of one message, which a later note would take back. */
function isEnd({ text: asked }: Promised, shown: string): boolean {
  return asked.startsWith("echo ") ? shown === asked.slice(5) : shown.endsWith(". Done.");
}

/** What answers something that was not said in this history, or takes back an answer of an earlier one. */
function strangers(history: readonly ChatEvent[]): Violation[] {
  const known = new Set<string>();
  return history.flatMap((event) => {
    if (event.kind === "said" || event.kind === "placed") known.add(event.id);
    const isStrange =
      (event.kind === "placed" && event.replyTo !== null && !known.has(event.replyTo)) ||
      (event.kind === "edited" && !known.has(event.id) && isCutNote(event.text));
    return isStrange ? [found("stranger", event.id, event.text)] : [];
  });
}

/** First answers come in the order of their messages, in each chat. */
function order(promises: readonly Promised[]): Violation[] {
  const latest = new Map<string, { readonly at: number; readonly id: string }>();
  const violations: Violation[] = [];
  for (const { chat, id, kind, replies } of promises) {
    const at = replies[0]?.at;
    if (kind !== "turn" || at === undefined) continue;
    const before = latest.get(chat);
    if (before !== undefined && before.at > at) {
      violations.push(found("wrong_order", id, `answered before ${before.id}`));
    } else latest.set(chat, { at, id });
  }
  return violations;
}

/** The last part of a long answer carries the note of the whole. */
function isPart(
  one: { readonly out: string },
  placements: ReturnType<typeof placementsOf>,
): boolean {
  return placements.some(
    (head) => head.replyTo !== null && head.below.some((p) => p.out === one.out),
  );
}

function leftOpen(journal: JournalRemains): Violation[] {
  return Object.entries(journal).flatMap(([what, rows]: [string, readonly string[]]) =>
    rows.map((row) => found("left_open", null, `${what}: ${row}`)),
  );
}
