import { ChannelType, PermissionFlagsBits } from "discord-api-types/v10";

import type { Guild, People, PermissionName } from "./people.ts";
import { toApiChannel } from "./shapes/api-channel.ts";
import { toApiGuild, toGuildCreate } from "./shapes/api-guild.ts";
import { toApiMember, toApiUser } from "./shapes/api-user.ts";
import { dmWith, newChannel } from "./world/channels.ts";
import { channelEvent, guildEvent, memberEvent } from "./world/events.ts";
import { EVERYONE } from "./world/permissions.ts";
import { channelsOf, isThread, known } from "./world/world.ts";
import type { ChannelState, GuildState, World } from "./world/world.ts";

type Places = Pick<
  People,
  | "person"
  | "guild"
  | "join"
  | "leave"
  | "channel"
  | "deleteChannel"
  | "dm"
  | "block"
  | "unblock"
  | "deny"
  | "allow"
>;

const KINDS = {
  text: ChannelType.GuildText,
  forum: ChannelType.GuildForum,
  announcement: ChannelType.GuildAnnouncement,
  voice: ChannelType.GuildVoice,
} as const;

/** Who there is, where they are, and what they may. */
export function peoplePlaces(world: World): Places {
  const guildOf = ({ id }: Guild): GuildState => known(world.guilds.get(id), `guild ${id}`);
  const channelOf = (id: string): ChannelState => known(world.channels.get(id), `channel ${id}`);

  function welcomeBot(guild: GuildState): void {
    world.emit(
      guildEvent("GUILD_CREATE", guild, () => toGuildCreate(world, guild, { hasMembers: false })),
    );
  }

  /** Told also of channels that the bot does not see. */
  function tellChannel(t: string, channel: ChannelState): void {
    const event = channelEvent(t, "guild", channel, () => toApiChannel(world, channel));
    world.emit({ ...event, channel: null });
  }

  function setPermission(
    place: string | Guild,
    permission: PermissionName,
    isAllowed: boolean,
  ): void {
    const bit = PermissionFlagsBits[permission];
    if (typeof place !== "string") {
      const guild = guildOf(place);
      guild.everyone = isAllowed ? guild.everyone | bit : guild.everyone & ~bit;
      return world.emit(guildEvent("GUILD_UPDATE", guild, () => toApiGuild(guild)));
    }
    const found = channelOf(place);
    const channel = found.parent ?? found;
    const { allow, deny } = channel.overwrites.get(world.bot.id) ?? { allow: 0n, deny: 0n };
    channel.overwrites.set(world.bot.id, {
      type: 1,
      allow: isAllowed ? allow | bit : allow & ~bit,
      deny: isAllowed ? deny & ~bit : deny | bit,
    });
    tellChannel("CHANNEL_UPDATE", channel);
  }

  return {
    person(name, { isBot = false } = {}) {
      const person = { id: world.mint(), name, isBot };
      world.people.set(person.id, person);
      return person;
    },

    guild({ name, owner, members = [], hasBot = true }) {
      const now = world.clock.now();
      const all = [owner, ...members, ...(hasBot ? [world.bot] : [])];
      const guild: GuildState = {
        id: world.mint(),
        name,
        ownerId: owner.id,
        members: new Map(all.map((one) => [one.id, now])),
        everyone: EVERYONE,
      };
      world.guilds.set(guild.id, guild);
      if (hasBot) welcomeBot(guild);
      return guild;
    },

    join(at, person) {
      const guild = guildOf(at);
      guild.members.set(person.id, world.clock.now());
      if (person.id === world.bot.id) return welcomeBot(guild);
      const data = () => ({ ...toApiMember(guild, person), guild_id: guild.id });
      world.emit(memberEvent("GUILD_MEMBER_ADD", guild, data));
    },

    leave(at, person) {
      const guild = guildOf(at);
      // No `unavailable` in it: that is how a bot knows that it was removed.
      const isBot = person.id === world.bot.id;
      world.emit(
        isBot
          ? guildEvent("GUILD_DELETE", guild, () => ({ id: guild.id }))
          : memberEvent("GUILD_MEMBER_REMOVE", guild, () => ({
              guild_id: guild.id,
              user: toApiUser(person),
            })),
      );
      guild.members.delete(person.id);
    },

    channel(at, { name, kind = "text", isPrivate = false, members = [] }) {
      const guild = guildOf(at);
      const see = PermissionFlagsBits.ViewChannel;
      const channel = newChannel({ id: world.mint(), type: KINDS[kind], name, guild });
      if (isPrivate) {
        channel.overwrites.set(guild.id, { type: 0, allow: 0n, deny: see });
        for (const { id } of members) {
          channel.overwrites.set(id, { type: 1, allow: see, deny: 0n });
        }
      }
      world.channels.set(channel.id, channel);
      tellChannel("CHANNEL_CREATE", channel);
      return channel.id;
    },

    deleteChannel(id) {
      const channel = channelOf(id);
      tellChannel(isThread(channel) ? "THREAD_DELETE" : "CHANNEL_DELETE", channel);
      const { guild } = channel;
      const threads =
        guild === null ? [] : channelsOf(world, guild).filter((one) => one.parent === channel);
      for (const one of [channel, ...threads]) world.channels.delete(one.id);
    },

    dm: (person) => dmWith(world, person).id,
    block: (person) => void world.blockers.add(person.id),
    unblock: (person) => void world.blockers.delete(person.id),
    deny: (place, permission) => setPermission(place, permission, false),
    allow: (place, permission) => setPermission(place, permission, true),
  };
}
