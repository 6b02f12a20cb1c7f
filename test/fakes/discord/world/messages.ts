import { MessageFlags, MessageType } from "discord-api-types/v10";

import { toApiMessage, toMessageEvent } from "../shapes/api-message.ts";
import { toApiChannel } from "../shapes/api-channel.ts";
import type { Person } from "../people.ts";
import { ALL_SEEING, channelEvent } from "./events.ts";
import type { ChannelState, StoredMessage, World } from "./world.ts";

/** What is said, already checked. */
export type Draft = Pick<StoredMessage, "content"> & Partial<Omit<StoredMessage, "id" | "channel">>;

export function placeMessage(
  world: World,
  channel: ChannelState,
  draft: Draft & { readonly author: Person; readonly id?: string },
): StoredMessage {
  const { content } = draft;
  const message: StoredMessage = {
    type: draft.reference == null ? MessageType.Default : MessageType.Reply,
    at: world.clock.now(),
    editedAt: null,
    embeds: [],
    components: [],
    files: [],
    mentions: [],
    mentionsEveryone: false,
    pings: [],
    reference: null,
    nonce: null,
    flags: 0,
    reactions: new Map(),
    interaction: null,
    onlyFor: null,
    threadId: null,
    ...draft,
    id: draft.id ?? world.mint(),
    channel,
    versions: [content],
  };
  world.messages.set(message.id, message);
  for (const file of message.files) world.files.set(file.id, file);
  // What one person sees is in no history, and the gateway does not tell it.
  if (message.onlyFor !== null) return message;
  wake(world, channel);
  channel.thread?.members.add(message.author.id);
  channel.messages.push(message);
  channel.lastMessageId = message.id;
  world.emit(
    channelEvent("MESSAGE_CREATE", "message", channel, (viewer) =>
      toMessageEvent(world, message, viewer),
    ),
  );
  return message;
}

/** A message in an archived thread opens it again. */
function wake(world: World, channel: ChannelState): void {
  if (channel.thread === null || !channel.thread.isArchived) return;
  channel.thread.isArchived = false;
  channel.thread.archivedAt = world.clock.now();
  world.emit(channelEvent("THREAD_UPDATE", "guild", channel, () => toApiChannel(world, channel)));
}

export type Change = Partial<
  Pick<
    StoredMessage,
    "content" | "embeds" | "components" | "files" | "mentions" | "mentionsEveryone" | "flags"
  >
>;

export function changeMessage(world: World, message: StoredMessage, change: Change): void {
  const wasThinking = (message.flags & MessageFlags.Loading) !== 0;
  Object.assign(message, change);
  if (change.content !== undefined) message.versions.push(change.content);
  // The answer that a deferral announced is no edit.
  if (wasThinking) message.flags &= ~MessageFlags.Loading;
  else message.editedAt = world.clock.now();
  for (const file of message.files) world.files.set(file.id, file);
  if (message.onlyFor !== null) return;
  tellChange(world, message);
}

/** MESSAGE_UPDATE, also for what people do not see as an edit (a thread was started from it). */
export function tellChange(world: World, message: StoredMessage): void {
  world.emit(
    channelEvent("MESSAGE_UPDATE", "message", message.channel, (viewer) =>
      toMessageEvent(world, message, viewer),
    ),
  );
}

export function removeMessage(world: World, message: StoredMessage): void {
  const { channel, id } = message;
  world.messages.delete(id);
  for (const file of message.files) world.files.delete(file.id);
  const at = channel.messages.indexOf(message);
  if (at === -1) return;
  channel.messages.splice(at, 1);
  const place = channel.guild === null ? {} : { guild_id: channel.guild.id };
  world.emit(
    channelEvent("MESSAGE_DELETE", "message", channel, () => ({
      id,
      channel_id: channel.id,
      ...place,
    })),
  );
}

export function addReaction(world: World, message: StoredMessage, emoji: string, by: Person): void {
  const who = message.reactions.get(emoji) ?? [];
  if (who.includes(by.id)) return;
  message.reactions.set(emoji, [...who, by.id]);
  tellReaction(world, "MESSAGE_REACTION_ADD", message, { emoji, by });
}

export function removeReaction(
  world: World,
  message: StoredMessage,
  emoji: string,
  by: Person,
): void {
  const who = message.reactions.get(emoji) ?? [];
  if (!who.includes(by.id)) return;
  const rest = who.filter((id) => id !== by.id);
  if (rest.length === 0) message.reactions.delete(emoji);
  else message.reactions.set(emoji, rest);
  tellReaction(world, "MESSAGE_REACTION_REMOVE", message, { emoji, by });
}

function tellReaction(
  world: World,
  t: string,
  message: StoredMessage,
  { emoji, by }: { readonly emoji: string; readonly by: Person },
): void {
  const { channel } = message;
  world.emit(
    channelEvent(t, "reaction", channel, () => ({
      user_id: by.id,
      channel_id: channel.id,
      message_id: message.id,
      emoji: { id: null, name: emoji },
      burst: false,
      type: 0,
      message_author_id: message.author.id,
      ...(channel.guild === null ? {} : { guild_id: channel.guild.id }),
    })),
  );
}

/** For an answer to the bot: with everything. */
export function toAnswer(world: World, message: StoredMessage): unknown {
  return toApiMessage(world, message, ALL_SEEING);
}
