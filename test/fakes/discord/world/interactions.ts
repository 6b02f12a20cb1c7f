import { ComponentType, InteractionType, MessageFlags } from "discord-api-types/v10";
import type { APIButtonComponent, APIMessageTopLevelComponent } from "discord-api-types/v10";

import { toApiChannel } from "../shapes/api-channel.ts";
import { toApiMessage } from "../shapes/api-message.ts";
import { toApiMember, toApiUser } from "../shapes/api-user.ts";
import type { Person } from "../people.ts";
import type { GivenOption, RegisteredCommand } from "./commands.ts";
import { ALL_SEEING, channelEvent } from "./events.ts";
import { permissionsIn } from "./permissions.ts";
import type { ChannelState, StoredMessage, World } from "./world.ts";

export interface Interaction {
  readonly id: string;
  readonly token: string;
  readonly applicationId: string;
  readonly kind: "command" | "button";
  readonly what: string;
  readonly by: Person;
  readonly channel: ChannelState;
  readonly at: number;
  /** What the button hangs on. */
  readonly message: StoredMessage | null;
  /** Type of the callback. */
  callback: number | null;
  /** What `@original` is. */
  original: StoredMessage | null;
  readonly said: StoredMessage[];
}

type Wanted = Pick<Interaction, "by" | "channel"> &
  (
    | {
        readonly kind: "command";
        readonly command: RegisteredCommand;
        readonly options: readonly GivenOption[];
      }
    | { readonly kind: "button"; readonly customId: string; readonly message: StoredMessage }
  );

/** Interaction tokens say nothing to a client; they are long, and stand in URLs. */
export function startInteraction(world: World, wanted: Wanted): Interaction {
  const id = world.mint();
  const { by, channel, kind } = wanted;
  const interaction: Interaction = {
    id,
    token: Buffer.from(`interaction:${id}:${"x".repeat(96)}`).toString("base64url"),
    applicationId: world.bot.id,
    kind,
    what: kind === "command" ? wanted.command.name : wanted.customId,
    by,
    channel,
    at: world.clock.now(),
    message: kind === "button" ? wanted.message : null,
    callback: null,
    original: null,
    said: [],
  };
  world.interactions.set(id, interaction);
  const data =
    kind === "command"
      ? {
          id: wanted.command.id,
          name: wanted.command.name,
          type: wanted.command.type,
          ...(wanted.options.length === 0 ? {} : { options: wanted.options }),
        }
      : { custom_id: wanted.customId, component_type: ComponentType.Button, id: 1 };
  world.emit(
    channelEvent("INTERACTION_CREATE", "interaction", channel, () =>
      toApiInteraction(world, interaction, data),
    ),
  );
  return interaction;
}

function toApiInteraction(world: World, interaction: Interaction, data: unknown): unknown {
  const { id, token, kind, by, channel, message } = interaction;
  const { guild } = channel;
  const who =
    guild === null
      ? { user: toApiUser(by) }
      : {
          guild_id: guild.id,
          guild: { id: guild.id, locale: "en-US", features: [] },
          guild_locale: "en-US",
          member: {
            ...toApiMember(guild, by),
            permissions: permissionsIn(channel, by.id).toString(),
          },
        };
  return {
    id,
    application_id: world.bot.id,
    type:
      kind === "command" ? InteractionType.ApplicationCommand : InteractionType.MessageComponent,
    data,
    ...who,
    channel: toApiChannel(world, channel),
    channel_id: channel.id,
    token,
    version: 1,
    ...(message === null ? {} : { message: toApiMessage(world, message, ALL_SEEING) }),
    app_permissions: permissionsIn(channel, world.bot.id).toString(),
    locale: "en-US",
    entitlements: [],
    authorizing_integration_owners: { 0: guild?.id ?? "0" },
    context: guild === null ? 1 : 0,
    attachment_size_limit: 10 * 1024 * 1024,
  };
}

export function interactionState(
  world: World,
  { callback, at, original }: Interaction,
): "waiting" | "thinking" | "acknowledged" | "answered" | "failed" {
  if (callback === null) {
    return world.clock.now() - at < world.interactionMs.answer ? "waiting" : "failed";
  }
  if (callback === 6) return "acknowledged";
  const isThinking = ((original?.flags ?? 0) & MessageFlags.Loading) !== 0;
  if (!isThinking) return "answered";
  return world.clock.now() - at < world.interactionMs.token ? "thinking" : "failed";
}

/** Of all rows, in order. */
export function buttonsOf(
  components: readonly APIMessageTopLevelComponent[],
): readonly APIButtonComponent[] {
  return components
    .flatMap((row) => (row.type === ComponentType.ActionRow ? row.components : []))
    .filter((component) => component.type === ComponentType.Button);
}
