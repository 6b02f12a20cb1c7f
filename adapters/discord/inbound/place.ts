import { ChannelType } from "discord-api-types/v10";

import type { Address } from "../../../sessions/message.ts";
import type { Listening } from "../discord-adapter.ts";
import type { WireChannel } from "./wire.ts";

/** A channel as far as messages go. */
export type Place =
  | { readonly kind: "direct"; readonly channel: string }
  | { readonly kind: "channel"; readonly channel: string; readonly guild: string }
  | {
      readonly kind: "thread";
      readonly channel: string;
      readonly guild: string;
      readonly parent: string;
      /** Who opened it; null = Discord did not say. */
      readonly owner: string | null;
    };

const THREADS: ReadonlySet<number> = new Set([
  ChannelType.AnnouncementThread,
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
]);

const DIRECT: ReadonlySet<number> = new Set([ChannelType.DM, ChannelType.GroupDM]);

export const isThreadType = (type: number): boolean => THREADS.has(type);

/** Null: no place of ours (a thread without a parent). */
export function toPlace(channel: WireChannel, guild = channel.guild_id): Place | null {
  const { id, type, parent_id: parent, owner_id: owner } = channel;
  if (DIRECT.has(type)) return { kind: "direct", channel: id };
  if (guild === undefined) return null;
  if (!isThreadType(type)) return { kind: "channel", channel: id, guild };
  if (parent === undefined || parent === null) return null;
  return { kind: "thread", channel: id, guild, parent, owner: owner ?? null };
}

/** A thread is addressed in its channel. */
export function addressIn(place: Place, names: Pick<Address, "network" | "account">): Address {
  const isThread = place.kind === "thread";
  return {
    network: names.network,
    account: names.account,
    chat: isThread ? place.parent : place.channel,
    thread: isThread ? place.channel : null,
  };
}

/** Further names under which the configuration may speak of it. */
export function placesOf(place: Place): { readonly places?: readonly string[] } {
  return place.kind === "direct" ? {} : { places: [place.guild] };
}

/** What the configuration says of a place: the nearest entry counts. */
export function listeningIn(
  place: Place,
  channels: Readonly<Record<string, Listening>>,
): Listening {
  if (place.kind === "direct") return "all";
  const parent = place.kind === "thread" ? channels[place.parent] : undefined;
  return channels[place.channel] ?? parent ?? channels[place.guild] ?? channels["*"] ?? "off";
}
