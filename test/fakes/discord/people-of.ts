import { ChannelType, PermissionFlagsBits } from "discord-api-types/v10";

import type { Guild, OutgoingFile, People, PermissionName, Person, SayOptions } from "./people.ts";
import { toApiChannel } from "./shapes/api-channel.ts";
import { toApiGuild, toGuildCreate } from "./shapes/api-guild.ts";
import { toApiMember, toApiUser, toMemberOf } from "./shapes/api-user.ts";
import { givenOptions } from "./world/commands.ts";
import { channelEvent, guildEvent, memberEvent } from "./world/events.ts";
import { buttonsOf, startInteraction } from "./world/interactions.ts";
import { mentionsIn } from "./world/mentions.ts";
import { addReaction, changeMessage, placeMessage, removeMessage } from "./world/messages.ts";
import { EVERYONE, may } from "./world/permissions.ts";
import { changeThread, openThread } from "./world/threads.ts";
import { channelsOf, isThread, known } from "./world/world.ts";
import type { ChannelState, GuildState, StoredFile, StoredMessage, World } from "./world/world.ts";

const KINDS = {
  text: ChannelType.GuildText,
  forum: ChannelType.GuildForum,
  announcement: ChannelType.GuildAnnouncement,
  voice: ChannelType.GuildVoice,
} as const;

const LONGEST = 2_000;

