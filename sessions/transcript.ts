import type { MessageId, SessionId, TurnId } from "./ids.ts";
import type { Attachment, Sender } from "./message.ts";

/** One line of a conversation. `id` is unique within its session; a later put of the same id replaces the body and keeps the place. */
export interface TranscriptEntry {
  readonly session: SessionId;
  readonly turn: TurnId;
  /** `<turn>:<n>`; made by the turn that writes it. */
  readonly id: string;
  /** Epoch ms. */
  readonly at: number;
  readonly body: EntryBody;
}

export type EntryBody =
  | {
      readonly kind: "user";
      readonly text: string;
      readonly sender: Sender;
      readonly message: MessageId;
      readonly attachments: readonly Attachment[];
      readonly sentAt: number;
    }
  /** `partial`: the turn was cut while this was being said; never to be shown as a whole answer. */
  | { readonly kind: "assistant"; readonly text: string; readonly partial: boolean }
  | {
      readonly kind: "tool";
      readonly call: string;
      readonly name: string;
      /** As the worker showed it, for people and notes. */
      readonly input: string;
      /** `unknown`: the turn ended before a result came; it may or may not have run. */
      readonly state: "open" | "done" | "failed" | "cancelled" | "unknown";
      readonly result: string | null;
    }
  /** A restart note as it was given to the worker. */
  | { readonly kind: "note"; readonly cause: NoteCause; readonly text: string };

/** Why a conversation was cut, as the worker is told. */
export type NoteCause = "restart" | "shutdown" | "crash" | "worker_lost" | "stalled";
