import { ChannelType } from "discord-api-types/v10";
import type { APIEmbed, APIMessageTopLevelComponent, MessageType } from "discord-api-types/v10";

import type { Clock } from "../../../../sessions/clock.ts";
import type { PrivilegedIntents } from "../fake-discord.ts";
import type { Guild, Person } from "../people.ts";
import type { RegisteredCommand } from "./commands.ts";
import type { WorldEvent } from "./events.ts";
import type { Interaction } from "./interactions.ts";

/** All that Discord knows. It has no sockets and answers no calls: rooms `rest` and `gateway` do, on this. */
export interface World {
  readonly clock: Clock;
  readonly mint: () => string;
  readonly bot: Person;
  /** Base of CDN addresses: `http://127.0.0.1:port`. */
  cdn: string;
  readonly fileUrlMs: number;
  readonly interactionMs: { readonly answer: number; readonly token: number };
  granted: PrivilegedIntents;
  readonly people: Map<string, Person>;
  /** Who takes no DM from the bot. */
  readonly blockers: Set<string>;
  readonly guilds: Map<string, GuildState>;
  readonly channels: Map<string, ChannelState>;
  readonly messages: Map<string, StoredMessage>;
  readonly files: Map<string, StoredFile>;
  /** By scope: "" for all guilds and DMs, or a guild's id. */
  readonly commands: Map<string, readonly RegisteredCommand[]>;
  readonly interactions: Map<string, Interaction>;
  /** Hands an event to the gateway. */
  emit: (event: WorldEvent) => void;
}

export interface GuildState extends Guild {
  readonly ownerId: string;
  /** Who is in it, and since when. */
  readonly members: Map<string, number>;
  /** What everyone may, in all channels. */
  everyone: bigint;
}

export interface ChannelState {
  readonly id: string;
  readonly type: ChannelType;
  name: string;
  /** Null: a DM. */
  readonly guild: GuildState | null;
  /** Of a thread: the channel it is in. */
  readonly parent: ChannelState | null;
  /** Of a DM: the person. */
  readonly recipient: Person | null;
  readonly overwrites: Map<string, Overwrite>;
  /** Oldest first. */
  readonly messages: StoredMessage[];
  /** Also when that message was deleted since. */
  lastMessageId: string | null;
  readonly thread: ThreadState | null;
}

export interface Overwrite {
  /** As the network counts: 0 a role, 1 a member. */
  readonly type: 0 | 1;
  allow: bigint;
  deny: bigint;
}

export interface ThreadState {
  readonly ownerId: string;
  readonly createdAt: number;
  readonly members: Set<string>;
  isArchived: boolean;
  isLocked: boolean;
  archivedAt: number;
}

export interface StoredMessage {
  readonly id: string;
  readonly channel: ChannelState;
  readonly author: Person;
  readonly type: MessageType;
  readonly at: number;
  content: string;
  readonly versions: string[];
  editedAt: number | null;
  embeds: readonly APIEmbed[];
  components: readonly APIMessageTopLevelComponent[];
  files: readonly StoredFile[];
  /** Ids of users. */
  mentions: readonly string[];
  mentionsEveryone: boolean;
  /** Whose phones ring: ids, `everyone`. */
  pings: readonly string[];
  readonly reference: { readonly messageId: string; readonly channelId: string } | null;
  readonly nonce: string | number | null;
  flags: number;
  readonly reactions: Map<string, string[]>;
  /** Said in this interaction. */
  readonly interaction: Interaction | null;
  /** Only this person sees it. */
  readonly onlyFor: string | null;
  threadId: string | null;
}

export interface StoredFile {
  readonly id: string;
  readonly channelId: string;
  readonly name: string;
  readonly mime: string;
  readonly description: string | null;
  readonly bytes: Buffer;
}

const THREADS: ReadonlySet<ChannelType> = new Set([
  ChannelType.AnnouncementThread,
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
]);

export interface Thread extends ChannelState {
  readonly guild: GuildState;
  readonly parent: ChannelState;
  readonly thread: ThreadState;
}

export function isThread(channel: ChannelState): channel is Thread {
  return THREADS.has(channel.type);
}

export function channelsOf(world: World, guild: GuildState): readonly ChannelState[] {
  return [...world.channels.values()].filter((channel) => channel.guild === guild);
}

/** A test asked for something that is not there. */
export function known<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new Error(`the fake Discord has no ${what}`);
  return found;
}
