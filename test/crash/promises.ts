import { createCatalogue } from "../../gateway/notices/catalogue.ts";
import type { ChatEvent } from "../fakes/chat-server.ts";
import { isWholeAnswer } from "./whole-answer.ts";

/** One thing that a person did, and everything that was shown for it: what the gateway owes, and what it gave. */
export interface Promised {
  readonly id: string;
  readonly chat: string;
  readonly text: string;
  readonly kind: "turn" | "command" | "press";
  readonly isAcknowledged: boolean;
  /** Each message of ours in reply to it, without questions to the person. */
  readonly replies: readonly Reply[];
  /** It was answered, or the person knows why not. */
  readonly isTold: boolean;
}

export interface Reply {
  /** The id of the gateway's own send; the same for a repeated one. */
  readonly out: string;
  /** What it said at first and after each edit, without the label. */
  readonly texts: readonly string[];
  readonly isLabelled: boolean;
  /** Place in the history. */
  readonly at: number;
  readonly verdict: "whole" | "cut" | "remark" | "partial";
}

const say = createCatalogue("en", {}).say;
const LABEL = say("may_be_duplicate", { text: "" }).trim();
const QUESTION = "🔐";
/** How the sentences about a cut begin. */
const CUT = ["⏸ Cut short", "⏸ The agent went", "⏹ Cut short"];
const REMARKS = [
  say("stopped"),
  say("replaced"),
  say("declined"),
  say("request_expired"),
  say("turn_ended_by_worker"),
  say("nothing_said"),
  say("turn_failed", { error: "" }).trim(),
  say("parked").split("{")[0] ?? "",
];

export function promisesOf(history: readonly ChatEvent[]): readonly Promised[] {
  const repliesOf = new Map<string, Reply[]>();
  const acknowledged = new Set<string>();
  const said: Extract<ChatEvent, { kind: "said" }>[] = [];
  const placements = placementsOf(history);
  for (const event of history) {
    if (event.kind === "said") said.push(event);
    if (event.kind === "acknowledged") acknowledged.add(event.id);
  }
  const textOfSaid = new Map(said.map((one) => [one.id, one.text]));
  for (const one of placements) {
    if (one.replyTo === null || one.texts[0]?.startsWith(QUESTION)) continue;
    const replies = repliesOf.get(one.replyTo) ?? [];
    const asked = textOfSaid.get(one.replyTo) ?? "";
    replies.push({ ...one, verdict: verdictOf(asked, one) });
    repliesOf.set(one.replyTo, replies);
  }
  const promised = said.map((one) => {
    const replies = repliesOf.get(one.id) ?? [];
    const isAcknowledged = acknowledged.has(one.id);
    const kind = one.isPress ? "press" : one.text.startsWith("/") ? "command" : "turn";
    return { id: one.id, chat: one.chat, text: one.text, kind, isAcknowledged, replies } as const;
  });
  const endings = promised.filter(isEnding);
  return promised.map((one) => ({ ...one, isTold: one.isAcknowledged && isTold(one, endings) }));
}

type Untold = Omit<Promised, "isTold">;

/** `endings` that speak for one turn are taken out: each ended one at most. */
function isTold(one: Untold, endings: Untold[]): boolean {
  switch (one.kind) {
    case "press":
      return true;
    case "command":
      return one.replies.length > 0;
    case "turn": {
      if (one.replies.some((reply) => reply.verdict !== "partial")) return true;
      const number = numberOf(one);
      const index = endings.findIndex(
        (ending) => ending.chat === one.chat && numberOf(ending) > number,
      );
      if (index >= 0) endings.splice(index, 1);
      return index >= 0;
    }
  }
}

/** A turn of which nothing was to be seen yet, ended by a person, is told about in the answer to that. */
function isEnding({ kind, replies }: Untold): boolean {
  if (kind !== "command") return false;
  const first = replies[0]?.texts[0];
  return first === say("stop_done") || first === say("new_done");
}

function numberOf({ id }: Untold): number {
  return Number(id.replace("in-", ""));
}

interface Placement {
  readonly chat: string;
  readonly out: string;
  readonly replyTo: string | null;
  readonly texts: string[];
  readonly isLabelled: boolean;
  readonly at: number;
  /** What came under it, in messages that answer nothing: the other parts of a long answer. */
  readonly below: Placement[];
}

/** Every message of ours that was placed, with its edits, in order. */
export function placementsOf(history: readonly ChatEvent[]): readonly Placement[] {
  const byId = new Map<string, Placement>();
  const heads = new Map<string, Placement>();
  for (const [at, event] of history.entries()) {
    if (event.kind === "edited") byId.get(event.id)?.texts.push(event.text);
    if (event.kind !== "placed") continue;
    const { chat, out, replyTo } = event;
    const isLabelled = event.text.startsWith(LABEL);
    const texts = [unlabelled(event.text)];
    const one: Placement = { chat, out, replyTo, texts, isLabelled, at, below: [] };
    byId.set(event.id, one);
    if (replyTo === null) heads.get(chat)?.below.push(one);
    else heads.set(chat, one);
  }
  return [...byId.values()];
}

function unlabelled(text: string): string {
  return text.startsWith(LABEL) ? text.slice(LABEL.length).trimStart() : text;
}

function verdictOf(asked: string, one: Placement): Reply["verdict"] {
  const parts = [one, ...one.below].map((part) => part.texts.at(-1) ?? "");
  if (parts.some(isCutNote)) return "cut";
  if (isWholeAnswer(asked, parts)) return "whole";
  return REMARKS.some((remark) => one.texts.at(-1)?.includes(remark)) ? "remark" : "partial";
}

export function isCutNote(text: string): boolean {
  return CUT.some((words) => text.includes(words));
}