export function peopleOf(world: World): People {
  const channelOf = (id: string): ChannelState => known(world.channels.get(id), `channel ${id}`);
  const messageOf = (id: string): StoredMessage => known(world.messages.get(id), `message ${id}`);
  const guildOf = ({ id }: Guild): GuildState => known(world.guilds.get(id), `guild ${id}`);

  function needs(channel: ChannelState, person: Person, permission: PermissionName): void {
    const isTheirs = channel.recipient === null || channel.recipient.id === person.id;
    if (isTheirs && may(channel, person.id, permission)) return;
    throw new Error(`${person.name} has no ${permission} in ${channel.name}`);
  }

  function filesOf(channel: ChannelState, files: readonly OutgoingFile[]): readonly StoredFile[] {
    return files.map(({ name, mime = "application/octet-stream", bytes }) => ({
      id: world.mint(),
      channelId: channel.id,
      name,
      mime,
      description: null,
      bytes: Buffer.from(bytes),
    }));
  }

  function say(to: string, text: string, options: SayOptions): string {
    const { author, replyTo, isPinging = true, files = [] } = options;
    const channel = channelOf(to);
    needs(channel, author, isThread(channel) ? "SendMessagesInThreads" : "SendMessages");
    if (isThread(channel) && channel.thread.isLocked) throw new Error(`${channel.name} is locked`);
    if (channel.type === ChannelType.GuildForum) throw new Error("a forum has only threads");
    if (text.length > LONGEST) throw new Error(`a person cannot write ${text.length} characters`);
    if (text.trim() === "" && files.length === 0) throw new Error("nobody sends nothing");
    const answered = replyTo === undefined ? null : messageOf(replyTo);
    if (answered !== null && answered.channel !== channel) {
      throw new Error(`${replyTo} is in another channel`);
    }
    const message = placeMessage(world, channel, {
      author,
      content: text.trim(),
      files: filesOf(channel, files),
      reference:
        answered === null ? null : { messageId: answered.id, channelId: answered.channel.id },
      ...mentionsIn(world, text, {
        channel,
        answered: answered === null || !isPinging ? null : answered.author.id,
        allowed: null,
        mayPingEveryone: true,
      }),
    });
    return message.id;
  }

  function setEveryone(guild: GuildState, change: (held: bigint) => bigint): void {
    guild.everyone = change(guild.everyone);
    world.emit(guildEvent("GUILD_UPDATE", guild, () => toApiGuild(guild)));
  }

  function setOverwrite(
    channel: ChannelState,
    permission: PermissionName,
    isAllowed: boolean,
  ): void {
    const bit = PermissionFlagsBits[permission];
    const place = channel.parent ?? channel;
    const before = place.overwrites.get(world.bot.id) ?? { type: 1, allow: 0n, deny: 0n };
    place.overwrites.set(world.bot.id, {
      type: 1,
      allow: isAllowed ? before.allow | bit : before.allow & ~bit,
      deny: isAllowed ? before.deny & ~bit : before.deny | bit,
    });
    tellChannel("CHANNEL_UPDATE", place);
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
    if (typeof place === "string") return setOverwrite(channelOf(place), permission, isAllowed);
    setEveryone(guildOf(place), (held) => (isAllowed ? held | bit : held & ~bit));
  }

  function threadOf(id: string): ChannelState {
    const channel = channelOf(id);
    if (!isThread(channel)) throw new Error(`${id} is no thread`);
    return channel;
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
      if (hasBot) {
        world.emit(
          guildEvent("GUILD_CREATE", guild, () =>
            toGuildCreate(world, guild, { hasMembers: false }),
          ),
        );
      }
      return guild;
    },

    join(at, person) {
      const guild = guildOf(at);
      guild.members.set(person.id, world.clock.now());
      if (person.id === world.bot.id) {
        world.emit(
          guildEvent("GUILD_CREATE", guild, () =>
            toGuildCreate(world, guild, { hasMembers: false }),
          ),
        );
        return;
      }
      world.emit(
        memberEvent("GUILD_MEMBER_ADD", guild, () => ({
          ...toApiMember(guild, person),
          guild_id: guild.id,
        })),
      );
    },

    leave(at, person) {
      const guild = guildOf(at);
      const event =
        person.id === world.bot.id
          ? // No `unavailable`: that is how a bot knows that it was removed.
            guildEvent("GUILD_DELETE", guild, () => ({ id: guild.id }))
          : memberEvent("GUILD_MEMBER_REMOVE", guild, () => ({
              guild_id: guild.id,
              user: toApiUser(person),
            }));
      world.emit(event);
      guild.members.delete(person.id);
    },

    channel(at, { name, kind = "text", isPrivate = false, members = [] }) {
      const guild = guildOf(at);
      const see = PermissionFlagsBits.ViewChannel;
      const channel: ChannelState = {
        id: world.mint(),
        type: KINDS[kind],
        name,
        guild,
        parent: null,
        recipient: null,
        overwrites: new Map(),
        messages: [],
        lastMessageId: null,
        thread: null,
      };
      if (isPrivate) {
        channel.overwrites.set(guild.id, { type: 0, allow: 0n, deny: see });
        for (const one of members) {
          channel.overwrites.set(one.id, { type: 1, allow: see, deny: 0n });
        }
      }
      world.channels.set(channel.id, channel);
      tellChannel("CHANNEL_CREATE", channel);
      return channel.id;
    },

    deleteChannel(id) {
      const channel = channelOf(id);
      tellChannel(isThread(channel) ? "THREAD_DELETE" : "CHANNEL_DELETE", channel);
      const lost = channelsOfPlace(world, channel);
      for (const one of lost) world.channels.delete(one.id);
    },

    dm: (person) => dmWith(world, person).id,
    block: (person) => void world.blockers.add(person.id),
    unblock: (person) => void world.blockers.delete(person.id),

    say,

    edit(id, text) {
      const message = messageOf(id);
      if (message.author.id === world.bot.id) throw new Error("a person edits only their own");
      const { channel } = message;
      changeMessage(world, message, {
        content: text.trim(),
        ...mentionsIn(world, text, {
          channel,
          answered: message.reference === null ? null : (message.mentions[0] ?? null),
          allowed: null,
          mayPingEveryone: false,
        }),
      });
    },

    delete: (id) => removeMessage(world, messageOf(id)),

    react(id, emoji, by) {
      const message = messageOf(id);
      needs(message.channel, by, "AddReactions");
      addReaction(world, message, emoji, by);
    },

    type(id, by) {
      const channel = channelOf(id);
      const place =
        channel.guild === null
          ? {}
          : {
              guild_id: channel.guild.id,
              member: { ...toMemberOf(channel.guild, by), user: toApiUser(by) },
            };
      world.emit(
        channelEvent("TYPING_START", "typing", channel, () => ({
          channel_id: id,
          user_id: by.id,
          timestamp: Math.floor(world.clock.now() / 1000),
          ...place,
        })),
      );
    },

    press(id, wanted, by) {
      const message = messageOf(id);
      needs(message.channel, by, "ViewChannel");
      const button = buttonsOf(message.components).find(
        (one) =>
          ("custom_id" in one && one.custom_id === wanted) ||
          ("label" in one && one.label === wanted),
      );
      if (button === undefined || !("custom_id" in button)) {
        throw new Error(`${id} has no button ${wanted}`);
      }
      if (button.disabled === true) throw new Error(`${wanted} is disabled`);
      if (message.onlyFor !== null && message.onlyFor !== by.id) {
        throw new Error(`${by.name} does not see ${id}`);
      }
      const { channel } = message;
      const customId = button.custom_id;
      return startInteraction(world, { kind: "button", by, channel, customId, message }).id;
    },

    command(typed, { channel: at, by, options = {} }) {
      const channel = channelOf(at);
      needs(channel, by, "ViewChannel");
      const [name = "", ...path] = typed.split(" ");
      const scopes = channel.guild === null ? [""] : [channel.guild.id, ""];
      const command = scopes
        .flatMap((scope) => world.commands.get(scope) ?? [])
        .find((one) => one.name === name);
      if (command === undefined) throw new Error(`the bot registered no /${name} here`);
      const given = givenOptions(command, path, options);
      return startInteraction(world, { kind: "command", by, channel, command, options: given }).id;
    },

    thread(at, { name, by, from, text }) {
      const parent = channelOf(at);
      needs(parent, by, "CreatePublicThreads");
      const isForum = parent.type === ChannelType.GuildForum;
      if (isForum && text === undefined) throw new Error("a forum post has a text");
      const mentions = mentionsIn(world, text ?? "", {
        channel: parent,
        answered: null,
        allowed: null,
        mayPingEveryone: true,
      });
      const thread = openThread(world, parent, {
        name,
        by,
        from: from === undefined ? null : messageOf(from),
        isPrivate: false,
        post: isForum ? { content: text ?? "", ...mentions } : null,
      });
      if (!isForum && text !== undefined) say(thread.id, text, { author: by });
      return thread.id;
    },

    archive: (id) => changeThread(world, threadOf(id), { isArchived: true }),
    unarchive: (id) => changeThread(world, threadOf(id), { isArchived: false }),
    lock: (id) => changeThread(world, threadOf(id), { isLocked: true }),

    deny: (place, permission) => setPermission(place, permission, false),
    allow: (place, permission) => setPermission(place, permission, true),
  };
}

function channelsOfPlace(world: World, channel: ChannelState): readonly ChannelState[] {
  if (channel.guild === null) return [channel];
  const threads = channelsOf(world, channel.guild).filter((one) => one.parent === channel);
  return [channel, ...threads];
}

/** The one DM of a person and the bot. */
export function dmWith(world: World, person: Person): ChannelState {
  const found = [...world.channels.values()].find((one) => one.recipient?.id === person.id);
  if (found !== undefined) return found;
  const channel: ChannelState = {
    id: world.mint(),
    type: ChannelType.DM,
    name: `DM of ${person.name}`,
    guild: null,
    parent: null,
    recipient: person,
    overwrites: new Map(),
    messages: [],
    lastMessageId: null,
    thread: null,
  };
  world.channels.set(channel.id, channel);
  return channel;
}
