import { tmpdir } from "node:os";

import type { MessageId, RequestId, SessionId, SessionKey, TurnId } from "../../sessions/ids.ts";
import type { EntryBody, TranscriptEntry } from "../../sessions/transcript.ts";
import type {
  Conversation,
  RestartNote,
  TurnAttachment,
  TurnMessage,
  WorkerEvent,
  WorkerSession,
  WorkerTurn,
} from "../../workers/worker.ts";

let counter = 0;

export function newConversation(): Conversation {
  counter += 1;
  return {
    key: `local:bot:${counter}` as SessionKey,
    session: `ses_${counter}` as SessionId,
    cursor: null,
    workspace: tmpdir(),
  };
}

export function message(text: string): TurnMessage {
  return { text, sender: { id: "you", name: "You" }, attachments: [], sentAt: 0 };
}

/** A file that came with a message; `path` null = it did not come, for this reason. */
export function attachmentOf(
  name: string,
  has: Pick<TurnAttachment, "path" | "problem" | "size">,
): TurnAttachment {
  return { kind: "document", ref: "r", name, mime: "text/plain", ...has };
}

export interface TurnExtras {
  /** Of the first message. */
  readonly attachments?: readonly TurnAttachment[];
  readonly attempt?: number;
  readonly note?: RestartNote;
  readonly transcript?: readonly TranscriptEntry[];
  /** Fingerprints. */
  readonly grants?: readonly string[];
}

/** A turn of these messages; none for an approval that came while nobody listened. */
export function turnOf(texts: string | readonly string[], extras: TurnExtras = {}): WorkerTurn {
  counter += 1;
  return {
    turn: `trn_${counter}` as TurnId,
    attempt: extras.attempt ?? 1,
    generation: extras.attempt ?? 1,
    messages: [texts].flat().map((text, at) => ({
      ...message(text),
      attachments: at === 0 ? (extras.attachments ?? []) : [],
    })),
    note: extras.note ?? null,
    transcript: extras.transcript ?? [],
    grants: (extras.grants ?? []).map((fingerprint, at) => ({
      request: `req_${at}` as RequestId,
      fingerprint,
    })),
  };
}

export function entryOf(body: EntryBody): TranscriptEntry {
  counter += 1;
  const turn = `trn_${counter}` as TurnId;
  return { session: "ses_past" as SessionId, turn, id: `${turn}:0`, at: 0, body };
}

export function userEntry(text: string): TranscriptEntry {
  const sender = { id: "you", name: "You" };
  const known = { message: "msg_1" as MessageId, attachments: [], sentAt: 0 };
  return entryOf({ kind: "user", text, sender, ...known });
}

export function assistantEntry(text: string, partial = false): TranscriptEntry {
  return entryOf({ kind: "assistant", text, partial });
}

/** Runs a turn to its end; `during` sees each event as it comes. */
export async function play(
  session: WorkerSession,
  turn: WorkerTurn,
  during: (event: WorkerEvent, sofar: readonly WorkerEvent[]) => void = () => undefined,
): Promise<readonly WorkerEvent[]> {
  const events: WorkerEvent[] = [];
  for await (const event of session.prompt(turn)) {
    events.push(event);
    during(event, events);
  }
  return events;
}

export function answerIn(events: readonly WorkerEvent[]): string {
  return events.map((event) => (event.type === "delta" ? event.text : "")).join("");
}

export function typesIn(events: readonly WorkerEvent[]): readonly string[] {
  return events.map((event) => event.type);
}

export function isTerminal(event: WorkerEvent | undefined): boolean {
  return event?.type === "completed" || event?.type === "failed" || event?.type === "cancelled";
}
