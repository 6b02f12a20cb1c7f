import { Routes } from "discord-api-types/v10";

import { textOf } from "../../../sessions/errors.ts";
import type { InboundMessage } from "../../../sessions/message.ts";
import type { AdapterHost } from "../../adapter.ts";
import type { Log } from "../../log.ts";
import type { DiscordOptions } from "../discord-adapter.ts";
import { isTokenRefused } from "../gateway/token-refused.ts";
import { ask } from "./ask.ts";
import type { AskOptions } from "./ask.ts";
import type { Ledger } from "./ledger.ts";
import { addressIn } from "./place.ts";
import type { Place } from "./place.ts";
import { idAt, isAfter, timeOf } from "./snowflake.ts";
import { wireMessage } from "./wire.ts";
import type { WireMessage } from "./wire.ts";

/** A channel in which something was said that we have not seen. */
export interface Absence {
  readonly place: Place;
  /** The last message that is dealt with. */
  readonly after: string;
  /** The last message there is. */
  readonly last: string;
  /** The bot may read what was said before. */
  readonly hasHistory: boolean;
}

export interface LookBackRooms extends AskOptions {
  readonly options: DiscordOptions;
  readonly host: Pick<AdapterHost, "gap" | "unreadable">;
  readonly ledger: Ledger;
  readonly log: Log;
  /** What of it is meant for us, by the same rules as what comes live. */
  toMessage(wire: WireMessage, place: Place): Promise<InboundMessage | null>;
  redact(text: unknown): string;
}

const PAGE = 100;

/** Takes up what was said in a channel while we were away, the oldest first, and says where it had to cut. */
export async function lookBack(
  rooms: LookBackRooms,
  absence: Absence,
  signal: AbortSignal,
): Promise<void> {
  const { place, last } = absence;
  try {
    await takeUp(rooms, absence, signal);
  } catch (thrown) {
    signal.throwIfAborted();
    // Nothing is lost yet: with a valid token it is looked at again.
    if (isTokenRefused(thrown)) throw thrown;
    const reason = rooms.redact(textOf(thrown));
    rooms.log.error({ channel: place.channel, reason }, "cannot look back in a channel");
    await tellGap(rooms, absence, { why: "unread", from: absence.after, about: null });
  }
  await rooms.ledger.accept({ messages: [], marks: [{ place, last }], writes: [] }, signal);
}

async function takeUp(rooms: LookBackRooms, absence: Absence, signal: AbortSignal): Promise<void> {
  const { place, last } = absence;
  const { maxMessages } = rooms.options.backfill;
  if (!absence.hasHistory) {
    const advice = "grant the bot Read Message History in this channel";
    rooms.log.warn({ channel: place.channel, advice }, "cannot look back in a channel");
    return tellGap(rooms, absence, { why: "history", from: absence.after, about: null });
  }
  if (maxMessages === 0) return;
  let after = await skipOld(rooms, absence, signal);
  let taken = 0;
  while (isAfter(last, after)) {
    const page = await readPage(rooms, place, { after, signal });
    const messages = await meantFor(rooms, place, page);
    const kept = messages.slice(0, maxMessages - taken);
    taken += kept.length;
    const cut = messages[kept.length];
    const end = page.at(-1)?.id;
    const reached = cut === undefined ? end : page[page.findIndex((one) => isOf(cut, one)) - 1]?.id;
    const marks = reached === undefined ? [] : [{ place, last: reached }];
    await rooms.ledger.accept({ messages: kept, marks, writes: [] }, signal);
    if (cut !== undefined) {
      return tellGap(rooms, absence, { why: "count", from: reached ?? after, about: null });
    }
    if (end === undefined || page.length < PAGE) return;
    after = end;
  }
}

/** What is older than we look back; tells it when some of that was, or may have been, for us. */
async function skipOld(
  rooms: LookBackRooms,
  absence: Absence,
  signal: AbortSignal,
): Promise<string> {
  const { place, after } = absence;
  const oldest = idAt(rooms.clock.now() - rooms.options.backfill.maxAgeMs);
  if (!isAfter(oldest, after)) return after;
  const page = await readPage(rooms, place, { after, signal });
  const old = page.filter(({ id }) => !isAfter(id, oldest));
  const isAll = old.length < PAGE;
  const about = isAll ? (await meantFor(rooms, place, old)).length : null;
  if (about !== 0) await tellGap(rooms, absence, { why: "age", from: after, until: oldest, about });
  return oldest;
}

/** The oldest first. */
async function readPage(
  rooms: LookBackRooms,
  { channel }: Place,
  { after, signal }: { readonly after: string; readonly signal: AbortSignal },
): Promise<readonly WireMessage[]> {
  const query = new URLSearchParams({ after, limit: String(PAGE) });
  const found = await ask(
    rooms,
    (aborted) => rooms.client.rest.get(Routes.channelMessages(channel), { query, signal: aborted }),
    signal,
  );
  if (!Array.isArray(found)) throw new Error("the answer is no list of messages");
  const all = found.flatMap((one: unknown) => {
    const parsed = wireMessage.safeParse(one);
    if (parsed.success) return [parsed.data];
    rooms.log.error({ channel, error: parsed.error.message }, "cannot read a message");
    rooms.host.unreadable();
    return [];
  });
  return all.toSorted((one, other) => (isAfter(one.id, other.id) ? 1 : -1));
}

async function meantFor(
  rooms: LookBackRooms,
  place: Place,
  page: readonly WireMessage[],
): Promise<readonly InboundMessage[]> {
  const messages: InboundMessage[] = [];
  for (const wire of page) {
    const message = await rooms.toMessage(wire, place);
    if (message !== null) messages.push(message);
  }
  return messages;
}

function isOf(message: InboundMessage, { id }: WireMessage): boolean {
  return message.externalId.endsWith(`:${id}`);
}

interface Cut {
  readonly why: "age" | "count" | "history" | "unread";
  readonly from: string;
  readonly until?: string;
  readonly about: number | null;
}

async function tellGap(
  { host, options, clock }: LookBackRooms,
  { place }: Absence,
  { why, from, until, about }: Cut,
): Promise<void> {
  await host.gap({
    // A right that is missing is told once, not after each absence.
    name: why === "history" ? `history:${place.channel}` : `${why}:${place.channel}:${from}`,
    address: addressIn(place, options),
    from: timeOf(from),
    until: until === undefined ? clock.now() : timeOf(until),
    about,
  });
}
