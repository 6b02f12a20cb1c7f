import { GatewayIntentBits } from "discord-api-types/v10";

import type { ChannelState, GuildState } from "./world.ts";

/** Something a bot may hear of. */
export interface WorldEvent {
  readonly t: string;
  /** Which shard it goes to; null: shard 0. */
  readonly guild: GuildState | null;
  /** Heard only with one of these bits; 0: always. */
  readonly intents: number;
  /** Heard only when the bot sees this channel. */
  readonly channel: ChannelState | null;
  readonly data: (viewer: Viewer) => unknown;
}

export interface Viewer {
  /** Without, what people wrote is empty (but in DMs, own messages, and where the bot is mentioned). */
  readonly hasMessageContent: boolean;
}

export const ALL_SEEING: Viewer = { hasMessageContent: true };

const {
  Guilds,
  GuildMembers,
  GuildMessages,
  GuildMessageReactions,
  GuildMessageTyping,
  DirectMessages,
  DirectMessageReactions,
  DirectMessageTyping,
} = GatewayIntentBits;

type Kind = "guild" | "member" | "message" | "reaction" | "typing" | "interaction";

/** Which intents let an event through, in a guild and in a DM. */
const INTENTS: Readonly<Record<Kind, readonly [number, number]>> = {
  guild: [Guilds, 0],
  member: [GuildMembers, 0],
  message: [GuildMessages, DirectMessages],
  reaction: [GuildMessageReactions, DirectMessageReactions],
  typing: [GuildMessageTyping, DirectMessageTyping],
  interaction: [0, 0],
};

/** An event of something in a channel. */
export function channelEvent(
  t: string,
  kind: Kind,
  channel: ChannelState,
  data: (viewer: Viewer) => unknown,
): WorldEvent {
  const intents = INTENTS[kind][channel.guild === null ? 1 : 0];
  // An interaction reaches the application also where its bot sees nothing.
  return {
    t,
    guild: channel.guild,
    intents,
    channel: kind === "interaction" ? null : channel,
    data,
  };
}

export function guildEvent(t: string, guild: GuildState, data: () => unknown): WorldEvent {
  return { t, guild, intents: INTENTS.guild[0], channel: null, data };
}

export function memberEvent(t: string, guild: GuildState, data: () => unknown): WorldEvent {
  return { t, guild, intents: INTENTS.member[0], channel: null, data };
}
