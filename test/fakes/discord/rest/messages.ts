import { MessageFlags, MessageType } from "discord-api-types/v10";

import { toApiMessage } from "../shapes/api-message.ts";
import { toApiUser } from "../shapes/api-user.ts";
import {
  addReaction,
  changeMessage,
  placeMessage,
  removeMessage,
  removeReaction,
  toAnswer,
} from "../world/messages.ts";
import { may } from "../world/permissions.ts";
import { known } from "../world/world.ts";
import type { ChannelState, StoredMessage, World } from "../world/world.ts";
import { sendForm, toContent, writtenForm } from "./message-form.ts";
import { channelOf, messageOf, needs, needsOpen, needsToSend } from "./place.ts";
import { parseForm, refuse, refuseForm } from "./refusal.ts";
import { NO_CONTENT, ok, param } from "./route.ts";
import type { Answer, Call, Route } from "./route.ts";

const SEND_FLAGS =
  MessageFlags.SuppressEmbeds | MessageFlags.SuppressNotifications | MessageFlags.IsComponentsV2;
const EDIT_FLAGS = MessageFlags.SuppressEmbeds | MessageFlags.IsComponentsV2;
const MAX_PAGE = 100;

export const messageRoutes: readonly Route[] = [
  { method: "GET", path: "/channels/:channel/messages", answer: list },
  { method: "POST", path: "/channels/:channel/messages", answer: send },
  { method: "GET", path: "/channels/:channel/messages/:message", answer: get },
  { method: "PATCH", path: "/channels/:channel/messages/:message", answer: edit },
  { method: "DELETE", path: "/channels/:channel/messages/:message", answer: remove },
  { method: "POST", path: "/channels/:channel/typing", answer: type },
  {
    method: "PUT",
    path: "/channels/:channel/messages/:message/reactions/:emoji/@me",
    answer: react,
  },
  {
    method: "DELETE",
    path: "/channels/:channel/messages/:message/reactions/:emoji/@me",
    answer: unreact,
  },
  {
    method: "GET",
    path: "/channels/:channel/messages/:message/reactions/:emoji",
    answer: reactions,
  },
];

/** REST hides what people wrote too, by the switch on the developer page. */
function shown(world: World, message: StoredMessage): unknown {
  return toApiMessage(world, message, { hasMessageContent: world.granted.messageContent });
}

function list(call: Call): Answer {
  const { world, query } = call;
  const channel = channelOf(call);
  if (channel.type === 15) throw refuse.onThisType();
  const limit = Number(query.get("limit") ?? 50);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
    throw refuseForm({
      path: ["limit"],
      code: "NUMBER_TYPE_MAX",
      message: `int value should be between 1 and ${MAX_PAGE}.`,
    });
  }
  // No error: it looks as if nothing was ever said.
  if (!may(channel, world.bot.id, "ReadMessageHistory")) return ok([]);
  return ok(page(channel, query, limit).map((message) => shown(world, message)));
}

/** Newest first, whatever was asked. */
function page(
  { messages }: ChannelState,
  query: URLSearchParams,
  limit: number,
): readonly StoredMessage[] {
  const [after, before, around] = ["after", "before", "around"].map((name) =>
    snowflake(query, name),
  );
  if (around != null) {
    const older = messages.filter((one) => BigInt(one.id) < around).slice(-Math.floor(limit / 2));
    const rest = messages.filter((one) => BigInt(one.id) >= around);
    return [...older, ...rest.slice(0, limit - older.length)].toReversed();
  }
  if (after != null) {
    return messages
      .filter((one) => BigInt(one.id) > after)
      .slice(0, limit)
      .toReversed();
  }
  const older = before == null ? messages : messages.filter((one) => BigInt(one.id) < before);
  return older.slice(-limit).toReversed();
}

function snowflake(query: URLSearchParams, name: string): bigint | null {
  const text = query.get(name);
  if (text === null) return null;
  if (/^\d{1,20}$/.test(text)) return BigInt(text);
  throw refuseForm({
    path: [name],
    code: "NUMBER_TYPE_COERCE",
    message: `Value "${text}" is not snowflake.`,
  });
}

function get(call: Call): Answer {
  const channel = channelOf(call);
  if (!may(channel, call.world.bot.id, "ReadMessageHistory")) throw refuse.missingAccess();
  return ok(shown(call.world, messageOf(call, channel)));
}

