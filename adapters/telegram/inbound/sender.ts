import type { Sender } from "../../../sessions/message.ts";
import type { WireChat, WireMessage, WireUser } from "./message-shape.ts";

type Spoken = Pick<WireMessage, "from" | "sender_chat">;

/**
 * Who speaks; null: another bot, or nobody. An administrator who hides, or a channel, speaks as a chat: Telegram
 * then puts a bot of its own in the place of the person.
 */
export function senderOf({ from, sender_chat: chat }: Spoken): Sender | null {
  if (chat !== undefined) return { id: String(chat.id), name: titleOf(chat) };
  if (from === undefined || from.is_bot) return null;
  return { id: String(from.id), name: userName(from) };
}

/** For people to read. */
export function nameOf({ from, sender_chat: chat }: Spoken): string {
  if (chat !== undefined) return titleOf(chat);
  return from === undefined ? "somebody" : userName(from);
}

export function userName(user: WireUser): string {
  const full = [user.first_name, user.last_name].filter(Boolean).join(" ");
  return full || user.username || String(user.id);
}

export function titleOf(chat: WireChat): string {
  return chat.title ?? String(chat.id);
}
