import type { BootId, RequestId, SessionId, SessionKey, TurnId } from "../../../sessions/ids.ts";
import type { Effect, SessionCommand, WorkerCommand } from "../../../sessions/machine/commands.ts";
import type { RequestEnd, SessionEvent, TurnOrigin } from "../../../sessions/machine/events.ts";
import type {
  Interruption,
  SessionStatus,
  StopCause,
  TurnOutcome,
} from "../../../sessions/machine/state.ts";

export const KEY = "local:main:ada" as SessionKey;
export const S1 = "ses_1" as SessionId;
export const S2 = "ses_2" as SessionId;
export const S3 = "ses_3" as SessionId;
export const T1 = "trn_1" as TurnId;
export const T2 = "trn_2" as TurnId;
export const T3 = "trn_3" as TurnId;
export const R1 = "req_1" as RequestId;
export const R2 = "req_2" as RequestId;
/** The boot that runs, and the one that comes after it died. */
export const B1 = "boot_1" as BootId;
export const B2 = "boot_2" as BootId;
export const THRESHOLD = 3;

type Of<Type extends SessionCommand["type"]> = Extract<SessionCommand, { type: Type }>;
type WorkerOf<Type extends WorkerCommand["type"]> = Extract<WorkerCommand, { type: Type }>;

/* What is asked. */

export function admit(turn: TurnId, options: Partial<Of<"admit">> = {}): Of<"admit"> {
  return { type: "admit", turn, owner: B1, fence: 1, origin: "message", fresh: S2, ...options };
}

export function accepted(turn: TurnId, generation = 1): WorkerOf<"accepted"> {
  return { type: "accepted", turn, generation };
}

export function startFailed(
  turn: TurnId,
  canRetry: boolean,
  generation = 1,
): WorkerOf<"start_failed"> {
  return { type: "start_failed", turn, generation, canRetry, reason: "no agent" };
}

export function ask(turn: TurnId, request: RequestId, generation = 1): WorkerOf<"ask"> {
  return { type: "ask", turn, generation, request };
}

export function withdraw(turn: TurnId, request: RequestId, generation = 1): WorkerOf<"withdraw"> {
  return { type: "withdraw", turn, generation, request };
}

export function end(
  turn: TurnId,
  outcome: WorkerOf<"end">["outcome"] = "completed",
  generation = 1,
): WorkerOf<"end"> {
  return { type: "end", turn, generation, outcome, reason: outcome };
}

export function lost(turn: TurnId, options: Partial<WorkerOf<"lost">> = {}): WorkerOf<"lost"> {
  return {
    type: "lost",
    turn,
    generation: 1,
    interruption: "worker_lost",
    policy: "resume",
    threshold: THRESHOLD,
    reason: "it went away",
    ...options,
  };
}

export function stopExpired(turn: TurnId, generation = 1): WorkerOf<"stop_expired"> {
  return { type: "stop_expired", turn, generation };
}

export function stop(cause: StopCause = "person"): Of<"stop"> {
  return { type: "stop", stop: cause };
}

export function answer(request: RequestId, decision: "allow" | "deny"): Of<"answer"> {
  return { type: "answer", request, decision, owner: B2, fence: 2 };
}

export function expire(request: RequestId): Of<"expire"> {
  return { type: "expire", request, owner: B2, fence: 2 };
}

export function drainTimeout(
  interruption: Of<"drain_timeout">["interruption"] = "restart_timeout",
): Of<"drain_timeout"> {
  return { type: "drain_timeout", interruption, threshold: THRESHOLD };
}

export function recover(boot = B2): Of<"recover"> {
  return { type: "recover", boot, threshold: THRESHOLD };
}

export function renew(fresh = S2): Of<"renew"> {
  return { type: "renew", fresh };
}

export const SKIP: SessionCommand = { type: "skip" };

export function resume(past: SessionId | null = null): Of<"resume"> {
  return { type: "resume", past };
}

