import { Routes } from "discord-api-types/v10";
import { z } from "zod";

import type { OutboxId } from "../../../sessions/ids.ts";
import type { Address, OutboundMessage } from "../../../sessions/message.ts";
import type { FindOptions, FindResult } from "../../adapter.ts";
import { apiMessage } from "./answer.ts";
import type { ApiMessage } from "./answer.ts";
import { codeOf, toFailure } from "./failure.ts";
import type { OutboundParts } from "./parts.ts";
import { UNKNOWN_CHANNEL } from "./refusal.ts";
import { matcher } from "./same-message.ts";
import type { MatchParts } from "./same-message.ts";
import { externalIdOf } from "./send.ts";
import type { Threads } from "./threads.ts";

export interface FindRooms extends MatchParts {
  readonly threads: Threads;
}

const PER_PAGE = 100;
const PAGES = 10;
/** Our clock and Discord's may differ by less, ms. */
const SKEW_MS = 60_000;

/**
 * [E09] Reads the channel for a message that an earlier try may have left. Discord forgets a nonce, so what is
 * compared is what the message says and what it answers.
 */
export async function findMessage(
  rooms: FindRooms,
  address: Address,
  { message, id, since, signal }: FindOptions & { readonly message: OutboundMessage },
): Promise<FindResult> {
  const isOurs = matcher(rooms, { message, id });
  const look = { isOurs, since, signal };
  const channel = rooms.threads.channelOf(address);
  try {
    return await lookIn(rooms, channel, look);
  } catch (thrown) {
    if (codeOf(thrown) !== UNKNOWN_CHANNEL)
      return { outcome: "unknown", reason: reasonOf(thrown, rooms) };
  }
  if (channel === address.chat || !rooms.options.openThreads) return { outcome: "absent" };
  try {
    // A thread that could not be opened: its channel was spoken in.
    return await lookIn(rooms, address.chat, look);
  } catch (thrown) {
    return { outcome: "unknown", reason: reasonOf(thrown, rooms) };
  }
}

async function lookIn(
  rooms: FindRooms,
  channel: string,
  look: {
    readonly isOurs: (one: ApiMessage) => boolean;
    readonly since: number;
    readonly signal: AbortSignal;
  },
): Promise<FindResult> {
  const { isOurs, since, signal } = look;
  let after = snowflakeAt(since - SKEW_MS);
  for (let page = 0; page < PAGES; page += 1) {
    const messages = await readPage(rooms, channel, { after, signal });
    const found = messages.find(isOurs);
    if (found !== undefined) return { outcome: "found", externalId: externalIdOf(rooms, found) };
    if (page === 0 && messages.length === 0) return judgeSilence(rooms, channel, signal);
    if (messages.length < PER_PAGE) return { outcome: "absent" };
    after = messages[0]?.id ?? after;
  }
  return { outcome: "unknown", reason: "too much was written there since" };
}

function reasonOf(thrown: unknown, parts: OutboundParts): string {
  const failure = toFailure(thrown, parts);
  return "reason" in failure ? failure.reason : "Discord wants fewer calls";
}

/** The answer that an earlier life of this process gave to a slash command, or null. */
export async function findEarlierAnswer(
  rooms: FindRooms,
  address: Address,
  wanted: {
    readonly interaction: string;
    readonly message: OutboundMessage;
    readonly id: OutboxId;
    readonly signal: AbortSignal;
  },
): Promise<ApiMessage | null> {
  const isOurs = matcher(rooms, wanted);
  const { interaction, signal } = wanted;
  try {
    const channel = rooms.threads.channelOf(address);
    const messages = await readPage(rooms, channel, { after: interaction, signal });
    const answers = messages.filter((one) => one.interaction_metadata?.id === interaction);
    return answers.find(isOurs) ?? null;
  } catch {
    return null;
  }
}

/** Newest first, as Discord answers. */
async function readPage(
  { client }: OutboundParts,
  channel: string,
  { after, signal }: { readonly after: string | null; readonly signal: AbortSignal },
): Promise<readonly ApiMessage[]> {
  const query = new URLSearchParams({
    limit: String(PER_PAGE),
    ...(after === null ? {} : { after }),
  });
  return z
    .array(apiMessage)
    .parse(await client.rest.get(Routes.channelMessages(channel), { query, signal }));
}

/** Where the bot may not read the history, Discord shows none instead of refusing. */
async function judgeSilence(
  rooms: FindRooms,
  channel: string,
  signal: AbortSignal,
): Promise<FindResult> {
  if ((await readPage(rooms, channel, { after: null, signal })).length > 0) {
    return { outcome: "absent" };
  }
  const { last_message_id: last } = z
    .object({ last_message_id: z.string().nullish() })
    .parse(await rooms.client.rest.get(Routes.channel(channel), { signal }));
  return last == null
    ? { outcome: "absent" }
    : { outcome: "unknown", reason: "the bot may not read the history of the channel" };
}

const EPOCH_MS = 1_420_070_400_000;

function snowflakeAt(at: number): string {
  return (BigInt(Math.max(0, Math.floor(at) - EPOCH_MS)) << 22n).toString();
}
