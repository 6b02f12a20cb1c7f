import { ChannelType } from "discord-api-types/v10";
import type {
  APIDMChannel,
  APITextChannel,
  APIThreadChannel,
  APIThreadMember,
} from "discord-api-types/v10";

import { isThread } from "../world/world.ts";
import type { ChannelState, Thread, World } from "../world/world.ts";
import { toApiUser } from "./api-user.ts";
import type { Wire } from "./wire.ts";

export type ApiChannel = Wire<APIDMChannel> | Wire<APITextChannel> | Wire<APIThreadChannel>;

export function toApiChannel(world: World, channel: ChannelState): ApiChannel {
  const { id, name, guild, type, lastMessageId } = channel;
  if (guild === null) {
    const recipients = channel.recipient === null ? [] : [toApiUser(channel.recipient)];
    return {
      id,
      type: ChannelType.DM,
      name: null,
      last_message_id: lastMessageId,
      recipients,
      flags: 0,
    };
  }
  if (isThread(channel)) return toApiThread(world, channel);
  return {
    id,
    type,
    name,
    guild_id: guild.id,
    parent_id: null,
    position: 0,
    topic: null,
    nsfw: false,
    flags: 0,
    rate_limit_per_user: 0,
    last_message_id: lastMessageId,
    permission_overwrites: [...channel.overwrites].map(([id, { type, allow, deny }]) => ({
      id,
      type,
      allow: allow.toString(),
      deny: deny.toString(),
    })),
    ...(type === ChannelType.GuildForum ? FORUM : {}),
    ...(type === ChannelType.GuildVoice ? VOICE : {}),
  };
}

const FORUM = {
  available_tags: [],
  default_reaction_emoji: null,
  default_sort_order: null,
  default_forum_layout: 0,
};

const VOICE = { bitrate: 64_000, user_limit: 0, rtc_region: null };

function toApiThread(world: World, channel: Thread): Wire<APIThreadChannel> {
  const { id, name, guild, type, thread, parent, messages } = channel;
  const started = messages.filter((message) => message.content !== "").length;
  return {
    id,
    type,
    name,
    guild_id: guild.id,
    parent_id: parent.id,
    owner_id: thread.ownerId,
    last_message_id: channel.lastMessageId,
    message_count: started,
    total_message_sent: started,
    member_count: thread.members.size,
    rate_limit_per_user: 0,
    flags: 0,
    thread_metadata: {
      archived: thread.isArchived,
      archive_timestamp: new Date(thread.archivedAt).toISOString(),
      auto_archive_duration: 4_320,
      locked: thread.isLocked,
      create_timestamp: new Date(thread.createdAt).toISOString(),
    },
    ...(thread.members.has(world.bot.id) ? { member: toThreadMember(channel, world.bot.id) } : {}),
  };
}

export function toThreadMember(channel: ChannelState, userId: string): Wire<APIThreadMember> {
  return {
    id: channel.id,
    user_id: userId,
    join_timestamp: new Date(channel.thread?.createdAt ?? 0).toISOString(),
    flags: 1,
  };
}
