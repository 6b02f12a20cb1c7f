import type { TranscriptWrite, TurnPapers } from "../../sessions/engine.ts";
import type { TurnId } from "../../sessions/ids.ts";
import type { SessionEvent } from "../../sessions/machine/events.ts";
import type { InboxChange, OutboxRow } from "../../sessions/rows.ts";
import type { Core } from "../core.ts";
import { composeRow } from "../deliver/compose.ts";
import { textParts } from "../deliver/parts.ts";
import type { Change, Writes } from "../dispatch.ts";
import { addressOf } from "../networks.ts";
import { cutButtons, cutText } from "../resume/cut-note.ts";
import { closedRequests } from "./request-rows.ts";

/** What a turn leaves when it ends: read from the journal for a dead boot, held in memory for a live one. */
export interface Leavings {
  readonly papers: TurnPapers;
  /** The transcript as it must stand after this end. */
  readonly transcript: readonly TranscriptWrite[];
  /** The answer so far. */
  readonly text: string;
  /** A message waits behind the turn: it is the one that goes on. */
  readonly hasNext: boolean;
  /** The message that streams the answer; `placed` once it is on the network. */
  readonly draft: OutboxRow | null;
}

/** Everything that must be true together with the end of a turn: transcript, inbox, outbox, requests. */
export function endWrites(core: Core, change: Change, leavings: Leavings): Writes {
  const requests = closedRequests(core, change, leavings.papers);
  const end = change.events.find(isEnd);
  if (end === undefined) return requests;
  const own =
    end.type === "turn_requeued"
      ? requeueWrites(core, change, end.turn, leavings)
      : settledWrites(core, change, end, leavings);
  return { ...own, requests: requests.requests, outbox: [...own.outbox, ...requests.outbox] };
}

type End = Extract<SessionEvent, { type: "turn_finished" | "turn_cut" | "turn_requeued" }>;

function isEnd(event: SessionEvent): event is End {
  return (
    event.type === "turn_finished" || event.type === "turn_cut" || event.type === "turn_requeued"
  );
}

/** Its messages stand at their old place in the queue; a death while it was starting is counted. */
function requeueWrites(core: Core, change: Change, turn: TurnId, { papers, draft }: Leavings) {
  const died = change.before.turn !== null && change.before.turn.owner !== core.boot;
  return {
    inbox: papers.items
      .filter((item) => item.state === "adopted")
      .map((item): InboxChange => ({
        id: item.id,
        from: "adopted",
        to: "queued",
        turn: null,
        attempts: item.attempts + (died ? 1 : 0),
        reason: null,
      })),
    transcript: [{ op: "retract" as const, session: change.before.id, turn, id: null }],
    outbox: draft === null ? [] : [{ ...draft, state: "dropped" as const, settledAt: change.at }],
  };
}

function settledWrites(
  core: Core,
  change: Change,
  end: Extract<End, { type: "turn_finished" | "turn_cut" }>,
  leavings: Leavings,
) {
  const outcome = end.type === "turn_cut" ? "interrupted" : end.outcome;
  const reason = end.type === "turn_cut" ? end.interruption : end.reason;
  const didFail = outcome === "failed";
  const inbox = leavings.papers.items
    .filter((item) => item.state === "adopted")
    .map((item): InboxChange => ({
      id: item.id,
      from: "adopted",
      to: didFail ? "dead" : "done",
      turn: item.turn,
      reason: didFail ? reason : outcome,
    }));
  return {
    inbox,
    transcript: leavings.transcript,
    outbox: answerRows(core, change, end, leavings),
  };
}

/** The visible end of a turn: one message (or its parts), on top of what was streamed if anything was. */
function answerRows(
  core: Core,
  change: Change,
  end: Extract<End, { type: "turn_finished" | "turn_cut" }>,
  leavings: Leavings,
): readonly OutboxRow[] {
  const { draft, papers } = leavings;
  const first = papers.items[0];
  const address = draft?.address ?? first?.message.address ?? addressOf(change.after.key);
  const remark = remarkOf(core, change, end, leavings);
  const text = [leavings.text, remark].filter((part) => part !== "").join("\n\n");
  if (address === null || (text === "" && draft === null)) return [];
  const buttons =
    end.type === "turn_cut" && !leavings.hasNext ? cutButtons(core, change, end.turn) : [];
  const parts = textParts(core, address, text === "" ? core.texts.say("stopped") : text);
  return parts.map((part, index) => ({
    ...composeRow({
      id: index === 0 && draft !== null ? draft.id : core.ids.outbox(),
      at: change.at,
      address,
      key: change.after.key,
      turn: end.turn,
      purpose: "reply",
      text: part,
      replyTo: index === 0 ? (first?.message.externalId ?? null) : null,
      buttons: index === parts.length - 1 ? buttons : [],
      placed: index === 0 ? (draft?.placed ?? null) : null,
      // A streamed message that began to be sent, and of which no answer came back.
      uncertain: index === 0 && draft !== null && draft.placed === null && draft.attempts > 0,
    }),
  }));
}

/** What is said under, or in place of, the answer when it is not a whole one. */
function remarkOf(
  core: Core,
  change: Change,
  end: Extract<End, { type: "turn_finished" | "turn_cut" }>,
  { text, draft, hasNext, papers }: Leavings,
): string {
  const say = core.texts.say;
  if (end.type === "turn_cut") {
    return cutText(core, change, { end, hasNext, entries: papers.entries });
  }
  switch (end.outcome) {
    case "completed":
      return text === "" ? say("nothing_said") : "";
    case "failed":
      return say("turn_failed", { error: end.reason });
    case "interrupted":
      return say("cut_worker_lost");
    case "cancelled":
      return cancelledRemark(core, change, end.reason, draft !== null || text !== "");
  }
}

/** A stop is answered by the command that asked for it, unless part of the answer is already to be seen. */
function cancelledRemark(core: Core, change: Change, reason: string, isVisible: boolean): string {
  const turn = change.before.turn;
  const stop = turn?.phase === "interrupting" ? turn.stop : null;
  if (stop === "newer_message") return core.texts.say("replaced");
  if (stop === "operator") return core.texts.say("stopped");
  switch (reason) {
    case "declined":
      return core.texts.say("declined");
    case "request expired":
      return core.texts.say("request_expired");
    case "stopped":
    case "new conversation":
      return isVisible ? core.texts.say("stopped") : "";
    default:
      return stop === "person"
        ? isVisible
          ? core.texts.say("stopped")
          : ""
        : core.texts.say("turn_ended_by_worker");
  }
}
