import { z } from "zod";

import { sleep } from "../../../sessions/clock.ts";
import type { Clock } from "../../../sessions/clock.ts";
import type { KeyedWrite } from "../../../sessions/keyed-values.ts";
import { textOf } from "../../../sessions/errors.ts";
import type { InboundMessage } from "../../../sessions/message.ts";
import type { AdapterHost, Receipt } from "../../adapter.ts";
import type { Log } from "../../log.ts";
import { cursorWrite } from "../cursor-write.ts";
import type { Place } from "./place.ts";
import { laterOf } from "./snowflake.ts";

/** How far a channel is dealt with: its last message that is stored, or was left out on purpose. */
export interface Mark {
  readonly place: Place;
  /** Null: nothing was ever said there. */
  readonly last: string | null;
}

export interface Entry {
  readonly messages: readonly InboundMessage[];
  readonly marks: readonly Mark[];
  readonly writes: readonly KeyedWrite[];
}

/** What is stored of Discord: messages and, in the same commit, how far we are. */
export interface Ledger {
  mark(channel: string): Promise<Mark | null>;
  /** Where something was said lately, the latest first. */
  recent(): readonly Place[];
  /** Waits out a store that fails; rejects only when `signal` is aborted. */
  accept(entry: Entry, signal: AbortSignal): Promise<readonly Receipt[]>;
}

const direct = z.object({ kind: z.literal("direct"), channel: z.string() });
const channel = direct.extend({ kind: z.literal("channel"), guild: z.string() });
const thread = channel.extend({
  kind: z.literal("thread"),
  parent: z.string(),
  owner: z.string().nullable(),
});
const shape = z.object({
  place: z.discriminatedUnion("kind", [direct, channel, thread]),
  last: z.string().regex(/^\d+$/).nullable(),
});

const FIRST_MS = 200;
const LONGEST_MS = 5_000;
const MOST_RECENT = 50;

export function createLedger({
  host,
  clock,
  log,
}: {
  readonly host: AdapterHost;
  readonly clock: Clock;
  readonly log: Log;
}): Ledger {
  const known = new Map<string, Mark>();
  let recent: readonly Place[] = [];

  async function mark(channelId: string): Promise<Mark | null> {
    const found = known.get(channelId);
    if (found !== undefined) return found;
    const stored = shape.safeParse(await host.cursor(markKey(channelId)));
    if (!stored.success) return null;
    // Another reading may have been quicker, and a write may have come between.
    const latest = known.get(channelId) ?? stored.data;
    known.set(channelId, latest);
    return latest;
  }

  /** A mark never goes back. */
  async function forward(marks: readonly Mark[]): Promise<Map<string, Mark>> {
    const next = new Map<string, Mark>();
    for (const { place, last } of marks) {
      const before = next.get(place.channel) ?? (await mark(place.channel));
      const others = [before?.last ?? null, last].filter((one) => one !== null);
      const latest = others.length === 0 ? null : others.reduce(laterOf);
      next.set(place.channel, { place, last: latest });
    }
    return next;
  }

  /** Only channels where people speak with us: in a busy one that is all the rest. */
  function noteRecent(messages: readonly InboundMessage[], moved: ReadonlyMap<string, Mark>): void {
    const spoken = messages.flatMap(({ address: { chat, thread } }) => {
      const mark = moved.get(thread ?? chat) ?? moved.get(chat);
      return mark === undefined ? [] : [mark.place];
    });
    if (spoken.length === 0) return;
    const channels = new Set(spoken.map((place) => place.channel));
    const others = recent.filter((place) => !channels.has(place.channel));
    const latest = new Map(spoken.toReversed().map((place) => [place.channel, place]));
    recent = [...latest.values(), ...others].slice(0, MOST_RECENT);
  }

  return {
    mark,
    recent: () => recent,
    async accept({ messages, marks, writes }, signal) {
      const moved = await forward(marks);
      const cursors = new Map(writes.map((write) => [write.key, write]));
      for (const [id, one] of moved) cursors.set(markKey(id), cursorWrite(markKey(id), one));
      if (messages.length === 0 && cursors.size === 0) return [];
      for (let pause = FIRST_MS; ; pause = Math.min(pause * 2, LONGEST_MS)) {
        signal.throwIfAborted();
        try {
          const receipts = await host.accept(messages, [...cursors.values()]);
          for (const [id, one] of moved) known.set(id, one);
          noteRecent(messages, moved);
          return receipts;
        } catch (thrown) {
          log.error({ error: textOf(thrown), inMs: pause }, "cannot store what came from Discord");
          await sleep(clock, pause, signal);
        }
      }
    },
  };
}

function markKey(channelId: string): string {
  return `channel:${channelId}`;
}
