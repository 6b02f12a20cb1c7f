import type { BotIdentity } from "../bot-identity.ts";
import type { WireMessage, WireReply } from "./message-shape.ts";
import { nameOf } from "./sender.ts";
import { writtenText } from "./written-text.ts";

/** The message that this one answers. In a topic, what answers nothing answers the opening of the topic. */
export function repliedTo(message: WireMessage): WireReply | null {
  const reply = message.reply_to_message;
  if (reply === undefined || reply.forum_topic_created !== undefined) return null;
  const isTopic = message.is_topic_message && reply.message_id === message.message_thread_id;
  return isTopic ? null : reply;
}

const QUOTE_LINES = 6;
const QUOTE_LENGTH = 600;

/**
 * The words that a message answers, as a Markdown quote with a line break behind it, or "". Our own words are in
 * the conversation already, unless a part of them was picked out.
 */
export function quoteOf(message: WireMessage, bot: BotIdentity): string {
  const reply = repliedTo(message);
  const picked = message.quote?.text ?? "";
  const isOurs = reply?.from?.id === bot.id;
  const whole = reply === null || isOurs ? "" : writtenText(reply).text;
  const words = picked === "" ? whole : picked;
  if (words === "") return "";
  const name = reply === null || isOurs ? "" : `${nameOf(reply)}: `;
  const lines = `${name}${shortened(words)}`.split("\n");
  return lines.map((line) => `> ${line}\n`).join("");
}

function shortened(words: string): string {
  const lines = words.split("\n").slice(0, QUOTE_LINES).join("\n");
  const cut = lines.slice(0, QUOTE_LENGTH).replace(/[\uD800-\uDBFF]$/, "");
  return cut.length < words.length ? `${cut} …` : cut;
}
