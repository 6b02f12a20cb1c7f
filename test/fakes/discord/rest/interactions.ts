import { MessageFlags, MessageType } from "discord-api-types/v10";
import { z } from "zod";

import { changeMessage, placeMessage, removeMessage, toAnswer } from "../world/messages.ts";
import type { Interaction } from "../world/interactions.ts";
import type { StoredMessage, World } from "../world/world.ts";
import { toContent, writtenForm } from "./message-form.ts";
import type { Content, Written } from "./message-form.ts";
import { parseForm, refuse, refuseForm } from "./refusal.ts";
import { NO_CONTENT, ok, param } from "./route.ts";
import type { Answer, Call, Route } from "./route.ts";

const WEBHOOK = "/webhooks/:application/:token";
const ONE = `${WEBHOOK}/messages/:message`;

/** The interaction's token stands in the path: no bot token is needed. */
export const interactionRoutes: readonly Route[] = [
  { method: "POST", path: "/interactions/:interaction/:token/callback", answer: callback },
  { method: "POST", path: WEBHOOK, answer: followUp },
  { method: "GET", path: ONE, answer: get },
  { method: "PATCH", path: ONE, answer: edit },
  { method: "DELETE", path: ONE, answer: remove },
].map((route) => ({ ...route, needsBot: false }));

const callbackForm = z.looseObject({ type: z.int(), data: z.unknown().optional() });

const ANSWER = 4;
const DEFER = 5;
const DEFER_UPDATE = 6;
const UPDATE = 7;
const FLAGS =
  MessageFlags.Ephemeral |
  MessageFlags.SuppressEmbeds |
  MessageFlags.SuppressNotifications |
  MessageFlags.IsComponentsV2;

function callback(call: Call): Answer {
  const { world } = call;
  const interaction = world.interactions.get(param(call, "interaction"));
  if (interaction === undefined || interaction.token !== param(call, "token")) {
    throw refuse.unknownInteraction();
  }
  if (interaction.callback !== null) throw refuse.alreadyAcknowledged();
  if (world.clock.now() - interaction.at >= world.interactionMs.answer) {
    throw refuse.unknownInteraction();
  }
  const { type, data } = parseForm(callbackForm, call.body ?? {});
  const form = parseForm(writtenForm, data ?? {});
  const isAllowed =
    type === ANSWER ||
    type === DEFER ||
    (interaction.kind === "button" && (type === DEFER_UPDATE || type === UPDATE));
  if (!isAllowed) {
    throw refuseForm({
      path: ["type"],
      code: "BASE_TYPE_CHOICES",
      message: "Value must be one of {4, 5, 6, 7}.",
    });
  }
  const message = answer(call, interaction, { type, form });
  interaction.callback = type;
  interaction.original = message;
  if (call.query.get("with_response") !== "true") return NO_CONTENT;
  return ok({
    interaction: {
      id: interaction.id,
      type: interaction.kind === "command" ? 2 : 3,
      response_message_id: message?.id,
      response_message_loading: type === DEFER,
      response_message_ephemeral: message?.onlyFor != null,
      channel_id: interaction.channel.id,
    },
    resource: { type, ...(message === null ? {} : { message: toAnswer(world, message) }) },
  });
}

function answer(
  call: Call,
  interaction: Interaction,
  { type, form }: { readonly type: number; readonly form: Written },
): StoredMessage | null {
  if (type === ANSWER) return say(call, interaction, contentOf(call, interaction, form, null));
  if (type === DEFER) {
    const flags = MessageFlags.Loading | ((form.flags ?? 0) & MessageFlags.Ephemeral);
    return say(call, interaction, { ...NOTHING, flags });
  }
  const { message } = interaction;
  if (type === UPDATE && message !== null) {
    changeMessage(call.world, message, contentOf(call, interaction, form, message));
  }
  return message;
}

const NOTHING: Content = {
  content: "",
  embeds: [],
  components: [],
  files: [],
  mentions: [],
  mentionsEveryone: false,
  pings: [],
  flags: 0,
};

function contentOf(
  call: Call,
  { channel }: Interaction,
  form: Written,
  before: StoredMessage | null,
): Content {
  const flagsAllowed = before === null ? FLAGS : 0;
  return toContent(form, { call, channel, answered: null, before, flagsAllowed });
}

function say({ world }: Call, interaction: Interaction, content: Content): StoredMessage {
  const isFirst = interaction.said.length === 0 && interaction.kind === "command";
  const message = placeMessage(world, interaction.channel, {
    author: world.bot,
    ...content,
    type: isFirst ? MessageType.ChatInputCommand : MessageType.Default,
    interaction,
    onlyFor: (content.flags & MessageFlags.Ephemeral) === 0 ? null : interaction.by.id,
  });
  interaction.said.push(message);
  return message;
}

/** The interaction whose token stands in the path, once it was acknowledged. */
function acknowledged(call: Call): Interaction {
  const { world } = call;
  if (param(call, "application") !== world.bot.id) throw refuse.unknownWebhook();
  const token = param(call, "token");
  const interaction = [...world.interactions.values()].findLast((one) => one.token === token);
  if (interaction === undefined) throw refuse.webhookToken();
  if (world.clock.now() - interaction.at >= world.interactionMs.token) throw refuse.webhookToken();
  if (interaction.callback === null) throw refuse.unknownWebhook();
  return interaction;
}

function messageOf(world: World, interaction: Interaction, id: string): StoredMessage {
  const { original, said } = interaction;
  const found = id === "@original" ? original : said.find((one) => one.id === id);
  if (found == null || world.messages.get(found.id) !== found) throw refuse.unknownMessage();
  return found;
}

function followUp(call: Call): Answer {
  const { world } = call;
  const interaction = acknowledged(call);
  const form = parseForm(writtenForm, call.body ?? {});
  const { original } = interaction;
  // The first one after a deferral is what was deferred, as private as that was.
  if (original !== null && (original.flags & MessageFlags.Loading) !== 0) {
    changeMessage(world, original, contentOf(call, interaction, form, original));
    return ok(toAnswer(world, original));
  }
  const message = say(call, interaction, contentOf(call, interaction, form, null));
  return ok(toAnswer(world, message));
}

function get(call: Call): Answer {
  const interaction = acknowledged(call);
  const message = messageOf(call.world, interaction, param(call, "message"));
  return ok(toAnswer(call.world, message));
}

function edit(call: Call): Answer {
  const { world } = call;
  const interaction = acknowledged(call);
  const message = messageOf(world, interaction, param(call, "message"));
  const form = parseForm(writtenForm, call.body ?? {});
  changeMessage(world, message, contentOf(call, interaction, form, message));
  return ok(toAnswer(world, message));
}

function remove(call: Call): Answer {
  const interaction = acknowledged(call);
  removeMessage(call.world, messageOf(call.world, interaction, param(call, "message")));
  return NO_CONTENT;
}
