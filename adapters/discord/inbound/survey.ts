import { ApplicationFlags, ChannelType } from "discord-api-types/v10";
import { z } from "zod";

import type { Clock } from "../../../sessions/clock.ts";
import type { KeyedWrite } from "../../../sessions/keyed-values.ts";
import { textOf } from "../../../sessions/errors.ts";
import type { AdapterHost } from "../../adapter.ts";
import type { Log } from "../../log.ts";
import type { BotIdentity } from "../bot-identity.ts";
import { cursorWrite } from "../cursor-write.ts";
import type { DiscordOptions } from "../discord-adapter.ts";
import { INTENT_PAGE } from "../gateway/close-meaning.ts";
import type { SessionRecord } from "../gateway/session-record.ts";
import { roleOf } from "./atlas.ts";
import type { Atlas } from "./atlas.ts";
import type { Backlog } from "./backlog.ts";
import type { Directs } from "./directs.ts";
import type { Ledger, Mark } from "./ledger.ts";
import { sightOf } from "./permissions.ts";
import { listeningIn, toPlace } from "./place.ts";
import type { Place } from "./place.ts";
import { NOTHING } from "./pump.ts";
import type { Reading } from "./pump.ts";
import { idAt, isAfter, justBefore, timeOf } from "./snowflake.ts";
import { wireGuild, wireReady } from "./wire.ts";
import type { WireChannel, WireGuild } from "./wire.ts";

/** After a new session: what there is, and where something was said that we have not seen. */
export interface Survey {
  ready(data: unknown, session: SessionRecord): Promise<Reading>;
  guild(data: unknown): Promise<Reading>;
  stop(): Promise<void>;
}

export interface SurveyRooms {
  readonly shard: number;
  readonly options: Pick<DiscordOptions, "backfill" | "channels">;
  readonly host: Pick<AdapterHost, "cursor">;
  readonly atlas: Atlas;
  readonly backlog: Pick<Backlog, "expect" | "listed" | "add">;
  readonly directs: Directs;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: Log;
  bot(): string;
  onIdentity(bot: BotIdentity): void;
  /** What is there is stored: from here on nothing that is said is taken for older than us. */
  onListed(): void;
}

export const BOT_KEY = "bot";
/** Epoch ms: since when this bot is served at all. */
const SINCE_KEY = "since";
const READS_CONTENT =
  ApplicationFlags.GatewayMessageContent | ApplicationFlags.GatewayMessageContentLimited;

/** Their last message is the last thread in them. */
const HAS_NO_MESSAGES: ReadonlySet<number> = new Set([
  ChannelType.GuildCategory,
  ChannelType.GuildDirectory,
  ChannelType.GuildForum,
  ChannelType.GuildMedia,
]);

export function createSurvey(rooms: SurveyRooms): Survey {
  const { atlas, backlog, ledger, host, clock, log } = rooms;
  const stopping = new AbortController();
  const under = new Set<Promise<void>>();
  const unlisted = new Set<string>();

  async function surveyDirects(since: number): Promise<void> {
    try {
      const writes: KeyedWrite[] = [];
      for (const { user, channel } of await rooms.directs.list(stopping.signal)) {
        const write = await rooms.directs.note(user, channel.id);
        if (write !== null) writes.push(write);
        const place: Place = { kind: "direct", channel: channel.id };
        const known = (await ledger.mark(channel.id))?.last ?? idAt(since);
        addAbsence({ place, channel, after: known, hasHistory: true });
      }
      await ledger.accept({ messages: [], marks: [], writes }, stopping.signal);
      backlog.listed("direct");
    } catch (thrown) {
      if (!stopping.signal.aborted)
        log.error({ error: textOf(thrown) }, "direct channels not listed");
    }
  }

  function addAbsence({
    channel,
    ...absence
  }: {
    readonly place: Place;
    readonly channel: WireChannel;
    readonly after: string;
    readonly hasHistory: boolean;
  }): void {
    const { last_message_id: last } = channel;
    if (last === undefined || last === null || !isAfter(last, absence.after)) return;
    backlog.add({ ...absence, last });
  }

  /** Where to look from, or null: the channel begins for us now. */
  async function startOf(place: Place, listedAt: number | null): Promise<string | null> {
    // A post's first message has its thread's id.
    const beginning = justBefore(place.channel);
    const known = await ledger.mark(place.channel);
    if (known !== null) return known.last ?? beginning;
    const isNew = listedAt !== null && timeOf(place.channel) > listedAt;
    return isNew ? beginning : null;
  }

  async function surveyGuild(guild: WireGuild): Promise<readonly Mark[]> {
    const bot = rooms.bot();
    const listedAt = (await atlas.guild(guild.id))?.listedAt ?? null;
    const marks: Mark[] = [];
    for (const channel of [...guild.channels, ...guild.threads]) {
      atlas.remember(channel, guild.id);
      const place = toPlace(channel, guild.id);
      if (place === null || HAS_NO_MESSAGES.has(channel.type)) continue;
      if (listeningIn(place, rooms.options.channels) === "off") continue;
      const { isVisible, hasHistory } = sightOf(guild, channel, bot);
      if (!isVisible) continue;
      const after = await startOf(place, listedAt);
      // Also where we begin to look: after a crash, a channel that is new now is not new any more.
      marks.push({ place, last: after ?? channel.last_message_id ?? null });
      if (after !== null) addAbsence({ place, channel, after, hasHistory });
    }
    return marks;
  }

  return {
    async ready(data) {
      const { user, application, guilds } = wireReady.parse(data);
      const identity = { id: user.id, applicationId: application.id, name: user.username };
      rooms.onIdentity(identity);
      if ((application.flags & READS_CONTENT) === 0) {
        log.warn({ page: INTENT_PAGE }, "Discord hides what people write without naming the bot");
      }
      unlisted.clear();
      for (const { id } of guilds) {
        unlisted.add(id);
        backlog.expect(`guild:${id}`);
      }
      const since = z.number().safeParse(await host.cursor(SINCE_KEY));
      if (rooms.shard === 0 && since.success) {
        backlog.expect("direct");
        const survey = surveyDirects(since.data).finally(() => under.delete(survey));
        under.add(survey);
      }
      const first = since.success ? [] : [cursorWrite(SINCE_KEY, clock.now())];
      return {
        ...NOTHING,
        writes: [cursorWrite(BOT_KEY, identity), ...first],
        stored: () => {
          if (unlisted.size === 0) rooms.onListed();
        },
      };
    },
    async guild(data) {
      const guild = wireGuild.parse(data);
      if (guild.unavailable === true) return NOTHING;
      const marks = await surveyGuild(guild);
      // As it is read: what it adds, and the sequence, are stored in one commit.
      backlog.listed(`guild:${guild.id}`);
      const note = { role: roleOf(guild.roles, rooms.bot()), listedAt: clock.now() };
      return {
        ...NOTHING,
        marks,
        writes: [atlas.noteGuild(guild.id, note)],
        stored: () => {
          if (unlisted.delete(guild.id) && unlisted.size === 0) rooms.onListed();
        },
      };
    },
    async stop() {
      stopping.abort();
      await Promise.all(under);
    },
  };
}
