import type { APIGuild, APIRole } from "discord-api-types/v10";

import { botSees } from "../world/permissions.ts";
import { channelsOf, isThread, known } from "../world/world.ts";
import type { GuildState, World } from "../world/world.ts";
import { toApiChannel } from "./api-channel.ts";
import { toApiMember } from "./api-user.ts";
import type { Wire } from "./wire.ts";

export function toApiGuild(
  guild: GuildState,
): Wire<Omit<APIGuild, "roles">> & { readonly roles: readonly unknown[] } {
  return {
    id: guild.id,
    name: guild.name,
    icon: null,
    splash: null,
    discovery_splash: null,
    owner_id: guild.ownerId,
    afk_channel_id: null,
    afk_timeout: 300,
    verification_level: 0,
    default_message_notifications: 0,
    explicit_content_filter: 0,
    roles: [toEveryone(guild)],
    emojis: [],
    features: [],
    mfa_level: 0,
    application_id: null,
    system_channel_id: null,
    system_channel_flags: 0,
    rules_channel_id: null,
    max_members: 500_000,
    vanity_url_code: null,
    description: null,
    banner: null,
    premium_tier: 0,
    premium_subscription_count: 0,
    preferred_locale: "en-US",
    public_updates_channel_id: null,
    nsfw_level: 0,
    stickers: [],
    premium_progress_bar_enabled: false,
    hub_type: null,
    safety_alerts_channel_id: null,
    incidents_data: null,
  };
}

export function toEveryone(guild: GuildState): Wire<Omit<APIRole, "color">> {
  return {
    id: guild.id,
    name: "@everyone",
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    icon: null,
    unicode_emoji: null,
    position: 0,
    permissions: guild.everyone.toString(),
    managed: false,
    mentionable: false,
    flags: 0,
  };
}

/** GUILD_CREATE: all of it; of the members only the bot unless `hasMembers`. */
export function toGuildCreate(
  world: World,
  guild: GuildState,
  { hasMembers }: { readonly hasMembers: boolean },
): unknown {
  const all = channelsOf(world, guild);
  const threads = all.filter(
    (channel) => isThread(channel) && !channel.thread.isArchived && botSees(world, channel),
  );
  const members = [...guild.members.keys()].filter((id) => hasMembers || id === world.bot.id);
  return {
    ...toApiGuild(guild),
    joined_at: new Date(guild.members.get(world.bot.id) ?? 0).toISOString(),
    large: false,
    unavailable: false,
    member_count: guild.members.size,
    voice_states: [],
    members: members.map((id) => toApiMember(guild, known(world.people.get(id), "such person"))),
    channels: all
      .filter((channel) => !isThread(channel))
      .map((channel) => toApiChannel(world, channel)),
    threads: threads.map((thread) => toApiChannel(world, thread)),
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}
