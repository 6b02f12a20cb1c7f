import { PermissionFlagsBits } from "discord-api-types/v10";

import type { PermissionName } from "../people.ts";
import type { ChannelState, World } from "./world.ts";

const ALL_PERMISSIONS = Object.values(PermissionFlagsBits).reduce((all, bit) => all | bit, 0n);

/** What a new guild lets everyone do. */
export const EVERYONE = bits([
  "ViewChannel",
  "SendMessages",
  "SendMessagesInThreads",
  "ReadMessageHistory",
  "AddReactions",
  "AttachFiles",
  "EmbedLinks",
  "CreatePublicThreads",
  "CreatePrivateThreads",
  "UseApplicationCommands",
  "MentionEveryone",
]);

const IN_DMS = bits([
  "ViewChannel",
  "SendMessages",
  "ReadMessageHistory",
  "AddReactions",
  "AttachFiles",
  "EmbedLinks",
]);

function bits(names: readonly (keyof typeof PermissionFlagsBits)[]): bigint {
  return names.reduce((all, name) => all | PermissionFlagsBits[name], 0n);
}

/** What someone may do in a channel; a thread goes by its parent. 0 when not a member. */
export function permissionsIn(channel: ChannelState, userId: string): bigint {
  const { guild } = channel;
  if (guild === null) return IN_DMS;
  if (!guild.members.has(userId)) return 0n;
  if (guild.ownerId === userId) return ALL_PERMISSIONS;
  const { overwrites } = channel.parent ?? channel;
  let held = guild.everyone;
  for (const id of [guild.id, userId]) {
    const overwrite = overwrites.get(id);
    if (overwrite !== undefined) held = (held & ~overwrite.deny) | overwrite.allow;
  }
  // Who does not see a channel can do nothing in it.
  return (held & PermissionFlagsBits.ViewChannel) === 0n ? 0n : held;
}

export function may(channel: ChannelState, userId: string, permission: PermissionName): boolean {
  return (permissionsIn(channel, userId) & PermissionFlagsBits[permission]) !== 0n;
}

export function botSees(world: World, channel: ChannelState): boolean {
  return may(channel, world.bot.id, "ViewChannel");
}
