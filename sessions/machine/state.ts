import type { BootId, RequestId, SessionId, SessionKey, TurnId } from "../ids.ts";

/**
 * What a session key stands for now. The status is not stored: `statusOf` derives it from the turn
 * and the mark, so that no path can set one without the other.
 */
export interface Session {
  readonly key: SessionKey;
  /** The conversation that the next turn continues. */
  readonly id: SessionId;
  /** Counts the writes of this entry: the compare-and-set of the store. */
  readonly revision: number;
  readonly turn: ActiveTurn | null;
  /** Why the next turn is not an ordinary one. Outlives the turn that carries it, until one succeeds. */
  readonly mark: Mark | null;
  /** How the last turn ended. */
  readonly last: TurnEnd | null;
  /** Times in a row that a turn was cut short; a success clears it. */
  readonly cuts: number;
  /** Turns begun in this conversation. 0 = nothing to leave behind. */
  readonly turns: number;
  /** Earlier conversations of this key, the latest first, bounded by `PAST_LIMIT`. */
  readonly past: readonly PastConversation[];
  readonly settings: SessionSettings;
  /** Epoch ms of the first and the latest write. */
  readonly createdAt: number;
  readonly touchedAt: number;
}

export const PAST_LIMIT = 50;

export type SessionStatus = "idle" | ActiveTurn["phase"] | Mark["kind"];

export function statusOf(session: Session): SessionStatus {
  return session.turn?.phase ?? session.mark?.kind ?? "idle";
}

export type ActiveTurn = StartingTurn | RunningTurn | AwaitingTurn | InterruptingTurn;

interface TurnBase {
  readonly id: TurnId;
  /** Counts the workers started for this turn: results of an earlier one are late. */
  readonly generation: number;
  /** The nth try of this turn, from 1. */
  readonly attempt: number;
  /** The boot that runs it. A turn whose owner is dead was cut. */
  readonly owner: BootId;
  readonly fence: number;
  /** It was given a restart note. */
  readonly noted: boolean;
  /** Who computes it; what is chosen meanwhile is for the next turn. Left out: the default. */
  readonly worker?: string;
  /** Epoch ms. */
  readonly startedAt: number;
}

export interface StartingTurn extends TurnBase {
  readonly phase: "starting";
  /** An earlier worker of this turn had accepted it: it cannot go back to the queue. */
  readonly begun: boolean;
}

export interface RunningTurn extends TurnBase {
  readonly phase: "running";
}

export interface AwaitingTurn extends TurnBase {
  readonly phase: "awaiting_input";
  /** Open requests, at least one. */
  readonly requests: readonly RequestId[];
  /** Allowed while detached: what the next worker of this turn is granted. */
  readonly allowed: readonly RequestId[];
  /** The worker that asked is gone; an answer starts another. */
  readonly detached: boolean;
}

export interface InterruptingTurn extends TurnBase {
  readonly phase: "interrupting";
  readonly stop: StopCause;
}

/** Who or what asked for the end of a turn that still runs. */
export type StopCause = "person" | "newer_message" | "operator";

export type Mark = ResumePending | Suspended;

export interface ResumePending {
  readonly kind: "resume_pending";
  readonly interruption: Interruption;
  readonly turn: TurnId;
  readonly generation: number;
  /** Epoch ms of the cut. */
  readonly since: number;
  /** Turns that `auto` began for this mark, over all boots. */
  readonly tries: number;
}

export interface Suspended {
  readonly kind: "suspended";
  readonly interruption: Interruption;
  readonly turn: TurnId;
  readonly since: number;
}

/** Why a turn was cut. */
export type Interruption =
  | "restart_timeout"
  | "shutdown_timeout"
  | "crash"
  | "worker_lost"
  | "stalled";

export type TurnOutcome = "completed" | "failed" | "cancelled" | "interrupted";

export interface TurnEnd {
  readonly turn: TurnId;
  readonly outcome: TurnOutcome;
  readonly at: number;
}

export interface PastConversation {
  readonly id: SessionId;
  readonly why: "new" | "suspended" | "resumed_other";
  /** Epoch ms at which it was left. */
  readonly at: number;
  readonly mark: Mark | null;
  readonly turns: number;
}

/** What a second message does while a turn runs. */
export type BusyMode = "queue" | "steer" | "interrupt" | "collect";

/** Per session choices of the person; null = the configured default. */
export interface SessionSettings {
  readonly mode: BusyMode | null;
  readonly worker: string | null;
}

export function newSession(key: SessionKey, id: SessionId, at: number): Session {
  return {
    key,
    id,
    revision: 0,
    turn: null,
    mark: null,
    last: null,
    cuts: 0,
    turns: 0,
    past: [],
    settings: { mode: null, worker: null },
    createdAt: at,
    touchedAt: at,
  };
}
