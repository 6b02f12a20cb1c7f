import { MessageFlags, MessageType } from "discord-api-types/v10";

import { changeMessage, placeMessage, removeMessage, toAnswer } from "../world/messages.ts";
import { may } from "../world/permissions.ts";
import type { ChannelState, StoredMessage } from "../world/world.ts";
import { sendForm, toContent, writtenForm } from "./message-form.ts";
import { channelOf, messageOf, needs, needsOpen, needsToSend } from "./place.ts";
import { parseForm, refuse, refuseForm } from "./refusal.ts";
import { NO_CONTENT, ok } from "./route.ts";
import type { Answer, Call, Route } from "./route.ts";

const SEND_FLAGS =
  MessageFlags.SuppressEmbeds | MessageFlags.SuppressNotifications | MessageFlags.IsComponentsV2;
const EDIT_FLAGS = MessageFlags.SuppressEmbeds | MessageFlags.IsComponentsV2;

export const messageRoutes: readonly Route[] = [
  { method: "POST", path: "/channels/:channel/messages", answer: send },
  { method: "PATCH", path: "/channels/:channel/messages/:message", answer: edit },
  { method: "DELETE", path: "/channels/:channel/messages/:message", answer: remove },
  { method: "POST", path: "/channels/:channel/typing", answer: type },
];

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
  for (const message of newestFirst(messages)) {
    if (message.at < since) return undefined;
    if (message.nonce === nonce && message.author.id === world.bot.id) return message;
  }
  return undefined;
}

function* newestFirst(messages: readonly StoredMessage[]): Generator<StoredMessage> {
  for (let at = messages.length - 1; at >= 0; at -= 1) {
    const message = messages[at];
    if (message !== undefined) yield message;
  }
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
