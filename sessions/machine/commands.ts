import type { BootId, RequestId, SessionId, TurnId } from "../ids.ts";
import type { RequestEnd, SessionEvent, TurnOrigin } from "./events.ts";
import type { BusyMode, Interruption, StopCause, TurnOutcome } from "./state.ts";

/** What may be asked of a session. Times, ids and limits come in as data: deciding reads nothing else. */
export type SessionCommand =
  | {
      readonly type: "admit";
      readonly turn: TurnId;
      readonly owner: BootId;
      readonly fence: number;
      readonly origin: TurnOrigin;
      /** The conversation to begin if this one is suspended. */
      readonly fresh: SessionId;
      /** Who computes it, by its name in the configuration, over all its attempts. Left out: whoever is the default then. */
      readonly worker?: string;
    }
  | WorkerCommand
  | { readonly type: "stop"; readonly stop: StopCause }
  /** The answer of a person to one open request. `owner` runs the worker that a detached one needs. */
  | {
      readonly type: "answer";
      readonly request: RequestId;
      readonly decision: "allow" | "deny";
      readonly owner: BootId;
      readonly fence: number;
    }
  | {
      readonly type: "expire";
      readonly request: RequestId;
      readonly owner: BootId;
      readonly fence: number;
    }
  /** The drain's budget for turns is used up. */
  | {
      readonly type: "drain_timeout";
      readonly interruption: "restart_timeout" | "shutdown_timeout";
      readonly threshold: number;
    }
  /** Boot, or whoever reads the entry first, found a turn of a boot that is dead. */
  | { readonly type: "recover"; readonly boot: BootId; readonly threshold: number }
  /** `/new`. */
  | { readonly type: "renew"; readonly fresh: SessionId }
  /** `/skip`, or the Drop button: go on without the note. */
  | { readonly type: "skip" }
  /** `/resume [id]` and the operator's release; null = the suspended or latest one. */
  | { readonly type: "resume"; readonly past: SessionId | null }
  /** It is in the archive, and leaves the store: an earlier conversation, or the present one, after which `fresh` begins. */
  | { readonly type: "archive"; readonly conversation: SessionId; readonly fresh: SessionId }
  | { readonly type: "set_mode"; readonly mode: BusyMode | null }
  /** From the next turn on; null = as the configuration says. */
  | { readonly type: "set_worker"; readonly worker: string | null };

/** From a worker, or from a timer that watches it: applies only to the turn and generation it names. */
export type WorkerCommand = { readonly turn: TurnId; readonly generation: number } & (
  | { readonly type: "accepted" }
  | { readonly type: "start_failed"; readonly canRetry: boolean; readonly reason: string }
  | { readonly type: "ask"; readonly request: RequestId }
  | { readonly type: "withdraw"; readonly request: RequestId }
  | {
      readonly type: "end";
      readonly outcome: Exclude<TurnOutcome, "interrupted">;
      readonly reason: string;
    }
  /** The worker ended without a last word, or was silent beyond its limit. */
  | {
      readonly type: "lost";
      readonly interruption: Extract<Interruption, "worker_lost" | "stalled">;
      /** `fail`: end it as interrupted, without a mark. */
      readonly policy: "resume" | "fail";
      readonly threshold: number;
      readonly reason: string;
    }
  /** The worker did not obey an interrupt in time. */
  | { readonly type: "stop_expired" }
);

/** What the shell does after the write. */
export type Effect =
  | { readonly do: "start_worker"; readonly turn: TurnId; readonly generation: number }
  | { readonly do: "interrupt_worker"; readonly turn: TurnId; readonly generation: number }
  | { readonly do: "kill_worker"; readonly turn: TurnId; readonly generation: number }
  | {
      readonly do: "answer_worker";
      readonly turn: TurnId;
      readonly generation: number;
      readonly request: RequestId;
      readonly how: Exclude<RequestEnd, "withdrawn" | "turn_ended">;
    };

export type Decision =
  | {
      readonly outcome: "decided";
      readonly events: readonly SessionEvent[];
      readonly effects: readonly Effect[];
    }
  /** Nothing changes. `late`: it speaks of a turn or generation that is over, and is logged once. */
  | {
      readonly outcome: "refused";
      readonly why: "late" | "busy" | "nothing_to_do" | "unknown_request" | "not_found";
    };
