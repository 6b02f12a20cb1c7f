import type { InlineKeyboardMarkup } from "grammy/types";

import type { OutboundMessage } from "../../../sessions/message.ts";

/** Buttons under a message; an edit without any takes those away that were there. */
export function toKeyboard(
  buttons: OutboundMessage["buttons"],
): { readonly reply_markup: InlineKeyboardMarkup } | undefined {
  const rows = buttons.filter((row) => row.length > 0);
  if (rows.length === 0) return undefined;
  const inline_keyboard = rows.map((row) =>
    row.map(({ label, data }) => ({ text: label, callback_data: data })),
  );
  return { reply_markup: { inline_keyboard } };
}
