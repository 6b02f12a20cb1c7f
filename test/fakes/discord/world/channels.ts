import { ChannelType } from "discord-api-types/v10";

import type { Person } from "../people.ts";
import type { ChannelState, World } from "./world.ts";

/** A channel in which nothing was said. */
export function newChannel(
  about: Pick<ChannelState, "id" | "type" | "name"> & Partial<ChannelState>,
): ChannelState {
  return {
    guild: null,
    parent: null,
    recipient: null,
    overwrites: new Map(),
    messages: [],
    lastMessageId: null,
    thread: null,
    ...about,
  };
}

/** The one DM of a person and the bot. */
export function dmWith(world: World, person: Person): ChannelState {
  const found = [...world.channels.values()].find((one) => one.recipient?.id === person.id);
  if (found !== undefined) return found;
  const channel = newChannel({
    id: world.mint(),
    type: ChannelType.DM,
    name: `DM of ${person.name}`,
    recipient: person,
  });
  world.channels.set(channel.id, channel);
  return channel;
}
