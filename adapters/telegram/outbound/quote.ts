import type { ReplyParameters } from "grammy/types";

import type { Address } from "../../../sessions/message.ts";
import type { BotIdentity } from "../bot-identity.ts";
import { parseExternalId } from "../external-id.ts";
import type { TelegramOptions } from "../telegram-adapter.ts";

export interface Quoting {
  readonly policy: TelegramOptions["quote"];
  readonly bot: BotIdentity;
  /** Number of the newest message that a person wrote in a chat; null = unknown. */
  latestInbound(chat: string): number | null;
}

export interface Answer {
  readonly address: Address;
  /** The chat as Telegram knows it now. */
  readonly to: string;
  readonly replyTo: string | null;
}

/** Which message is quoted above an answer; undefined = none. */
export function toQuote(
  quoting: Quoting,
  { address, to, replyTo }: Answer,
): { readonly reply_parameters: ReplyParameters } | undefined {
  const { policy, bot } = quoting;
  if (policy === "never" || replyTo === null) return undefined;
  const question = parseExternalId(replyTo);
  // Messages are numbered anew for each bot, and in a group that became a supergroup.
  if (question?.bot !== bot.id || question.chat !== to) return undefined;
  const isPlain = policy === "auto" && isPrivate(to);
  if (isPlain && quoting.latestInbound(address.chat) === question.message) return undefined;
  // A question that was deleted meanwhile is no reason not to answer it.
  return {
    reply_parameters: { message_id: question.message, allow_sending_without_reply: true },
  };
}

function isPrivate(chat: string): boolean {
  return !chat.startsWith("-");
}
