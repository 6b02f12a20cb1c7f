import type { ConversationReads } from "./conversation-reads.ts";
import type {
  BootId,
  MessageId,
  OutboxId,
  RequestId,
  SessionId,
  SessionKey,
  TurnId,
} from "./ids.ts";
import type { KeyedSpace, KeyedWrite } from "./keyed-values.ts";
import type { Session, SessionStatus } from "./machine/state.ts";
import type {
  Accepted,
  BootLife,
  BootRow,
  DrainRow,
  InboxChange,
  InboxItem,
  NewEvent,
  NewInboxItem,
  OutboxRow,
  OutboxState,
  ProcessRow,
  RequestRow,
  StoredEvent,
  StoredOutboxRow,
  TurnRow,
} from "./rows.ts";
import type { TranscriptEntry } from "./transcript.ts";

/**
 * The port to what we remember. Its verbs are the promise: what `accept` and `commit` resolved with is
 * durable, each unit is written whole or not at all, and reads see only what was committed.
 *
 * Errors: `store_full`, `store_read_only`, `store_busy`, `store_corrupt`, `store_closed`, `store_failed`.
 * A unit that fails takes no other with it.
 */
export interface Engine extends EngineReads {
  /**
   * Stores inbound messages, in order, in one commit, together with `keyed` (a network's cursor).
   * A message whose (network, account, external id) is known is a duplicate and changes nothing.
   * When one is `full`, `keyed` is not written: after a crash the network may bring that message again.
   */
  accept(batch: readonly NewInboxItem[], options: AcceptOptions): Promise<readonly Accepted[]>;

  /** Adoption: `commit`, and `fenced` besides when the session has an open turn other than the unit's. */
  claim(unit: Unit & { readonly turn: TurnRow }): Promise<Committed>;

  commit(unit: Unit): Promise<Committed>;

  /** Exclusive use of a bot token, a shard, a chat. Held until released, or not renewed for `ttlMs`. Null = another boot holds it. */
  lease(resource: string, ttlMs: number): Promise<Lease | null>;

  /** Calls back after each commit that left queued work; returns how to stop that. */
  onReady(listener: (keys: readonly SessionKey[]) => void): () => void;

  /** Removes a session: its entry, turns, transcripts of all its conversations, requests, events. Queued messages become dead. */
  forget(key: SessionKey): Promise<void>;

  /** Removes settled rows older than the given times (epoch ms; inbox rows are the dedupe memory), and what was said in archived conversations. At most `limit` rows a call; says how many went: none = there are no more. */
  prune(
    before: {
      readonly inbox: number;
      readonly outbox: number;
      readonly events: number;
      readonly turns: number;
    },
    limit: number,
  ): Promise<number>;

  /** Waits for the writes under way, then closes. Idempotent. */
  close(): Promise<void>;
}

interface EngineReads extends ConversationReads {
  /** This boot: the owner of what is claimed through this engine. */
  readonly boot: BootId;

  session(key: SessionKey): Promise<Session | null>;
  /** By `touchedAt`, the latest first. */
  sessions(query: SessionQuery): Promise<Page<Session>>;

  turn(id: TurnId): Promise<TurnRow | null>;
  /** Turns that are not `ended`, over all sessions, by an index. */
  openTurns(): Promise<readonly TurnRow[]>;
  /** Turns of one key, over all its conversations; the latest first, by their ids. */
  turnsOf(key: SessionKey, limit: number): Promise<readonly TurnRow[]>;

  message(id: MessageId): Promise<InboxItem | null>;
  messageByExternalId(
    network: string,
    account: string,
    externalId: string,
  ): Promise<InboxItem | null>;
  /** Queued items of kind `turn` of one session, the oldest first. */
  queue(key: SessionKey, limit: number): Promise<readonly InboxItem[]>;
  /** How many of them were accepted before `seq`. */
  queuedBefore(key: SessionKey, seq: number): Promise<number>;
  /** Sessions that have queued items of kind `turn`, by their oldest. */
  waiting(): Promise<
    readonly { readonly key: SessionKey; readonly seq: number; readonly count: number }[]
  >;
  /** Queued commands and presses, the oldest first. */
  pendingCommands(): Promise<readonly InboxItem[]>;
  /** All that one turn wrote and that may have to be settled; items and entries the oldest first. */
  papers(turn: TurnId): Promise<TurnPapers>;

  /** The latest `last` entries of one conversation, the oldest of them first. */
  transcript(session: SessionId, last: number): Promise<readonly TranscriptEntry[]>;

  outboxRow(id: OutboxId): Promise<StoredOutboxRow | null>;
  /** In any of the states, by `seq`; all, or those after `seq`. */
  outbox(query: OutboxQuery): Promise<readonly StoredOutboxRow[]>;

