import { MessageFlags } from "discord-api-types/v10";

import type { SeenInteraction, SeenMessage } from "./fake-discord.ts";
import { buttonsOf, interactionState } from "./world/interactions.ts";
import type { Interaction } from "./world/interactions.ts";
import { known } from "./world/world.ts";
import type { StoredMessage, World } from "./world/world.ts";

export function seenIn(world: World, id: string): readonly SeenMessage[] {
  return known(world.channels.get(id), `channel ${id}`).messages.map(toSeen);
}

export function seenInteractions(world: World): readonly SeenInteraction[] {
  return [...world.interactions.values()].map((one) => toSeenInteraction(world, one));
}

function toSeenInteraction(world: World, interaction: Interaction): SeenInteraction {
  const { id, kind, by, channel, what, callback, said } = interaction;
  return {
    id,
    kind,
    by,
    channel: channel.id,
    what,
    state: interactionState(world, interaction),
    callback,
    messages: said.filter((one) => world.messages.get(one.id) === one).map(toSeen),
  };
}

function toSeen(message: StoredMessage): SeenMessage {
  const { id, author, content, embeds, components, files, reference, nonce, flags } = message;
  return {
    id,
    author,
    content,
    embeds,
    components,
    buttons: buttonsOf(components).map((one) => ({
      label: "label" in one ? (one.label ?? "") : "",
      customId: "custom_id" in one ? one.custom_id : null,
      style: one.style,
      isDisabled: one.disabled ?? false,
    })),
    attachments: files.map(({ name, mime, bytes }) => ({ name, mime, bytes })),
    replyTo: reference?.messageId ?? null,
    pings: message.pings,
    editedAt: message.editedAt,
    versions: [...message.versions],
    onlyFor: message.onlyFor,
    isThinking: (flags & MessageFlags.Loading) !== 0,
    reactions: new Map(message.reactions),
    nonce: nonce === null ? null : String(nonce),
    flags,
    thread: message.threadId,
  };
}
