import type {
  BootId,
  MessageId,
  OutboxId,
  RequestId,
  SessionId,
  SessionKey,
  TurnId,
} from "./ids.ts";
import type { SessionEvent } from "./machine/events.ts";
import type { ActiveTurn, Interruption, TurnOutcome } from "./machine/state.ts";
import type { Address, InboundMessage, OutboundMessage } from "./message.ts";

/** The rows of the journal as the engine port shows them; how a dialect stores them is its own affair. */

export interface InboxItem {
  readonly id: MessageId;
  /** Order of acceptance; assigned by the engine. */
  readonly seq: number;
  readonly key: SessionKey;
  readonly kind: InboxKind;
  readonly message: InboundMessage;
  readonly state: InboxState;
  /** The turn that adopted it. */
  readonly turn: TurnId | null;
  /** Turns that began with it and died before they were accepted by a worker. */
  readonly attempts: number;
  /** Epoch ms. */
  readonly receivedAt: number;
  /** Why it is `dead` or `done`, in a word. */
  readonly reason: string | null;
}

/** `turn` waits for admission; `command`, `press` (a button) and `edit` (of an earlier message) bypass the queue. */
export type InboxKind = "turn" | "command" | "press" | "edit";

export type InboxState = "queued" | "adopted" | "done" | "dead";

export type NewInboxItem = Pick<InboxItem, "id" | "key" | "kind" | "message" | "receivedAt">;

export type Accepted =
  | { readonly outcome: "new"; readonly item: InboxItem }
  | { readonly outcome: "duplicate"; readonly item: InboxItem }
  /** Not stored: the queue of its session holds `queueLimit` messages. */
  | { readonly outcome: "full"; readonly queued: number };

export interface InboxChange {
  readonly id: MessageId;
  /** The unit is `fenced` when the item is not in this state. */
  readonly from: InboxState;
  readonly to: InboxState;
  readonly turn: TurnId | null;
  /** Absolute; omit to keep. */
  readonly attempts?: number;
  /** The text it was read with: the unit is `fenced` when its writer has changed it since. */
  readonly text?: string;
  /** Its writer changed it; omit to keep. */
  readonly message?: InboundMessage;
  /** Omit to keep. */
  readonly kind?: InboxKind;
  readonly reason: string | null;
}

export interface TurnRow {
  readonly id: TurnId;
  readonly key: SessionKey;
  readonly session: SessionId;
  readonly owner: BootId;
  readonly fence: number;
  readonly generation: number;
  readonly attempt: number;
  /** `ended`: over, in whatever way; everything else is an open turn. */
  readonly phase: ActiveTurn["phase"] | "ended";
  /** Null while open, and for a turn that was put back in the queue. */
  readonly outcome: TurnOutcome | null;
  readonly interruption: Interruption | null;
  readonly reason: string | null;
  readonly startedAt: number;
  readonly endedAt: number | null;
}

export interface OutboxRow {
  readonly id: OutboxId;
  readonly address: Address;
  readonly key: SessionKey | null;
  readonly turn: TurnId | null;
  readonly purpose: OutboxPurpose;
  readonly message: OutboundMessage;
  readonly state: OutboxState;
  /** External id of the message on the network, once it is there: from then on it is delivered by edit. */
  readonly placed: string | null;
  readonly attempts: number;
  /** Epoch ms before which it is not sent. */
  readonly dueAt: number;
  /** An earlier send may or may not have arrived. */
  readonly uncertain: boolean;
  readonly error: string | null;
  readonly createdAt: number;
  readonly settledAt: number | null;
}

export type OutboxPurpose = "reply" | "notice" | "command" | "request";

/**
 * `draft`: a streamed answer that has no final text yet. `held`: waits for the next boot.
 * `pending` → `sending` (a send that is not idempotent is marked before it begins) → `sent`.
 * `dead`: given up, listed. `dropped`: no longer wanted.
 */
export type OutboxState = "draft" | "held" | "pending" | "sending" | "sent" | "dead" | "dropped";

export type StoredOutboxRow = OutboxRow & { /** Order within a chat. */ readonly seq: number };

/** A question of a turn to a person. */
export interface RequestRow {
  readonly id: RequestId;
  readonly key: SessionKey;
  readonly turn: TurnId;
  readonly title: string;
  readonly detail: string;
  /** What a one-shot grant is matched by when the request was detached. */
  readonly fingerprint: string;
  readonly state: "open" | "allowed" | "denied" | "expired" | "withdrawn" | "turn_ended";
  readonly detached: boolean;
  /** The outbox row that shows it. */
  readonly shownIn: OutboxId | null;
  readonly answeredBy: string | null;
  readonly openedAt: number;
  readonly expiresAt: number;
  readonly closedAt: number | null;
}

export interface NewEvent {
  readonly key: SessionKey;
  readonly session: SessionId;
  readonly at: number;
  readonly event: SessionEvent;
}

/** `seq` grows over all sessions: the feed resumes after it. */
export type StoredEvent = NewEvent & { readonly seq: number };

export interface BootRow {
  readonly id: BootId;
  readonly startedAt: number;
  readonly pid: number;
  /** `planned`: it was asked to end, and turns were cut. Null while it lives, and for ever after a crash. */
  readonly ended: "clean" | "planned" | null;
  /** Epoch ms at which messages began to flow. */
  readonly readyAt: number | null;
  /** Null while it lives, and for ever after a crash. */
  readonly endedAt: number | null;
  /** After a crash: its last sign of life, as the boot after it found it. */
  readonly seenAt: number | null;
}

/** One drain of a boot; a boot may have several. */
export interface DrainRow {
  readonly boot: BootId;
  /** Epoch ms; names the drain within its boot. */
  readonly beganAt: number;
  readonly next: "stay" | "restart" | "stop";
  readonly by: string;
  /** When running turns were cut. */
  readonly timedOutAt: number | null;
  readonly endedAt: number | null;
  /** `replaced`: another drain took over. */
  readonly end: "drained" | "called_off" | "replaced" | null;
}

export type BootLife = BootRow & { /** The oldest first. */ readonly drains: readonly DrainRow[] };

/** A process that a worker started, so that the next boot can end it. */
export interface ProcessRow {
  readonly pid: number;
  /** As the operating system tells it; a reused pid has another. */
  readonly startTime: string;
  readonly boot: BootId;
  readonly marker: string;
}