  request(id: RequestId): Promise<RequestRow | null>;
  requests(query: {
    readonly key: SessionKey | null;
    readonly onlyOpen: boolean;
  }): Promise<readonly RequestRow[]>;

  /** After `seq`, over all sessions or of one. */
  events(query: {
    readonly after: number;
    readonly key: SessionKey | null;
    readonly limit: number;
  }): Promise<readonly StoredEvent[]>;

  /** Inbox items that are `dead`, the latest first. */
  deadMessages(limit: number): Promise<readonly InboxItem[]>;

  /** The latest boots, the latest first. */
  boots(limit: number): Promise<readonly BootRow[]>;
  /** Boots that may have lived at some time of the span, and the one after them; the oldest first, the latest `limit` of them. */
  lives(span: Span): Promise<readonly BootLife[]>;
  /** When anything was last written (epoch ms), as far as rows tell; null when there are none. */
  lastSign(): Promise<number | null>;
  /** Turns that were open at some time of the span, by their end, the latest first; those still open before them. */
  turnsBetween(span: Span): Promise<readonly TurnRow[]>;
  /** The `after` with which `events` begins at this time (epoch ms). Nearly: clocks are set back now and then. */
  eventsFrom(at: number): Promise<number>;
  processes(): Promise<readonly ProcessRow[]>;

  /** A keyed value, or null when there is none or its time is over. */
  keyed(space: KeyedSpace, key: string): Promise<unknown>;
  /** The keys of a small space, in order; the time of some may be over. */
  keys(space: KeyedSpace): Promise<readonly string[]>;
}

export interface TurnPapers {
  readonly items: readonly InboxItem[];
  readonly entries: readonly TranscriptEntry[];
  readonly outbox: readonly StoredOutboxRow[];
  readonly requests: readonly RequestRow[];
}

/** One write, of anything that must be true together. Order inside does not matter. */
export interface Unit {
  /** The entry as it will be. Fenced unless the stored revision is `session.revision - 1` (no entry counts as 0). */
  readonly session?: Session;
  /** Inserted or replaced. Fenced when the stored row has a higher fence, or is `ended` and this one is not. */
  readonly turn?: TurnRow;
  readonly inbox?: readonly InboxChange[];
  readonly transcript?: readonly TranscriptWrite[];
  /** Inserted, or replaced keeping its `seq`. */
  readonly outbox?: readonly OutboxRow[];
  /** Compare-and-set on outbox rows: the unit is fenced when a row is not in one of these states. */
  readonly outboxFrom?: readonly {
    readonly id: OutboxId;
    readonly states: readonly OutboxState[];
  }[];
  /** Inserted or replaced. Fenced when the stored row is closed and this one is not, or both are closed. */
  readonly requests?: readonly RequestRow[];
  readonly events?: readonly NewEvent[];
  readonly keyed?: readonly KeyedWrite[];
  /** Inserted or replaced; a time that is stored stays, where the new row has none. */
  readonly boot?: BootRow;
  /** Inserted or replaced. */
  readonly drain?: DrainRow;
  /** It is archived: from now on `prune` removes what was said in it. Fenced while a message waits on its key. */
  readonly archived?: SessionId;
  readonly processes?: { readonly put: readonly ProcessRow[]; readonly gone: readonly number[] };
}

export type TranscriptWrite =
  | { readonly op: "put"; readonly entry: TranscriptEntry }
  /** The turn went back to the queue: what it had written was not said. */
  | {
      readonly op: "retract";
      readonly session: SessionId;
      readonly turn: TurnId;
      /** One entry, or null for all of the turn. */
      readonly id: string | null;
    };

export type Committed =
  | { readonly outcome: "committed"; readonly events: readonly StoredEvent[] }
  /** Somebody else wrote first; nothing was written. Read again and decide again. */
  | { readonly outcome: "fenced"; readonly why: string };

export interface AcceptOptions {
  /** Queued items of kind `turn` that one session may hold. */
  readonly queueLimit: number;
  readonly keyed: readonly KeyedWrite[];
}

export interface SessionQuery {
  /** Null = any. */
  readonly statuses: readonly SessionStatus[] | null;
  readonly limit: number;
  /** The `next` of the page before. */
  readonly after: string | null;
}

/** Epoch ms: from `from` on, before `until`. */
export interface Span {
  readonly from: number;
  readonly until: number;
  readonly limit: number;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

export interface OutboxQuery {
  readonly states: readonly OutboxState[];
  readonly after: number;
  readonly limit: number;
}

export interface Lease {
  readonly resource: string;
  readonly fence: number;
  /** False when it was lost: stop what it protects. */
  renew(): Promise<boolean>;
  release(): Promise<void>;
}
