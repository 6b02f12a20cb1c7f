import type { Message } from "grammy/types";

import type { Address, OutboundMessage } from "../../../sessions/message.ts";
import { TELEGRAM_CAPABILITIES } from "./capabilities.ts";
import type { Desk } from "./desk.ts";
import { toKeyboard } from "./keyboard.ts";
import type { Called } from "./line.ts";
import { toQuote } from "./quote.ts";
import type { Quoting } from "./quote.ts";
import { inThread } from "./thread.ts";
import { worded } from "./worded.ts";

/**
 * Telegram would fetch the first link of an answer to show a card of it: without anybody's click, whatever the
 * agent has written into that link, and in place of the words below it.
 */
export const NO_PREVIEW = { link_preview_options: { is_disabled: true } };

export interface Sending {
  readonly address: Address;
  readonly message: OutboundMessage;
  readonly quoting: Quoting;
  readonly signal: AbortSignal;
}

export function sendText(desk: Desk, sending: Sending): Promise<Called<Message>> {
  const { address, message, quoting, signal } = sending;
  const limit = TELEGRAM_CAPABILITIES.textLimit;
  return worded({ markdown: message.text, limit, log: desk.log }, ({ text, entities }) =>
    desk.line.call({ chat: address.chat, signal }, (to, ended) =>
      desk.client.send.sendMessage(
        to,
        text,
        {
          entities,
          ...NO_PREVIEW,
          ...inThread(address),
          ...toQuote(quoting, { address, to, replyTo: message.replyTo }),
          ...toKeyboard(message.buttons),
        },
        ended,
      ),
    ),
  );
}
