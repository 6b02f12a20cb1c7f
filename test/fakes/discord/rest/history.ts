import { ChannelType } from "discord-api-types/v10";

import { toApiMessage } from "../shapes/api-message.ts";
import { may } from "../world/permissions.ts";
import type { ChannelState, StoredMessage, World } from "../world/world.ts";
import { channelOf, messageOf } from "./place.ts";
import { refuse, refuseForm } from "./refusal.ts";
import { ok } from "./route.ts";
import type { Answer, Call, Route } from "./route.ts";

const MAX_PAGE = 100;

export const historyRoutes: readonly Route[] = [
  { method: "GET", path: "/channels/:channel/messages", answer: list },
  { method: "GET", path: "/channels/:channel/messages/:message", answer: get },
];

/** REST hides what people wrote too, by the switch on the developer page. */
function shown(world: World, message: StoredMessage): unknown {
  return toApiMessage(world, message, { hasMessageContent: world.granted.messageContent });
}

function get(call: Call): Answer {
  const channel = channelOf(call);
  if (!may(channel, call.world.bot.id, "ReadMessageHistory")) throw refuse.missingAccess();
  return ok(shown(call.world, messageOf(call, channel)));
}

function list(call: Call): Answer {
  const { world, query } = call;
  const channel = channelOf(call);
  if (channel.type === ChannelType.GuildForum) throw refuse.onThisType();
  const limit = Number(query.get("limit") ?? 50);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
    throw refuseForm({
      path: ["limit"],
      code: "NUMBER_TYPE_MAX",
      message: `int value should be between 1 and ${MAX_PAGE}.`,
    });
  }
  // No error: it looks as if nothing was ever said.
  if (!may(channel, world.bot.id, "ReadMessageHistory")) return ok([]);
  return ok(page(channel, query, limit).map((message) => shown(world, message)));
}

/** Newest first, whatever was asked. */
function page(
  { messages }: ChannelState,
  query: URLSearchParams,
  limit: number,
): readonly StoredMessage[] {
  const [after, before, around] = ["after", "before", "around"].map((name) =>
    snowflake(query, name),
  );
  if (around != null) {
    const older = messages.filter((one) => BigInt(one.id) < around).slice(-Math.floor(limit / 2));
    const rest = messages.filter((one) => BigInt(one.id) >= around);
    return [...older, ...rest.slice(0, limit - older.length)].toReversed();
  }
  if (after != null) {
    return messages
      .filter((one) => BigInt(one.id) > after)
      .slice(0, limit)
      .toReversed();
  }
  const older = before == null ? messages : messages.filter((one) => BigInt(one.id) < before);
  return older.slice(-limit).toReversed();
}

function snowflake(query: URLSearchParams, name: string): bigint | null {
  const text = query.get(name);
  if (text === null) return null;
  if (/^\d{1,20}$/.test(text)) return BigInt(text);
  throw refuseForm({
    path: [name],
    code: "NUMBER_TYPE_COERCE",
    message: `Value "${text}" is not snowflake.`,
  });
}
