import type {
  MessageId,
  OutboxId,
  RequestId,
  SessionId,
  SessionKey,
  TurnId,
} from "../sessions/ids.ts";
import type { SessionStatus } from "../sessions/machine/state.ts";
import type {
  InboxItem,
  RequestRow,
  StoredEvent,
  StoredOutboxRow,
  TurnRow,
} from "../sessions/rows.ts";
import type { TranscriptEntry } from "../sessions/transcript.ts";
import type { ArchiveReport } from "./archive/archive.ts";
import type { AccessOperations } from "./access/access-operations.ts";
import type { NetworkAccess } from "./access/access-report.ts";
import type { Swept } from "./access/revocation.ts";
import type { BookedGrant } from "./approvals/grant-book.ts";
import type { Fate } from "./fate.ts";
import type { SessionExport } from "./report/session-export.ts";
import type { Timeline, TimelineQuery } from "./report/timeline.ts";

/** What an operator can ask of a running gateway: served by the control API, typed by the CLI and the console. */
export interface Operations {
  status(): Promise<StatusReport>;
  /** What a restart would do now; changes nothing. */
  plan(): Promise<RestartPlan>;
  /** Resolves at once with the drain under way; a second call returns the same drain. */
  drain(request: DrainRequest): Promise<DrainReport>;
  /** Ends a drain that only waits, or lets held channels go. Null: there was no drain. */
  undrain(): Promise<DrainReport | null>;
  /** Null when no drain was asked for. */
  drainReport(): DrainReport | null;
  /** Goes over to the configuration as it is now, as far as a gateway that runs can. Rejects with `config_*`. */
  reload(): Promise<ReloadReport>;

  /** `active`: those with a turn, in whatever phase. */
  sessions(query: {
    status: SessionStatus | "active" | null;
    limit: number;
    after: string | null;
  }): Promise<{
    items: readonly SessionSummary[];
    next: string | null;
  }>;
  summary(key: SessionKey): Promise<SessionSummary | null>;
  /** With the latest `entries` of what was said; 1000 unless told. */
  session(key: SessionKey, entries?: number): Promise<SessionReport | null>;
  /** All that was said in it. */
  exportSession(key: SessionKey): Promise<SessionExport | null>;
  /** A suspended conversation, or the one before the present, may go on. False: nothing to release. */
  release(key: SessionKey): Promise<boolean>;
  /** A conversation that was cut goes on now, a suspended one too. False: it was not cut. */
  resume(key: SessionKey): Promise<boolean>;
  forget(key: SessionKey): Promise<boolean>;
  stopTurn(key: SessionKey): Promise<boolean>;

  /** Those that wait for a person. */
  requests(): Promise<readonly OpenRequest[]>;
  /** In whatever state, as long as it is kept. */
  request(id: RequestId): Promise<RequestRow | null>;
  answer(request: string, decision: AnswerDecision, by: string): Promise<AnswerReport>;

  /** What people allowed for good, over all chats. */
  grants(): Promise<readonly BookedGrant[]>;
  /** By its id. False: there is none. */
  revoke(grant: string): Promise<boolean>;

  readonly access: AccessOperations;

  /** Replies that are not settled, the oldest first. */
  outbox(limit: number): Promise<readonly StoredOutboxRow[]>;
  deadLetters(limit: number): Promise<readonly DeadLetter[]>;
  retry(id: string): Promise<boolean>;
  drop(id: string): Promise<boolean>;

  fate(id: MessageId): Promise<Fate | null>;
  /** Kept events after `after`, the oldest first; of one session or of all. */
  events(query: {
    readonly after: number;
    readonly key: SessionKey | null;
    readonly limit: number;
  }): Promise<readonly StoredEvent[]>;
  /** After `seq`, and then as they come, until `signal` is aborted. */
  feed(after: number, key: SessionKey | null, signal: AbortSignal): AsyncIterable<StoredEvent>;
  /** What ran when, and what the gateway did meanwhile. */
  timeline(query: TimelineQuery): Promise<Timeline>;
  /** Prometheus text. */
  metrics(): Promise<string>;
}

