import { InteractionType } from "discord-api-types/v10";

import type { InboundMessage } from "../../../sessions/message.ts";
import { formatExternalId } from "../external-id.ts";
import type { Interaction } from "../interactions.ts";
import type { DiscordOptions } from "../discord-adapter.ts";
import { addressIn, placesOf } from "./place.ts";
import type { Place } from "./place.ts";
import { timeOf } from "./snowflake.ts";
import { nameOf } from "./to-message.ts";
import type { WireInteraction, WireOption } from "./wire.ts";

const COMMAND: number = InteractionType.ApplicationCommand;
const PRESS: number = InteractionType.MessageComponent;

export interface PressContext {
  readonly bot: string;
  readonly place: Place;
  readonly options: Pick<DiscordOptions, "network" | "account">;
}

/** A slash command or the press of a button, and what is needed to answer it; null: of no kind we know. */
export function toPress(
  wire: WireInteraction,
  { bot, place, options }: PressContext,
): { readonly message: InboundMessage; readonly interaction: Interaction } | null {
  const user = wire.member?.user ?? wire.user;
  const said = saidIn(wire, bot);
  if (user === undefined || said === null) return null;
  const externalId = formatExternalId({ kind: "interaction", bot, id: wire.id });
  const at = timeOf(wire.id);
  return {
    message: {
      externalId,
      address: addressIn(place, options),
      ...placesOf(place),
      sender: { id: user.id, name: nameOf(user, wire.member?.nick) },
      scope: place.kind === "direct" ? "private" : "group",
      ...said,
      attachments: [],
      album: null,
      replyTo: null,
      edits: null,
      isLate: false,
      sentAt: at,
    },
    interaction: {
      externalId,
      id: wire.id,
      token: wire.token,
      kind: said.button === null ? "command" : "button",
      at,
      channel: wire.channel_id,
    },
  };
}

function saidIn(
  { type, data, message }: WireInteraction,
  bot: string,
): Pick<InboundMessage, "text" | "button"> | null {
  if (type === COMMAND && data?.name !== undefined) {
    const words = wordsOf(data.options ?? []);
    return { text: [`/${data.name}`, ...words].join(" "), button: null };
  }
  if (type !== PRESS) return null;
  if (data?.custom_id === undefined || message === undefined) return null;
  const on = formatExternalId({
    kind: "message",
    bot,
    channel: message.channel_id,
    id: message.id,
  });
  return { text: "", button: { data: data.custom_id, on } };
}

/** A subcommand is a word, and what was filled in is words. */
function wordsOf(options: readonly WireOption[]): readonly string[] {
  return options.flatMap(({ name, value, options: inner }) =>
    value === undefined ? [name, ...wordsOf(inner ?? [])] : [String(value)],
  );
}
