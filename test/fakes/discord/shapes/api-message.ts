import { MessageType } from "discord-api-types/v10";
import type { APIAttachment, APIMessage, APIReaction } from "discord-api-types/v10";

import type { Viewer } from "../world/events.ts";
import type { StoredFile, StoredMessage, World } from "../world/world.ts";
import { toApiChannel } from "./api-channel.ts";
import { toApiUser, toMemberOf } from "./api-user.ts";
import type { Wire } from "./wire.ts";

export type ApiMessage = Wire<
  Omit<APIMessage, "thread" | "referenced_message" | "embeds" | "components">
> & {
  readonly embeds: readonly unknown[];
  readonly components: readonly unknown[];
};

/** As REST answers it. */
export function toApiMessage(world: World, message: StoredMessage, viewer: Viewer): ApiMessage {
  const shown = isShown(world, message, viewer);
  const { reference } = message;
  return {
    id: message.id,
    channel_id: message.channel.id,
    type: message.type,
    author: toApiUser(message.author),
    content: shown ? message.content : "",
    embeds: shown ? [...message.embeds] : [],
    attachments: shown ? message.files.map((file) => toApiAttachment(world, file)) : [],
    components: shown ? [...message.components] : [],
    timestamp: new Date(message.at).toISOString(),
    edited_timestamp: message.editedAt === null ? null : new Date(message.editedAt).toISOString(),
    tts: false,
    mention_everyone: message.mentionsEveryone,
    mentions: message.mentions.flatMap((id) => {
      const person = world.people.get(id);
      return person === undefined ? [] : [toApiUser(person)];
    }),
    mention_roles: [],
    pinned: false,
    flags: message.flags,
    ...(message.reactions.size === 0 ? {} : { reactions: toApiReactions(world, message) }),
    ...(reference === null
      ? {}
      : {
          message_reference: {
            type: 0,
            channel_id: reference.channelId,
            message_id: reference.messageId,
            ...(message.channel.guild === null ? {} : { guild_id: message.channel.guild.id }),
          },
        }),
    ...(message.type === MessageType.Reply ? toReferenced(world, message, viewer) : {}),
    ...toInteractionPart(message),
    ...toThreadPart(world, message),
  };
}

/** As MESSAGE_CREATE and MESSAGE_UPDATE carry it. */
export function toMessageEvent(world: World, message: StoredMessage, viewer: Viewer): unknown {
  const { channel, author, nonce } = message;
  const { guild } = channel;
  const base = {
    ...toApiMessage(world, message, viewer),
    channel_type: channel.type,
    ...(nonce === null || message.editedAt !== null ? {} : { nonce }),
  };
  if (guild === null) return base;
  return {
    ...base,
    guild_id: guild.id,
    ...(guild.members.has(author.id) ? { member: toMemberOf(guild, author) } : {}),
    mentions: base.mentions.map((user) => {
      const person = world.people.get(user.id);
      return person === undefined || !guild.members.has(user.id)
        ? user
        : { ...user, member: toMemberOf(guild, person) };
    }),
  };
}

/** Whether the bot is shown what was written. */
function isShown(world: World, message: StoredMessage, { hasMessageContent }: Viewer): boolean {
  return (
    hasMessageContent ||
    message.channel.guild === null ||
    message.author.id === world.bot.id ||
    message.mentions.includes(world.bot.id)
  );
}

function toApiAttachment(world: World, file: StoredFile): Wire<APIAttachment> {
  const url = fileUrl(world, file);
  return {
    id: file.id,
    filename: file.name,
    ...(file.description === null ? {} : { description: file.description }),
    content_type: file.mime,
    size: file.bytes.length,
    url,
    proxy_url: url,
    ...(file.mime.startsWith("image/") ? { width: 1, height: 1 } : {}),
  };
}

/** An address that ends: `ex` is when, in hex seconds. Asking for the message again makes a new one. */
function fileUrl(world: World, file: StoredFile): string {
  const now = Math.floor(world.clock.now() / 1000);
  const ex = (now + Math.ceil(world.fileUrlMs / 1000)).toString(16);
  const name = encodeURIComponent(file.name);
  return `${world.cdn}/attachments/${file.channelId}/${file.id}/${name}?ex=${ex}&is=${now.toString(16)}&hm=${signature(file, ex)}&`;
}

export function signature(file: Pick<StoredFile, "id">, ex: string): string {
  return Buffer.from(`${file.id}.${ex}`).toString("hex");
}

function toApiReactions(world: World, message: StoredMessage): Wire<APIReaction>[] {
  return [...message.reactions].map(([emoji, who]) => ({
    count: who.length,
    count_details: { burst: 0, normal: who.length },
    me: who.includes(world.bot.id),
    me_burst: false,
    emoji: { id: null, name: emoji },
    burst_colors: [],
  }));
}

function toReferenced(
  world: World,
  message: StoredMessage,
  viewer: Viewer,
): { readonly referenced_message: ApiMessage | null } {
  const found = world.messages.get(message.reference?.messageId ?? "");
  // One level, as the network does.
  const flat = found === undefined ? null : { ...found, type: MessageType.Default };
  return { referenced_message: flat === null ? null : toApiMessage(world, flat, viewer) };
}

function toInteractionPart({ interaction }: StoredMessage): object {
  if (interaction === null) return {};
  const { id, by, applicationId } = interaction;
  return {
    application_id: applicationId,
    webhook_id: applicationId,
    interaction_metadata: {
      id,
      type: interaction.kind === "command" ? 2 : 3,
      user: toApiUser(by),
      authorizing_integration_owners: {},
      ...(interaction.message === null ? {} : { interacted_message_id: interaction.message.id }),
    },
  };
}

function toThreadPart(world: World, { threadId }: StoredMessage): object {
  const thread = world.channels.get(threadId ?? "");
  return thread === undefined ? {} : { thread: toApiChannel(world, thread) };
}
