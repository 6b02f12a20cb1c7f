import { Routes } from "discord-api-types/v10";
import { z } from "zod";

import type { AdapterHost } from "../../adapter.ts";
import type { KeyedWrite } from "../../../sessions/keyed-values.ts";
import { cursorWrite } from "../cursor-write.ts";
import { ask } from "./ask.ts";
import type { AskOptions } from "./ask.ts";
import type { Ledger } from "./ledger.ts";
import { isThreadType, toPlace } from "./place.ts";
import type { Place } from "./place.ts";
import { wireChannel, wireRole } from "./wire.ts";
import type { WireChannel } from "./wire.ts";

/** What is known of a server; a resumed session says nothing of it, so it is kept. */
export interface GuildNote {
  /** The role that Discord made for the bot there. */
  readonly role: string | null;
  /** Epoch ms: when its channels were last listed. */
  readonly listedAt: number;
}

/** Where messages come from. What an event does not say is looked up, last of all at Discord. */
export interface Atlas {
  remember(channel: WireChannel, guild?: string): void;
  forget(channel: string): void;
  /** Null: Discord does not know it, or does not let us see it. */
  place(hint: PlaceHint, signal: AbortSignal): Promise<Place | null>;
  guild(id: string): Promise<GuildNote | null>;
  noteGuild(id: string, note: GuildNote): KeyedWrite;
  /** Asks Discord when nothing is known. */
  role(guild: string, signal: AbortSignal): Promise<string | null>;
}

export interface PlaceHint {
  readonly channel: string;
  readonly guild: string | undefined;
  readonly type: number | undefined;
}

export interface AtlasOptions extends AskOptions {
  readonly host: Pick<AdapterHost, "cursor">;
  readonly ledger: Pick<Ledger, "mark">;
  bot(): string;
}

const noteShape = z.object({ role: z.string().nullable(), listedAt: z.number() });

export function createAtlas(options: AtlasOptions): Atlas {
  const { client, host, ledger } = options;
  const places = new Map<string, Place>();
  const guilds = new Map<string, GuildNote>();
  const roles = new Map<string, string | null>();

  async function lookUp(channel: string, signal: AbortSignal): Promise<Place | null> {
    const found = await ask(
      options,
      (aborted) => client.rest.get(Routes.channel(channel), { signal: aborted }),
      signal,
    );
    return toPlace(wireChannel.parse(found));
  }

  async function guild(id: string): Promise<GuildNote | null> {
    const known = guilds.get(id);
    if (known !== undefined) return known;
    const stored = noteShape.safeParse(await host.cursor(guildKey(id)));
    if (!stored.success) return null;
    guilds.set(id, stored.data);
    return stored.data;
  }

  return {
    remember(channel, id) {
      const place = toPlace(channel, id);
      if (place !== null) places.set(place.channel, place);
    },
    forget: (channel) => void places.delete(channel),
    async place({ channel, guild: id, type }, signal) {
      const known = places.get(channel) ?? ofHint({ channel, guild: id, type });
      const found = known ?? (await ledger.mark(channel))?.place ?? (await lookUp(channel, signal));
      if (found !== null) places.set(channel, found);
      return found;
    },
    guild,
    noteGuild(id, note) {
      guilds.set(id, note);
      return cursorWrite(guildKey(id), note);
    },
    async role(id, signal) {
      const known = (await guild(id))?.role ?? roles.get(id);
      if (known !== undefined) return known;
      const found = await ask(
        options,
        (aborted) => client.rest.get(Routes.guildRoles(id), { signal: aborted }),
        signal,
      );
      const role = roleOf(z.array(wireRole).parse(found), options.bot());
      roles.set(id, role);
      return role;
    },
  };
}

export function roleOf(roles: readonly z.output<typeof wireRole>[], bot: string): string | null {
  return roles.find(({ tags }) => tags?.bot_id === bot)?.id ?? null;
}

/** What the event itself says is enough, unless it is a thread: then its channel is missing. */
function ofHint({ channel, guild, type }: PlaceHint): Place | null {
  if (guild === undefined) return { kind: "direct", channel };
  if (type === undefined || isThreadType(type)) return null;
  return { kind: "channel", channel, guild };
}

function guildKey(id: string): string {
  return `guild:${id}`;
}