function send(call: Call): Answer {
  const { world } = call;
  const channel = channelOf(call);
  const form = parseForm(sendForm, call.body ?? {});
  needsToSend(call, channel);
  const nonce = form.nonce ?? null;
  const repeated = form.enforce_nonce === true ? sentBefore(call, channel, nonce) : undefined;
  if (repeated !== undefined) return ok(toAnswer(world, repeated));
  const answered = answeredBy(call, channel, form.message_reference ?? null);
  const content = toContent(form, {
    call,
    channel,
    answered: answered?.author.id ?? null,
    before: null,
    flagsAllowed: SEND_FLAGS,
  });
  const message = placeMessage(world, channel, {
    author: world.bot,
    nonce,
    reference: answered === null ? null : { messageId: answered.id, channelId: channel.id },
    ...content,
  });
  const said = toAnswer(world, message) as object;
  return ok(nonce === null ? said : { ...said, nonce });
}

function sentBefore(
  { world, limits }: Call,
  { messages }: ChannelState,
  nonce: string | number | null,
): StoredMessage | undefined {
  if (nonce === null) return undefined;
  const since = world.clock.now() - limits.nonceKeptMs;
  return messages.findLast(
    (one) => one.nonce === nonce && one.author.id === world.bot.id && one.at >= since,
  );
}

interface Reference {
  readonly message_id: string;
  readonly channel_id?: string | null | undefined;
  readonly fail_if_not_exists?: boolean | null | undefined;
}

function answeredBy(
  call: Call,
  channel: ChannelState,
  reference: Reference | null,
): StoredMessage | null {
  if (reference === null) return null;
  if (!may(channel, call.world.bot.id, "ReadMessageHistory")) throw refuse.replyWithoutHistory();
  const path = ["message_reference"];
  if ((reference.channel_id ?? channel.id) !== channel.id) {
    throw refuseForm({
      path,
      code: "MESSAGE_REFERENCE_CANNOT_REPLY_TO_MESSAGE_IN_ANOTHER_CHANNEL",
      message: "Cannot reply to a message in a different channel",
    });
  }
  const found = call.world.messages.get(reference.message_id);
  const isSystem = found !== undefined && !SAID.has(found.type);
  if (isSystem) {
    throw refuseForm({
      path,
      code: "REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE",
      message: "Cannot reply to a system message",
    });
  }
  if (found !== undefined && found.channel === channel) return found;
  if (reference.fail_if_not_exists === false) return null;
  throw refuseForm({
    path,
    code: "MESSAGE_REFERENCE_UNKNOWN_MESSAGE",
    message: "Unknown message",
  });
}

const SAID: ReadonlySet<MessageType> = new Set([
  MessageType.Default,
  MessageType.Reply,
  MessageType.ChatInputCommand,
  MessageType.ContextMenuCommand,
]);

function edit(call: Call): Answer {
  const { world } = call;
  const channel = channelOf(call);
  const message = messageOf(call, channel);
  const form = parseForm(writtenForm, call.body ?? {});
  if (message.author.id !== world.bot.id) throw refuse.notAuthor();
  if (!SAID.has(message.type)) throw refuse.onSystemMessage();
  needsOpen(channel);
  const content = toContent(form, {
    call,
    channel,
    answered: null,
    before: message,
    flagsAllowed: form.flags == null ? 0 : EDIT_FLAGS,
  });
  changeMessage(world, message, content);
  return ok(toAnswer(world, message));
}

function remove(call: Call): Answer {
  const { world } = call;
  const channel = channelOf(call);
  const message = messageOf(call, channel);
  if (message.author.id !== world.bot.id) {
    if (channel.guild === null) throw refuse.onDm();
    needs(call, channel, "ManageMessages");
  }
  needsOpen(channel);
  removeMessage(world, message);
  return NO_CONTENT;
}

function type(call: Call): Answer {
  needsToSend(call, channelOf(call));
  return NO_CONTENT;
}

/** A Unicode emoji, or `name:id` of an own one. */
function emojiOf(call: Call): string {
  const emoji = param(call, "emoji");
  const isEmoji = /^\p{RGI_Emoji}$/v.test(emoji) || /^\p{Emoji}/u.test(emoji);
  if (!isEmoji || /^[\w#*]/.test(emoji)) throw refuse.unknownEmoji();
  return emoji;
}

function react(call: Call): Answer {
  const channel = channelOf(call);
  const message = messageOf(call, channel);
  const emoji = emojiOf(call);
  needs(call, channel, "ReadMessageHistory");
  needsOpen(channel);
  if (!message.reactions.has(emoji)) needs(call, channel, "AddReactions");
  addReaction(call.world, message, emoji, call.world.bot);
  return NO_CONTENT;
}

function unreact(call: Call): Answer {
  const message = messageOf(call, channelOf(call));
  removeReaction(call.world, message, emojiOf(call), call.world.bot);
  return NO_CONTENT;
}

function reactions(call: Call): Answer {
  const message = messageOf(call, channelOf(call));
  const who = message.reactions.get(emojiOf(call)) ?? [];
  const people = who.map((id) => known(call.world.people.get(id), `person ${id}`));
  return ok(people.map(toApiUser));
}
