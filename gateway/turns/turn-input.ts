import type { SessionId, TurnId } from "../../sessions/ids.ts";
import type { InboxItem, RequestRow } from "../../sessions/rows.ts";
import type { TranscriptEntry } from "../../sessions/transcript.ts";
import type { Grant, RestartNote, TurnMessage, WorkerTurn } from "../../workers/worker.ts";
import type { Core } from "../core.ts";

export interface Begun {
  readonly session: SessionId;
  readonly turn: TurnId;
  readonly items: readonly InboxItem[];
  readonly note: RestartNote | null;
  readonly isAuto: boolean;
  /** What was said before, as it was read for the note or the claim. */
  readonly transcript: readonly TranscriptEntry[];
}

/** What the first worker of a turn is given. */
export function turnInput(core: Core, begun: Begun): WorkerTurn {
  return {
    turn: begun.turn,
    attempt: 1,
    generation: 1,
    messages: begun.isAuto ? [autoMessage(core)] : turnMessages(core, begun.items),
    note: begun.note,
    transcript: forWorker(begun.transcript, begun.turn),
    grants: [],
  };
}

/** What a further worker of a turn is given, from the journal: after a failed start, or an answer that came late. */
export async function rebuiltInput(
  core: Core,
  place: { session: SessionId; turn: TurnId; generation: number; attempt: number },
): Promise<WorkerTurn> {
  const papers = await core.engine.papers(place.turn);
  const transcript = await core.engine.transcript(
    place.session,
    core.settings.turns.transcriptLast,
  );
  const note = papers.entries.find(({ body }) => body.kind === "note");
  return {
    turn: place.turn,
    attempt: place.attempt,
    generation: place.generation,
    messages: papers.items.length === 0 ? [autoMessage(core)] : turnMessages(core, papers.items),
    note: note?.body.kind === "note" ? { cause: note.body.cause, text: note.body.text } : null,
    transcript: forWorker(transcript, place.turn),
    grants: papers.requests.filter((one) => one.state === "allowed" && one.detached).map(toGrant),
  };
}

/** The `auto` policy continues without a message: a worker is never sent a blank one. */
function autoMessage(core: Core): TurnMessage {
  return {
    text: core.texts.say("auto_continue"),
    sender: { id: "sluice", name: "Sluice" },
    attachments: [],
    sentAt: core.clock.now(),
  };
}

/** What was found after an absence is told from what is said now: the agent may look at it with other eyes. */
function turnMessages(core: Core, items: readonly InboxItem[]): readonly TurnMessage[] {
  const first = items.findIndex(({ message }) => message.isLate);
  return items.map((item, index) => {
    const message = toTurnMessage(item);
    if (index !== first) return message;
    return { ...message, text: core.texts.say("late", { text: message.text }) };
  });
}

export function toTurnMessage({ message }: InboxItem): TurnMessage {
  const { text, sender, sentAt } = message;
  // Fetched when the turn begins.
  const attachments = message.attachments.map((one) => ({ ...one, path: null, problem: null }));
  return { text, sender, attachments, sentAt };
}

function toGrant({ id, fingerprint }: RequestRow): Grant {
  return { request: id, fingerprint };
}

/**
 * Without the messages of this turn, which come apart; without any note, of which this turn's own says all;
 * and no tool call without a result.
 */
function forWorker(entries: readonly TranscriptEntry[], turn: TurnId): readonly TranscriptEntry[] {
  return entries
    .filter(({ body, turn: of }) => body.kind !== "note" && (body.kind !== "user" || of !== turn))
    .map((entry) => {
      if (entry.body.kind !== "tool" || entry.body.result !== null) return entry;
      const isCancelled = entry.body.state === "cancelled";
      const result = isCancelled ? "cancelled" : "interrupted, outcome unknown";
      const state = isCancelled ? ("cancelled" as const) : ("unknown" as const);
      return { ...entry, body: { ...entry.body, state, result } };
    });
}
