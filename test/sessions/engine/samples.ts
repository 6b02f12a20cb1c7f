import type { Clock } from "../../../sessions/clock.ts";
import type {
  BootId,
  MessageId,
  OutboxId,
  RequestId,
  SessionId,
  SessionKey,
  TurnId,
} from "../../../sessions/ids.ts";
import { newSession } from "../../../sessions/machine/state.ts";
import type { Session } from "../../../sessions/machine/state.ts";
import type { InboundMessage } from "../../../sessions/message.ts";
import type {
  BootRow,
  NewEvent,
  NewInboxItem,
  OutboxRow,
  RequestRow,
  TurnRow,
} from "../../../sessions/rows.ts";
import type { TranscriptEntry } from "../../../sessions/transcript.ts";

/** Rows for tests: plain, valid, told apart by a number or a name. */

export const key = (chat: string): SessionKey => `local:bot:${chat}` as SessionKey;
export const sessionId = (name: string): SessionId => `ses_${name}` as SessionId;
export const turnId = (name: string): TurnId => `trn_${name}` as TurnId;
export const messageId = (name: string): MessageId => `msg_${name}` as MessageId;
export const outboxId = (name: string): OutboxId => `out_${name}` as OutboxId;
export const requestId = (name: string): RequestId => `req_${name}` as RequestId;
export const bootId = (name: string): BootId => `boot_${name}` as BootId;

export const BOOT = bootId("one");

export function bootRow(name: string, more: Partial<BootRow> = {}): BootRow {
  return {
    id: bootId(name),
    startedAt: 1,
    pid: 1,
    ended: null,
    readyAt: null,
    endedAt: null,
    seenAt: null,
    ...more,
  };
}

export function message(name: string, chat = "a"): InboundMessage {
  return {
    externalId: name,
    address: { network: "local", account: "bot", chat, thread: null },
    sender: { id: "7", name: "Ada" },
    scope: "private",
    text: `text of ${name}: :colons: 'quotes' "both" \u{1F30A} \u0000`,
    button: null,
    attachments: [{ kind: "photo", ref: "r", name: "p.jpg", mime: "image/jpeg", size: null }],
    album: null,
    edits: null,
    isLate: false,
    replyTo: null,
    sentAt: 5,
  };
}

export function item(name: string, chat = "a", more: Partial<NewInboxItem> = {}): NewInboxItem {
  return {
    id: messageId(name),
    key: key(chat),
    kind: "turn",
    message: message(name, chat),
    receivedAt: 10,
    ...more,
  };
}

export function session(chat: string, revision: number, more: Partial<Session> = {}): Session {
  return { ...newSession(key(chat), sessionId(chat), 1), revision, touchedAt: revision, ...more };
}

export function running(name: string): NonNullable<Session["turn"]> {
  return {
    phase: "running",
    id: turnId(name),
    generation: 1,
    attempt: 1,
    owner: BOOT,
    fence: 1,
    noted: false,
    startedAt: 1,
  };
}

export function turn(name: string, chat = "a", more: Partial<TurnRow> = {}): TurnRow {
  return {
    id: turnId(name),
    key: key(chat),
    session: sessionId(chat),
    owner: BOOT,
    fence: 1,
    generation: 1,
    attempt: 1,
    phase: "running",
    outcome: null,
    interruption: null,
    reason: null,
    startedAt: 1,
    endedAt: null,
    ...more,
  };
}

export const ended = { phase: "ended", outcome: "completed", endedAt: 100 } as const;

export function reply(
  name: string,
  turnName: string | null = null,
  more: Partial<OutboxRow> = {},
): OutboxRow {
  return {
    id: outboxId(name),
    address: { network: "local", account: "bot", chat: "a", thread: null },
    key: key("a"),
    turn: turnName === null ? null : turnId(turnName),
    purpose: "reply",
    message: {
      text: `:reply ${name}`,
      buttons: [[{ label: "Stop", data: "stop" }]],
      file: null,
      replyTo: null,
    },
    state: "pending",
    placed: null,
    attempts: 0,
    dueAt: 0,
    uncertain: false,
    error: null,
    createdAt: 20,
    settledAt: null,
    ...more,
  };
}

export function said(
  id: string,
  turnName: string,
  more: Partial<TranscriptEntry> = {},
): TranscriptEntry {
  return {
    session: sessionId("a"),
    turn: turnId(turnName),
    id,
    at: 1,
    body: { kind: "assistant", text: `:${id}`, partial: false },
    ...more,
  };
}

export function request(name: string, more: Partial<RequestRow> = {}): RequestRow {
  return {
    id: requestId(name),
    key: key("a"),
    turn: turnId("t"),
    title: "May I?",
    detail: "rm",
    fingerprint: "f",
    state: "open",
    detached: false,
    shownIn: null,
    answeredBy: null,
    openedAt: 1,
    expiresAt: 1000,
    closedAt: null,
    ...more,
  };
}

export function event(chat = "a", at = 1): NewEvent {
  return {
    key: key(chat),
    session: sessionId(chat),
    at,
    event: { type: "turn_accepted", turn: turnId("t") },
  };
}

export interface SettableClock extends Clock {
  set(now: number): void;
}

export function settableClock(start = 1_000): SettableClock {
  let now = start;
  return {
    now: () => now,
    monotonic: () => now,
    timer: () => ({ cancel: () => {} }),
    set: (to) => {
      now = to;
    },
  };
}
