import { z } from "zod";

import type { InboundMessage } from "../../../sessions/message.ts";
import { formatExternalId, formatPressId } from "../external-id.ts";
import type { Albums } from "./albums.ts";
import { isForBot, isForOtherBot, listeningIn } from "./listening.ts";
import type { Groups } from "./listening.ts";
import type { WireMessage } from "./message-shape.ts";
import { parseMessage, placeOf } from "./parse-message.ts";
import type { Reading } from "./parse-message.ts";
import { userName } from "./sender.ts";
import { wireUpdate } from "./update-shape.ts";
import type { WirePress, WireUpdate } from "./update-shape.ts";

export type ParsedUpdate =
  | { readonly kind: "message"; readonly message: InboundMessage }
  /** Counts only when what it changes is ours: a change may have taken away what made it so. */
  | { readonly kind: "change"; readonly message: InboundMessage }
  | { readonly kind: "press"; readonly message: InboundMessage; readonly query: string }
  /** The chat has another id from here on. */
  | { readonly kind: "migration"; readonly old: string; readonly now: string }
  | { readonly kind: "membership"; readonly chat: string; readonly status: string }
  | { readonly kind: "ignored"; readonly reason: string };

export interface UpdateReading extends Reading, Groups {
  readonly albums: Albums;
  /** Epoch ms, for what Telegram puts no time on. */
  readonly now: number;
}

/** Throws when it is not what Telegram documents. */
export function parseUpdate(raw: unknown, reading: UpdateReading): ParsedUpdate {
  const found = wireUpdate.safeParse(raw);
  if (!found.success) throw new Error(z.prettifyError(found.error));
  const update = found.data;
  if (update.message !== undefined) return parseNew(update.message, reading);
  if (update.edited_message !== undefined) return parseChange(update, reading);
  if (update.callback_query !== undefined) return parsePress(update.callback_query, reading);
  if (update.my_chat_member !== undefined) {
    const { chat, new_chat_member: member } = update.my_chat_member;
    return { kind: "membership", chat: String(chat.id), status: member.status };
  }
  return { kind: "ignored", reason: kindOf(raw) };
}

function parseNew(message: WireMessage, reading: UpdateReading): ParsedUpdate {
  const { migrate_to_chat_id: to, migrate_from_chat_id: from } = message;
  const here = String(message.chat.id);
  if (to !== undefined) return { kind: "migration", old: here, now: String(to) };
  if (from !== undefined) return { kind: "migration", old: String(from), now: here };
  const parsed = parseMessage(message, reading, null);
  if (typeof parsed === "string") return { kind: "ignored", reason: parsed };
  return isHeard(message, reading)
    ? { kind: "message", message: parsed }
    : { kind: "ignored", reason: "not for this bot" };
}

function isHeard(message: WireMessage, reading: UpdateReading): boolean {
  if (message.chat.type === "private") return true;
  const { bot, albums } = reading;
  if (isForOtherBot(message, bot)) return false;
  switch (listening(message, reading)) {
    case "all":
      return true;
    case "off":
      return false;
    case "mention":
      return albums.isHeard(message.media_group_id ?? null, isForBot(message, bot));
  }
}

function parseChange(update: WireUpdate, reading: UpdateReading): ParsedUpdate {
  const message = update.edited_message;
  // A place that is shared live changes every few seconds, and says nothing.
  if (message === undefined || message.location !== undefined) {
    return { kind: "ignored", reason: "a place that moves" };
  }
  const parsed = parseMessage(message, reading, update.update_id);
  return typeof parsed === "string"
    ? { kind: "ignored", reason: parsed }
    : { kind: "change", message: parsed };
}

function parsePress(press: WirePress, reading: UpdateReading): ParsedUpdate {
  const { message, data, from } = press;
  if (message === undefined || data === undefined) {
    return { kind: "ignored", reason: "a press of a button that is not ours" };
  }
  const { bot } = reading;
  const on = formatExternalId({
    bot: bot.id,
    chat: String(message.chat.id),
    message: message.message_id,
  });
  return {
    kind: "press",
    query: press.id,
    message: {
      externalId: formatPressId(bot.id, press.id),
      ...placeOf(message, reading),
      sender: { id: String(from.id), name: userName(from) },
      scope: message.chat.type === "private" ? "private" : "group",
      text: "",
      button: { data, on },
      attachments: [],
      album: null,
      replyTo: null,
      edits: null,
      isLate: false,
      sentAt: reading.now,
    },
  };
}

function listening(message: WireMessage, { groups, aliases }: UpdateReading) {
  const id = String(message.chat.id);
  return listeningIn(groups, [id, aliases.canonical(id)]);
}

/** Names a kind that we do not read: `chat_boost`. */
function kindOf(raw: unknown): string {
  const keys = typeof raw === "object" && raw !== null ? Object.keys(raw) : [];
  return keys.find((key) => key !== "update_id") ?? "nothing";
}
