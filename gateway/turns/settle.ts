import type { TranscriptWrite, TurnPapers } from "../../sessions/engine.ts";
import type { TurnId } from "../../sessions/ids.ts";
import type { SessionEvent } from "../../sessions/machine/events.ts";
import type { InboxChange, OutboxRow } from "../../sessions/rows.ts";
import type { OutboundFile } from "../../sessions/message.ts";
import type { Core } from "../core.ts";
import type { Change, Writes } from "../dispatch.ts";
import { answerRows } from "./answer-rows.ts";
import { closedRequests } from "./request-rows.ts";

/** What a turn leaves when it ends: read from the journal for a dead boot, held in memory for a live one. */
export interface Leavings {
  readonly papers: TurnPapers;
  /** The transcript as it must stand after this end. */
  readonly transcript: readonly TranscriptWrite[];
  /** The answer so far. */
  readonly text: string;
  /** A long answer as a file; null = it is told in messages. */
  readonly whole: OutboundFile | null;
  /** What the worker had ready for the person, and what is said of what was not taken. */
  readonly files: readonly OutboundFile[];
  readonly remarks: readonly string[];
  /** Titles of what the policy of its worker denied. */
  readonly refused: readonly string[];
  /** What it used, in a line; empty = not told. */
  readonly usage: string;
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

export type SettledEnd = Extract<SessionEvent, { type: "turn_finished" | "turn_cut" }>;
type End = SettledEnd | Extract<SessionEvent, { type: "turn_requeued" }>;

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

function settledWrites(core: Core, change: Change, end: SettledEnd, leavings: Leavings) {
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
