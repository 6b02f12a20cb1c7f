import { ChannelType } from "discord-api-types/v10";

import type { OutgoingFile, People, PermissionName, Person, SayOptions } from "./people.ts";
import { toApiUser, toMemberOf } from "./shapes/api-user.ts";
import { givenOptions } from "./world/commands.ts";
import { channelEvent } from "./world/events.ts";
import { buttonsOf, startInteraction } from "./world/interactions.ts";
import { mentionsIn } from "./world/mentions.ts";
import { addReaction, changeMessage, placeMessage, removeMessage } from "./world/messages.ts";
import { may } from "./world/permissions.ts";
import { changeThread, openThread } from "./world/threads.ts";
import { isThread, known } from "./world/world.ts";
import type { ChannelState, StoredFile, StoredMessage, World } from "./world/world.ts";

type Talk = Pick<
  People,
  | "say"
  | "edit"
  | "delete"
  | "react"
  | "type"
  | "press"
  | "command"
  | "thread"
  | "archive"
  | "unarchive"
  | "lock"
>;

const LONGEST = 2_000;

/** What people do in channels. */
export function peopleTalk(world: World): Talk {
  const channelOf = (id: string): ChannelState => known(world.channels.get(id), `channel ${id}`);
  const messageOf = (id: string): StoredMessage => known(world.messages.get(id), `message ${id}`);

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
      throw new Error(`${answered.id} is in another channel`);
    }
    const message = placeMessage(world, channel, {
      author,
      content: text.trim(),
      files: filesOf(channel, files),
      reference: answered === null ? null : { messageId: answered.id, channelId: channel.id },
      ...mentionsIn(world, text, {
        channel,
        answered: answered === null || !isPinging ? null : answered.author.id,
        allowed: null,
      }),
    });
    return message.id;
  }

  function threadOf(id: string): ChannelState {
    const channel = channelOf(id);
    if (!isThread(channel)) throw new Error(`${id} is no thread`);
    return channel;
  }

  return {
    say,

    edit(id, text) {
      const message = messageOf(id);
      if (message.author.id === world.bot.id) throw new Error("a person edits only their own");
      const { channel, reference } = message;
      const answered = world.messages.get(reference?.messageId ?? "")?.author.id ?? null;
      const isPinged = answered !== null && message.mentions.includes(answered);
      const context = { channel, answered: isPinged ? answered : null, allowed: null };
      const mentions = mentionsIn(world, text, context);
      changeMessage(world, message, { content: text.trim(), ...mentions });
    },

    delete: (id) => removeMessage(world, messageOf(id)),

    react(id, emoji, by) {
      const message = messageOf(id);
      needs(message.channel, by, "AddReactions");
      addReaction(world, message, emoji, by);
    },

    type(id, by) {
      const channel = channelOf(id);
      const { guild } = channel;
      const member = guild === null ? {} : { ...toMemberOf(guild, by), user: toApiUser(by) };
      world.emit(
        channelEvent("TYPING_START", "typing", channel, () => ({
          channel_id: id,
          user_id: by.id,
          timestamp: Math.floor(world.clock.now() / 1000),
          ...(guild === null ? {} : { guild_id: guild.id, member }),
        })),
      );
    },

    press(id, wanted, by) {
      const message = messageOf(id);
      const { channel } = message;
      needs(channel, by, "ViewChannel");
      if (message.onlyFor !== null && message.onlyFor !== by.id) {
        throw new Error(`${by.name} does not see ${id}`);
      }
      const button = buttonsOf(message.components).find(
        (one) =>
          ("custom_id" in one && one.custom_id === wanted) ||
          ("label" in one && one.label === wanted),
      );
      if (button === undefined || !("custom_id" in button)) {
        throw new Error(`${id} has no button ${wanted}`);
      }
      if (button.disabled === true) throw new Error(`${wanted} is disabled`);
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
  };
}

function needs(channel: ChannelState, person: Person, permission: PermissionName): void {
  const isTheirs = channel.recipient === null || channel.recipient.id === person.id;
  if (isTheirs && may(channel, person.id, permission)) return;
  throw new Error(`${person.name} has no ${permission} in ${channel.name}`);
}
