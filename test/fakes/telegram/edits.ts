import { isDeepStrictEqual } from "node:util";

import type { InlineKeyboardMarkup } from "grammy/types";

import { badRequest } from "./bot-error.ts";
import { captionText, messageText } from "./formatted-text.ts";
import type { Call, Method } from "./method.ts";
import { isRecord, jsonOf, numberOf, textOf } from "./parameters.ts";
import { markupOf } from "./reply-markup.ts";
import type { Content, Entry, Room } from "./room.ts";
import { wireMessage } from "./wire-message.ts";
import { roomFor } from "./world.ts";

const NOT_MODIFIED =
  "message is not modified: specified new message content and reply markup are exactly the same " +
  "as a current content and reply markup of the message";
const DELETABLE_FOR_MS = 48 * 3_600_000;

interface Found {
  readonly room: Room;
  readonly entry: Entry;
}

/** A message of any author. */
function find({ world, bot, parameters }: Call, purpose: "edit" | "delete" | "react"): Found {
  const access = purpose === "react" ? "read" : "write";
  const room = roomFor(world, bot, { chatId: textOf(parameters, "chat_id"), access });
  const entry = room.entries.get(numberOf(parameters, "message_id", { otherwise: 0 }));
  if (entry === undefined) throw badRequest(`message to ${purpose} not found`);
  return { room, entry };
}

function findOwn(call: Call): Found {
  const found = find(call, "edit");
  if (found.entry.bot !== call.bot) throw badRequest("message can't be edited");
  return found;
}

function change(
  { world, bot }: Call,
  { room, entry }: Found,
  next: { content: Content; markup: InlineKeyboardMarkup | null },
): unknown {
  world.limits.take(bot, room, 1);
  const isSame =
    isDeepStrictEqual(entry.content, next.content) && isDeepStrictEqual(entry.markup, next.markup);
  if (isSame) throw badRequest(NOT_MODIFIED);
  const isSameContent = isDeepStrictEqual(entry.content, next.content);
  entry.content = next.content;
  entry.markup = next.markup;
  entry.edits += 1;
  if (!isSameContent) entry.editDate = world.clock.now();
  return wireMessage(room, entry);
}

export const editMessageText: Method = (call) => {
  const text = messageText(call.parameters);
  const markup = markupOf(call.parameters);
  const found = findOwn(call);
  if (found.entry.content.kind !== "text") {
    throw badRequest("there is no text in the message to edit");
  }
  return change(call, found, { content: { kind: "text", ...text }, markup });
};

export const editMessageCaption: Method = (call) => {
  const caption = captionText(call.parameters);
  const markup = markupOf(call.parameters);
  const found = findOwn(call);
  const { content } = found.entry;
  if (content.kind !== "media") throw badRequest("there is no caption in the message to edit");
  return change(call, found, { content: { ...content, caption }, markup });
};

export const editMessageReplyMarkup: Method = (call) => {
  const markup = markupOf(call.parameters);
  const found = findOwn(call);
  return change(call, found, { content: found.entry.content, markup });
};

/** In a private chat also what the person wrote; in a group only an administrator may that. */
export const deleteMessage: Method = (call) => {
  const { room, entry } = find(call, "delete");
  const isAllowed =
    entry.bot === call.bot ||
    room.type === "private" ||
    room.members.get(call.bot) === "administrator";
  const isOld = call.world.clock.now() - entry.date > DELETABLE_FOR_MS;
  if (!isAllowed || isOld) throw badRequest("message can't be deleted");
  room.entries.delete(entry.id);
  return true;
};

export const setMessageReaction: Method = (call) => {
  const reactions = jsonOf(call.parameters, "reaction", "reaction types") ?? [];
  if (!Array.isArray(reactions)) throw badRequest("expected an Array of ReactionType");
  const emoji = reactions.map((reaction: unknown) => {
    const given = isRecord(reaction) ? reaction["emoji"] : undefined;
    if (typeof given !== "string" || !EMOJI.has(given)) throw badRequest("REACTION_INVALID");
    return given;
  });
  if (emoji.length > 1) throw badRequest("REACTIONS_TOO_MANY");
  find(call, "react").entry.reactions.set(call.bot.user.id, emoji);
  return true;
};

/** What Telegram allows; not every emoji is. */
const EMOJI: ReadonlySet<string> = new Set(
  (
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 " +
    "💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡"
  ).split(" "),
);
