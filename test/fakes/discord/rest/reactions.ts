import { toApiUser } from "../shapes/api-user.ts";
import { addReaction, removeReaction } from "../world/messages.ts";
import { known } from "../world/world.ts";
import { channelOf, messageOf, needs, needsOpen } from "./place.ts";
import { refuse } from "./refusal.ts";
import { NO_CONTENT, ok, param } from "./route.ts";
import type { Answer, Call, Route } from "./route.ts";

const ONE = "/channels/:channel/messages/:message/reactions/:emoji";

export const reactionRoutes: readonly Route[] = [
  { method: "PUT", path: `${ONE}/@me`, answer: react },
  { method: "DELETE", path: `${ONE}/@me`, answer: unreact },
  { method: "GET", path: ONE, answer: reactions },
];

/** A Unicode emoji, or `name:id` of an own one. */
function emojiOf(call: Call): string {
  const emoji = param(call, "emoji");
  const isEmoji = /^\p{RGI_Emoji}$/v.test(emoji) || /^\p{Emoji}/u.test(emoji);
  if (!isEmoji || /^[\w#*]/.test(emoji)) throw refuse.unknownEmoji();
  return emoji;
}

function react(call: Call): Answer {
  const channel = channelOf(call);
  const message = messageOf(call, channel);
  const emoji = emojiOf(call);
  needs(call, channel, "ReadMessageHistory");
  needsOpen(channel);
  if (!message.reactions.has(emoji)) needs(call, channel, "AddReactions");
  addReaction(call.world, message, emoji, call.world.bot);
  return NO_CONTENT;
}

function unreact(call: Call): Answer {
  const message = messageOf(call, channelOf(call));
  removeReaction(call.world, message, emojiOf(call), call.world.bot);
  return NO_CONTENT;
}

function reactions(call: Call): Answer {
  const message = messageOf(call, channelOf(call));
  const who = message.reactions.get(emojiOf(call)) ?? [];
  const people = who.map((id) => known(call.world.people.get(id), `person ${id}`));
  return ok(people.map(toApiUser));
}