export function archive(conversation: SessionId, fresh = S3): Of<"archive"> {
  return { type: "archive", conversation, fresh };
}

/* What happened. */

export function started(
  turn: TurnId,
  options: { noted?: boolean; origin?: TurnOrigin } = {},
): SessionEvent {
  const { noted = false, origin = "message" } = options;
  return { type: "turn_started", turn, owner: B1, fence: 1, noted, origin };
}

export function begun(turn: TurnId): SessionEvent {
  return { type: "turn_accepted", turn };
}

export function finished(turn: TurnId, outcome: TurnOutcome, reason: string): SessionEvent {
  return { type: "turn_finished", turn, outcome, reason };
}

export function cut(
  turn: TurnId,
  cuts = 1,
  interruption: Interruption = "restart_timeout",
  generation = 1,
): SessionEvent {
  return { type: "turn_cut", turn, generation, interruption, cuts };
}

export function suspended(turn: TurnId, cuts = THRESHOLD): SessionEvent {
  return { type: "session_suspended", turn, cuts };
}

export function opened(turn: TurnId, request: RequestId): SessionEvent {
  return { type: "request_opened", turn, request };
}

export function closed(turn: TurnId, request: RequestId, how: RequestEnd): SessionEvent {
  return { type: "request_closed", turn, request, how };
}

export function detached(turn: TurnId): SessionEvent {
  return { type: "requests_detached", turn };
}

export function restarted(
  turn: TurnId,
  options: { generation: number; attempt: number; owner?: typeof B1; fence?: number },
): SessionEvent {
  return { type: "turn_restarted", turn, owner: B1, fence: 1, ...options };
}

export function requeued(turn: TurnId): SessionEvent {
  return { type: "turn_requeued", turn };
}

export function stopping(turn: TurnId, cause: StopCause = "person"): SessionEvent {
  return { type: "turn_stopping", turn, stop: cause };
}

export function cleared(why: "succeeded" | "skipped"): SessionEvent {
  return { type: "mark_cleared", why };
}

export function renewed(from: SessionId, to: SessionId, why: "new" | "suspended"): SessionEvent {
  return { type: "session_renewed", from, to, why };
}

export function restored(from: SessionId, to: SessionId): SessionEvent {
  return { type: "session_restored", from, to };
}

export function archived(conversation: SessionId, to: SessionId | null): SessionEvent {
  return { type: "conversation_archived", conversation, to };
}

export const RELEASED: SessionEvent = { type: "session_released" };

export function changed(from: SessionStatus, to: SessionStatus): SessionEvent {
  return { type: "status_changed", from, to };
}

/* What is done about it. */

export function startWorker(turn: TurnId, generation = 1): Effect {
  return { do: "start_worker", turn, generation };
}

export function interruptWorker(turn: TurnId, generation = 1): Effect {
  return { do: "interrupt_worker", turn, generation };
}

export function killWorker(turn: TurnId, generation = 1): Effect {
  return { do: "kill_worker", turn, generation };
}

/* Histories that many behaviours begin with. */

export const RUNNING: readonly SessionEvent[] = [started(T1), begun(T1)];
export const ASKING: readonly SessionEvent[] = [...RUNNING, opened(T1, R1)];
/** Its worker is gone; the next would be generation 3. */
export const DETACHED: readonly SessionEvent[] = [...ASKING, detached(T1)];
export const STOPPING: readonly SessionEvent[] = [...RUNNING, stopping(T1)];
/** Cut once by a restart. */
export const MARKED: readonly SessionEvent[] = [...RUNNING, cut(T1)];
/** A second turn, with the note, runs. */
export const NOTED: readonly SessionEvent[] = [...MARKED, started(T2, { noted: true }), begun(T2)];
/** The third cut in a row; the turn that was cut is T3. */
export const SUSPENDED: readonly SessionEvent[] = [
  ...NOTED,
  cut(T2, 2),
  started(T3, { noted: true }),
  begun(T3),
  cut(T3, 3),
  suspended(T3),
];
