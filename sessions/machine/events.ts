import type { BootId, RequestId, SessionId, TurnId } from "../ids.ts";
import type { BusyMode, Interruption, SessionStatus, StopCause, TurnOutcome } from "./state.ts";

/**
 * What happened to a session. Stored once, in the write that changed the entry; the log of a session
 * and the feed over all sessions read the same rows.
 */
export type SessionEvent =
  | {
      readonly type: "turn_started";
      readonly turn: TurnId;
      readonly owner: BootId;
      readonly fence: number;
      readonly noted: boolean;
      readonly origin: TurnOrigin;
      /** Left out: the default. */
      readonly worker?: string;
    }
  | { readonly type: "turn_accepted"; readonly turn: TurnId }
  /** Another worker for the same turn: after a failed start, or after a detached request was allowed. */
  | {
      readonly type: "turn_restarted";
      readonly turn: TurnId;
      readonly owner: BootId;
      readonly fence: number;
      readonly generation: number;
      readonly attempt: number;
    }
  /** It had not begun: its messages are at the head of the queue again. */
  | { readonly type: "turn_requeued"; readonly turn: TurnId }
  | { readonly type: "turn_stopping"; readonly turn: TurnId; readonly stop: StopCause }
  | {
      readonly type: "turn_cut";
      readonly turn: TurnId;
      readonly generation: number;
      readonly interruption: Interruption;
      readonly cuts: number;
    }
  | {
      readonly type: "turn_finished";
      readonly turn: TurnId;
      readonly outcome: TurnOutcome;
      readonly reason: string;
    }
  | { readonly type: "request_opened"; readonly turn: TurnId; readonly request: RequestId }
  | {
      readonly type: "request_closed";
      readonly turn: TurnId;
      readonly request: RequestId;
      readonly how: RequestEnd;
    }
  | { readonly type: "requests_detached"; readonly turn: TurnId }
  | { readonly type: "session_suspended"; readonly turn: TurnId; readonly cuts: number }
  | { readonly type: "mark_cleared"; readonly why: "succeeded" | "skipped" }
  /** `/resume` or an operator: a suspended conversation may go on. */
  | { readonly type: "session_released" }
  | {
      readonly type: "session_renewed";
      readonly from: SessionId;
      readonly to: SessionId;
      readonly why: "new" | "suspended";
    }
  /** An earlier conversation of this key came back. */
  | { readonly type: "session_restored"; readonly from: SessionId; readonly to: SessionId }
  /** It is in the archive and no more here. `to`: it was the present one, and this begins. */
  | {
      readonly type: "conversation_archived";
      readonly conversation: SessionId;
      readonly to: SessionId | null;
    }
  | { readonly type: "mode_set"; readonly mode: BusyMode | null }
  | { readonly type: "worker_set"; readonly worker: string | null }
  | { readonly type: "status_changed"; readonly from: SessionStatus; readonly to: SessionStatus };

/** What began a turn: a person's message, or the conversation going on by itself or by a button. */
export type TurnOrigin = "message" | "auto";

export type RequestEnd = "allowed" | "denied" | "expired" | "withdrawn" | "turn_ended";
