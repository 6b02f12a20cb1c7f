import type { BootId, RequestId, SessionId, SessionKey, TurnId } from "../sessions/ids.ts";
import type { Attachment, Sender } from "../sessions/message.ts";
import type { ProcessRow } from "../sessions/rows.ts";
import type { NoteCause, TranscriptEntry } from "../sessions/transcript.ts";

/** The port to one kind of agent. A worker knows sessions and turns, never a chat network, a queue or a store. */
export interface Worker {
  readonly name: string;
  readonly abilities: WorkerAbilities;
  /** Turns that it computes at once, where each needs a process: further ones wait before it is asked. Left out: any number. */
  readonly turnsAtOnce?: number;
  /** As long as `open` can take by the worker's own limits, ms, where the gateway's is too short for it. */
  readonly opensWithinMs?: number;

  /**
   * Begins or finds what will compute the turns of one conversation. May start a process.
   * Rejects with `worker_unavailable` when it cannot (not installed, not logged in, died twice).
   */
  open(conversation: Conversation, signal: AbortSignal): Promise<WorkerSession>;

  /** Ends every process it started. Idempotent. */
  close(graceMs: number): Promise<void>;

  /** What runs now, for `status`. */
  processes(): readonly WorkerProcess[];
}

export interface WorkerAbilities {
  /** It can take words into a running turn. */
  readonly canSteer: boolean;
  /** It remembers the conversation by itself; else each turn brings the transcript. */
  readonly keepsContext: boolean;
}

export interface Conversation {
  readonly key: SessionKey;
  readonly session: SessionId;
  /** What this worker last wanted kept for the conversation (its `cursor` event): JSON; null = nothing. */
  readonly cursor: unknown;
  /** Absolute; exists. What the worker reads and writes for this conversation is in here. */
  readonly workspace: string;
}

export interface WorkerProcess {
  readonly pid: number;
  readonly sessions: number;
  /** Epoch ms. */
  readonly startedAt: number;
}

/** One conversation with a worker. One prompt at a time: the gateway sees to that. */
export interface WorkerSession {
  /** Of the process that computes it, as in its environment: a command typed there is known by it. Null: no process of its own. */
  readonly marker: string | null;
  /**
   * Runs one turn. Yields `accepted` first, then what happens, and exactly one terminal event last.
   * An iteration that ends without one means: the worker is gone.
   */
  prompt(turn: WorkerTurn): AsyncIterable<WorkerEvent>;
  /** Adds words to the running turn. False: it did not take them. */
  steer(message: TurnMessage): Promise<boolean>;
  /** `ask` is the id that the worker gave its question. The gateway itself remembers what is allowed always. */
  answer(ask: string, decision: "allow" | "deny"): Promise<void>;
  /** Asks the running turn to end; it then yields its terminal event. */
  interrupt(): Promise<void>;
  /** The conversation is not needed for now. Idempotent. */
  close(graceMs: number): Promise<void>;
  /** At once, whatever it does. Idempotent. */
  kill(): void;
}

export interface WorkerTurn {
  readonly turn: TurnId;
  readonly attempt: number;
  readonly generation: number;
  /** At least one, except when a detached request was allowed. */
  readonly messages: readonly TurnMessage[];
  /** Set when the conversation was cut: to be read before the messages. */
  readonly note: RestartNote | null;
  /** What was said before, oldest first, without this turn's messages; every tool call has a result. */
  readonly transcript: readonly TranscriptEntry[];
  /** Requests that were allowed while no worker listened: each may be used once. */
  readonly grants: readonly Grant[];
}

export interface TurnMessage {
  readonly text: string;
  readonly sender: Sender;
  readonly attachments: readonly TurnAttachment[];
  /** Epoch ms. */
  readonly sentAt: number;
}

/** Exactly one of the two is null. */
export type TurnAttachment = Attachment & {
  /** Absolute; readable while the turn runs. `size` is then the real one. */
  readonly path: string | null;
  /** Why there is no file, in words. */
  readonly problem: string | null;
};

export interface RestartNote {
  readonly cause: NoteCause;
  /** The whole note as text, ready to be put before the messages. */
  readonly text: string;
}

export interface Grant {
  readonly request: RequestId;
  readonly fingerprint: string;
}

export type WorkerEvent =
  | { readonly type: "accepted" }
  /** More of the answer, appended to what came before. */
  | { readonly type: "delta"; readonly text: string }
  | {
      readonly type: "tool_started";
      readonly call: string;
      readonly name: string;
      readonly input: string;
      /** Left out: `other`. */
      readonly kind?: ToolKind;
    }
  | {
      readonly type: "tool_ended";
      readonly call: string;
      readonly state: "done" | "failed";
      readonly result: string;
    }
  /** `id` is the worker's own; unique within the turn. */
  | {
      readonly type: "ask";
      readonly id: string;
      readonly title: string;
      readonly detail: string;
      /** The same for the same deed: what it does and to what, normalised. */
      readonly fingerprint: string;
      /** Left out: `other`. */
      readonly kind?: ToolKind;
    }
  | { readonly type: "ask_withdrawn"; readonly id: string }
  /** A file for the person, whole and ready: it is copied before the next event is asked for. `path` is absolute. */
  | {
      readonly type: "file";
      readonly path: string;
      /** As the person will see it; empty = the path's own. */
      readonly name: string;
      /** Empty = unknown. */
      readonly mime: string;
    }
  /** What it thinks before it answers; never shown as the answer. */
  | { readonly type: "thought"; readonly text: string }
  /** The whole plan as it stands. */
  | { readonly type: "plan"; readonly steps: readonly PlanStep[] }
  /** What the turn has used so far, as far as the agent tells. */
  | ({ readonly type: "usage" } & Usage)
  /** To be kept for the conversation before the next event is asked for; given back by the next `open`. JSON. */
  | { readonly type: "cursor"; readonly value: unknown }
  /** Its process was killed, and not from here: maybe memory ran out. The iteration then ends without a terminal event. */
  | { readonly type: "killed" }
  /** Still there; counts as progress. */
  | { readonly type: "ping" }
  | { readonly type: "completed"; readonly reason: string }
  | { readonly type: "failed"; readonly error: string; readonly canRetry: boolean }
  /** `declined`: it ended because a person said no to what it asked. */
  | { readonly type: "cancelled"; readonly reason?: "declined" };

/** What a tool does, as far as a policy can tell. */
export type ToolKind =
  | "read"
  | "search"
  | "think"
  | "edit"
  | "delete"
  | "move"
  | "execute"
  | "fetch"
  | "other";

export interface PlanStep {
  readonly text: string;
  readonly state: "pending" | "running" | "done";
}

export interface Usage {
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** US dollars. */
  readonly cost: number | null;
}

/** What a worker needs from outside: who starts processes must be able to end them, also at the next boot. */
export interface WorkerHost {
  readonly boot: BootId;
  /** Put in the environment of every process as `SLUICE_WORKER`. */
  readonly marker: string;
  /** Stored before the process is used. */
  started(process: ProcessRow): Promise<void>;
  ended(pid: number): Promise<void>;
  /** Something was said outside any turn: shown now and then, and begins nothing. */
  notice(conversation: Pick<Conversation, "key" | "session">, text: string): void;
}
