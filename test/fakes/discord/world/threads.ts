import { ChannelType, MessageFlags, MessageType } from "discord-api-types/v10";

import { toApiChannel } from "../shapes/api-channel.ts";
import type { Person } from "../people.ts";
import { newChannel } from "./channels.ts";
import { channelEvent } from "./events.ts";
import { placeMessage, tellChange } from "./messages.ts";
import type { Draft } from "./messages.ts";
import type { ChannelState, StoredMessage, ThreadState, World } from "./world.ts";

export interface NewThread {
  readonly name: string;
  readonly by: Person;
  /** Started from this message: the thread has its id. */
  readonly from: StoredMessage | null;
  readonly isPrivate: boolean;
  /** The post that a thread of a forum begins with. */
  readonly post: Draft | null;
}

export function openThread(
  world: World,
  parent: ChannelState,
  { name, by, from, isPrivate, post }: NewThread,
): ChannelState {
  const now = world.clock.now();
  const thread = newChannel({
    id: from?.id ?? world.mint(),
    type: threadType(parent, isPrivate),
    name,
    guild: parent.guild,
    parent,
    thread: {
      ownerId: by.id,
      createdAt: now,
      members: new Set([by.id]),
      isArchived: false,
      isLocked: false,
      archivedAt: now,
    },
  });
  world.channels.set(thread.id, thread);
  const isForum = parent.type === ChannelType.GuildForum;
  if (isForum) parent.lastMessageId = thread.id;
  world.emit(
    channelEvent("THREAD_CREATE", "guild", thread, () => ({
      ...toApiChannel(world, thread),
      newly_created: true,
    })),
  );
  if (post !== null) placeMessage(world, thread, { author: by, ...post, id: thread.id });
  if (from !== null) {
    from.threadId = thread.id;
    from.flags |= MessageFlags.HasThread;
    tellChange(world, from);
    placeMessage(world, thread, {
      author: from.author,
      content: "",
      type: MessageType.ThreadStarterMessage,
      reference: { messageId: from.id, channelId: parent.id },
    });
  } else if (!isForum && !isPrivate) {
    placeMessage(world, parent, {
      author: by,
      content: name,
      type: MessageType.ThreadCreated,
      reference: { messageId: thread.id, channelId: thread.id },
    });
  }
  return thread;
}

function threadType(parent: ChannelState, isPrivate: boolean): ChannelType {
  if (isPrivate) return ChannelType.PrivateThread;
  return parent.type === ChannelType.GuildAnnouncement
    ? ChannelType.AnnouncementThread
    : ChannelType.PublicThread;
}

export function changeThread(
  world: World,
  channel: ChannelState,
  change: Partial<Pick<ThreadState, "isArchived" | "isLocked">> & { readonly name?: string },
): void {
  const { thread } = channel;
  if (thread === null) throw new Error(`${channel.id} is no thread`);
  const { name, ...state } = change;
  if (name !== undefined) channel.name = name;
  Object.assign(thread, state);
  if (state.isArchived !== undefined) thread.archivedAt = world.clock.now();
  world.emit(channelEvent("THREAD_UPDATE", "guild", channel, () => toApiChannel(world, channel)));
}
