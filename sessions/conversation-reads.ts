import type { SessionId, SessionKey } from "./ids.ts";
import type { TranscriptEntry } from "./transcript.ts";

/** The part of the engine port by which conversations are gone through, to archive them. */
export interface ConversationReads {
  /** By id, which is the order they began in; archived ones are left out. */
  conversations(query: {
    readonly after: SessionId | null;
    readonly limit: number;
  }): Promise<readonly StoredConversation[]>;
  /** What was said in one after a place, the oldest first. Rejects with `store_corrupt` where an entry is damaged. */
  entries(
    session: SessionId,
    query: { readonly after: number; readonly limit: number },
  ): Promise<readonly { readonly seq: number; readonly entry: TranscriptEntry }[]>;
}

export interface StoredConversation {
  readonly session: SessionId;
  readonly key: SessionKey;
  /** Of its latest entry, epoch ms; null = nothing was said. */
  readonly lastAt: number | null;
}
