import { ChannelType } from "discord-api-types/v10";

import type { PermissionName } from "../people.ts";
import { botSees, may } from "../world/permissions.ts";
import { isThread } from "../world/world.ts";
import type { ChannelState, GuildState, StoredMessage } from "../world/world.ts";
import { refuse } from "./refusal.ts";
import { param } from "./route.ts";
import type { Call } from "./route.ts";

/** The channel of the path, if the bot sees it. */
export function channelOf(call: Call): ChannelState {
  const { world } = call;
  const channel = world.channels.get(param(call, "channel"));
  if (channel === undefined) throw refuse.unknownChannel();
  if (!botSees(world, channel)) throw refuse.missingAccess();
  return channel;
}

export function guildOf(call: Call): GuildState {
  const { world } = call;
  const guild = world.guilds.get(param(call, "guild"));
  if (guild === undefined || !guild.members.has(world.bot.id)) throw refuse.unknownGuild();
  return guild;
}

export function messageOf(call: Call, channel: ChannelState): StoredMessage {
  const message = call.world.messages.get(param(call, "message"));
  if (message === undefined || message.channel !== channel || message.onlyFor !== null) {
    throw refuse.unknownMessage();
  }
  return message;
}

export function needs(call: Call, channel: ChannelState, permission: PermissionName): void {
  if (!may(channel, call.world.bot.id, permission)) throw refuse.missingPermissions();
}

/** Whether the bot may say something here, and this can be said in. */
export function needsToSend(call: Call, channel: ChannelState): void {
  const { world } = call;
  if (channel.recipient !== null) {
    if (world.blockers.has(channel.recipient.id) || !sharesGuild(call, channel.recipient.id)) {
      throw refuse.notToThisUser();
    }
    return;
  }
  if (channel.type === ChannelType.GuildForum) throw refuse.inForum();
  if (!isThread(channel)) return needs(call, channel, "SendMessages");
  needs(call, channel, "SendMessagesInThreads");
  const isModerator = may(channel, world.bot.id, "ManageThreads");
  if (channel.thread.isLocked && !isModerator) throw refuse.threadLocked();
}

/** A change in an archived thread is refused; only a new message opens it again. */
export function needsOpen(channel: ChannelState): void {
  if (channel.thread?.isArchived === true) throw refuse.archived();
}

function sharesGuild({ world }: Call, userId: string): boolean {
  return [...world.guilds.values()].some(
    (guild) => guild.members.has(userId) && guild.members.has(world.bot.id),
  );
}
