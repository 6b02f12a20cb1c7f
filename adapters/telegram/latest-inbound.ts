import type { InboundMessage } from "../../sessions/message.ts";
import { parseExternalId } from "./external-id.ts";

/** The latest message of people in each private chat, as far as this life knows. */
export interface LatestInbound {
  note(message: InboundMessage): void;
  /** Its id in the chat; null = unknown. */
  of(chat: string): number | null;
}

const CHATS = 10_000;

export function createLatestInbound(): LatestInbound {
  const latest = new Map<string, number>();
  return {
    note({ externalId, address, edits, scope }) {
      const identity = parseExternalId(externalId);
      if (identity === null || edits !== null || scope === "group") return;
      latest.delete(address.chat);
      latest.set(address.chat, identity.message);
      for (const [oldest] of latest) {
        if (latest.size <= CHATS) break;
        latest.delete(oldest);
      }
    },
    of: (chat) => latest.get(chat) ?? null,
  };
}