export interface StatusReport {
  readonly phase: GatewayPhase;
  readonly boot: string;
  readonly pid: number;
  readonly version: string;
  /** Ms since the start. */
  readonly upMs: number;
  /** Null = the boot found a clean-shutdown marker. */
  readonly recovered: number | null;
  /** Set when the channels are held back because the gateway keeps crashing. */
  readonly held: string | null;
  readonly turns: Readonly<
    Record<"starting" | "running" | "awaiting_input" | "interrupting", number>
  >;
  readonly turnLimit: number;
  readonly queued: number;
  readonly oldestQueuedMs: number | null;
  readonly outbox: Readonly<Record<"pending" | "sending" | "draft" | "held", number>>;
  readonly archive: ArchiveReport;
  readonly deadLetters: number;
  /** Seq of the latest stored event: where a feed of what comes now begins. 0 = there is none. */
  readonly lastEvent: number;
  readonly adapters: readonly {
    readonly network: string;
    readonly account: string;
    readonly state: string;
    readonly reason: string | null;
  }[];
  readonly workers: readonly {
    readonly name: string;
    readonly processes: number;
    readonly sessions: number;
    /** Resident, with all that its processes started; null where the system does not tell it. */
    readonly memoryBytes: number | null;
  }[];
  readonly access: readonly NetworkAccess[];
  readonly drain: DrainReport | null;
}

export type GatewayPhase = "starting" | "running" | "draining" | "drained" | "stopped" | "failed";

export interface DrainRequest {
  /** `drain` stays drained, `restart` exits with 75, `stop` with 0. */
  readonly then: "stay" | "restart" | "stop";
  /** Ms for running turns; null = as configured. 0 interrupts at once. */
  readonly timeoutMs: number | null;
  /** Who asked, for the log and the notice. */
  readonly by: string;
  /** The worker process that asked (its marker), so that its turn is not waited for. */
  readonly worker: string | null;
}

export interface DrainReport {
  readonly phase: "waiting" | "cutting" | "delivering" | "drained" | "cancelled";
  readonly then: DrainRequest["then"];
  readonly elapsedMs: number;
  /** Until the running turns are cut. */
  readonly remainingMs: number;
  readonly waitingFor: readonly WaitedTurn[];
  readonly cut: readonly SessionKey[];
  readonly requeued: readonly SessionKey[];
  /** Replies that are decided and not yet sent. */
  readonly undelivered: number;
  readonly timedOut: boolean;
}

/** With what came of people who may no longer talk to it. */
export interface ReloadReport extends Swept {
  /** Null = there is none: the defaults. */
  readonly file: string | null;
  /** The keys that have a new value from now on, as the file writes them. */
  readonly changed: readonly string[];
  /** The keys whose new value counts from the next start on. */
  readonly refused: readonly string[];
}

export interface WaitedTurn {
  readonly key: SessionKey;
  readonly turn: TurnId;
  readonly status: SessionStatus;
  readonly runningMs: number;
  /** Since its last sign of life. */
  readonly silentMs: number;
}

export interface RestartPlan {
  readonly waitFor: readonly WaitedTurn[];
  /** Silent beyond the stall limit, or the asker itself: would be cut at once. */
  readonly wouldCut: readonly WaitedTurn[];
  readonly requeue: readonly SessionKey[];
  readonly leftAlone: readonly SessionKey[];
  readonly queued: number;
  readonly undelivered: number;
  /** Turn budget plus delivery budget, ms. */
  readonly worstCaseMs: number;
}

export interface SessionSummary {
  readonly key: SessionKey;
  readonly session: SessionId;
  readonly status: SessionStatus;
  readonly turns: number;
  readonly cuts: number;
  readonly queued: number;
  readonly touchedAt: number;
}

export interface SessionReport extends SessionSummary {
  readonly why: string | null;
  /** Who computes the turn that is active, else the next one. */
  readonly worker: string;
  readonly past: readonly {
    readonly session: SessionId;
    readonly why: string;
    readonly at: number;
  }[];
  readonly queue: readonly InboxItem[];
  /** The latest turns of the key, over all its conversations, the latest first. */
  readonly recent: readonly TurnRow[];
  readonly transcript: readonly TranscriptEntry[];
}

/** `canAlways`: it may also be allowed for good. */
export type OpenRequest = RequestRow & { readonly canAlways: boolean };

/** `always`: allowed now, and from now on in this chat. */
export type AnswerDecision = "allow" | "deny" | "always";

export type AnswerReport =
  | { readonly outcome: "answered" }
  /** It cannot be allowed for good; it is open as before. */
  | { readonly outcome: "not_offered" }
  | { readonly outcome: "already"; readonly state: RequestRow["state"]; readonly by: string | null }
  | { readonly outcome: "unknown" };

/** Something that was given up: a message that could not be processed, or a reply that could not be sent. */
export type DeadLetter =
  | {
      readonly kind: "message";
      readonly id: MessageId;
      readonly reason: string;
      readonly at: number;
      readonly item: InboxItem;
    }
  | {
      readonly kind: "reply";
      readonly id: OutboxId;
      readonly reason: string;
      readonly at: number;
      readonly row: StoredOutboxRow;
    };
