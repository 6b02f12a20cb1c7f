import type { Address, InboundMessage } from "../../../sessions/message.ts";
import type { Aliases } from "../aliases.ts";
import type { BotIdentity } from "../bot-identity.ts";
import { formatExternalId } from "../external-id.ts";
import { attachmentsOf } from "./attachments.ts";
import { contentWords } from "./content-words.ts";
import type { WireMessage } from "./message-shape.ts";
import { quoteOf, repliedTo } from "./replied-to.ts";
import { senderOf, titleOf, userName } from "./sender.ts";
import { readableText, writtenText } from "./written-text.ts";

export interface Reading {
  readonly network: string;
  readonly account: string;
  readonly bot: BotIdentity;
  readonly aliases: Pick<Aliases, "canonical">;
}

/** As a string: nothing was said, or nobody said it. `update`: its number when this is a change of words. */
export function parseMessage(
  message: WireMessage,
  reading: Reading,
  update: number | null,
): InboundMessage | string {
  const { bot } = reading;
  if (message.chat.type === "channel") return "a channel's post";
  const sender = senderOf(message);
  if (sender === null) return "no person's words";
  const attachments = attachmentsOf(message);
  const words = wordsOf(message, bot);
  if (words === "" && attachments.length === 0) return "a message without words";
  const place = { bot: bot.id, chat: String(message.chat.id) };
  const identity = { ...place, message: message.message_id };
  const changedAt = message.edit_date ?? message.date;
  const reply = repliedTo(message);
  return {
    externalId:
      update === null
        ? formatExternalId(identity)
        : formatExternalId({ ...identity, edit: { date: changedAt, update } }),
    ...placeOf(message, reading),
    sender,
    scope: message.chat.type === "private" ? "private" : "group",
    text: withContext(message, words, bot),
    button: null,
    attachments,
    album: message.media_group_id ?? null,
    replyTo: reply === null ? null : formatExternalId({ ...place, message: reply.message_id }),
    edits: update === null ? null : formatExternalId(identity),
    isLate: false,
    sentAt: (update === null ? message.date : changedAt) * 1000,
  };
}

/** A group may be configured by any id that it has had. */
export function placeOf(
  message: Pick<WireMessage, "chat" | "is_topic_message" | "message_thread_id">,
  reading: Reading,
): Pick<InboundMessage, "address" | "places"> {
  const address = addressOf(message, reading);
  const id = String(message.chat.id);
  return id === address.chat ? { address } : { address, places: [id] };
}

/** In groups without topics a reply has a thread number, too: only a topic's is a place. */
function addressOf(
  message: Pick<WireMessage, "chat" | "is_topic_message" | "message_thread_id">,
  { network, account, aliases }: Reading,
): Address {
  const { is_topic_message: isTopic, message_thread_id: thread } = message;
  return {
    network,
    account,
    chat: aliases.canonical(String(message.chat.id)),
    thread: isTopic && thread !== undefined ? String(thread) : null,
  };
}

function wordsOf(message: WireMessage, bot: BotIdentity): string {
  const said = readableText(writtenText(message), bot);
  return [contentWords(message), said].filter((part) => part !== "").join("\n");
}

/** Where the words come from, and what they answer. */
function withContext(message: WireMessage, words: string, bot: BotIdentity): string {
  if (message.forward_origin !== undefined) {
    return `[forwarded from ${originOf(message.forward_origin)}]\n${words}`.trimEnd();
  }
  // A command must stay the first word.
  return words.startsWith("/") ? words : (quoteOf(message, bot) + words).trimEnd();
}

function originOf(origin: NonNullable<WireMessage["forward_origin"]>): string {
  if (origin.sender_user !== undefined) return userName(origin.sender_user);
  const chat = origin.sender_chat ?? origin.chat;
  return origin.sender_user_name ?? (chat === undefined ? "somebody" : titleOf(chat));
}
