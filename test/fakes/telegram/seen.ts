import type { InlineKeyboardMarkup } from "grammy/types";

import type { SeenButton, SeenMessage } from "./fake-telegram.ts";
import { NO_TEXT } from "./formatted-text.ts";
import type { Content, Entry, FormattedText, Room } from "./room.ts";
import { wireMessage } from "./wire-message.ts";

/** A message as people see it. */
export function seenMessage(room: Room, entry: Entry): SeenMessage {
  const { content } = entry;
  const { text, entities } = shownText(content);
  return {
    id: entry.id,
    from: entry.from,
    byBot: entry.bot !== null,
    text,
    entities,
    buttons: shownButtons(entry.markup),
    replyTo: entry.replyTo,
    thread: entry.thread,
    edited: entry.editDate !== null,
    edits: entry.edits,
    file: content.kind === "media" ? content.file : null,
    album: entry.album,
    reactions: [...entry.reactions.values()].flat(),
    at: entry.date,
    raw: wireMessage(room, entry),
  };
}

export function shownText(content: Content): FormattedText {
  switch (content.kind) {
    case "text":
      return content;
    case "media":
      return content.caption;
    case "service":
      return NO_TEXT;
  }
}

export function shownButtons(markup: InlineKeyboardMarkup | null): SeenButton[][] {
  return (markup?.inline_keyboard ?? []).map((row) =>
    row.map((button) => ({
      label: button.text,
      data: "callback_data" in button ? button.callback_data : null,
      url: "url" in button ? button.url : null,
    })),
  );
}
