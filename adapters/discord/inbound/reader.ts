import { z } from "zod";

import type { KeyedWrite } from "../../../sessions/keyed-values.ts";
import type { InboundMessage } from "../../../sessions/message.ts";
import type { Receipt } from "../../adapter.ts";
import type { DiscordOptions } from "../discord-adapter.ts";
import type { Arrival } from "../gateway/arrival.ts";
import type { Interaction, Interactions } from "../interactions.ts";
import type { Atlas } from "./atlas.ts";
import type { Backlog } from "./backlog.ts";
import type { Directs } from "./directs.ts";
import { listeningIn } from "./place.ts";
import type { Place } from "./place.ts";
import { NOTHING } from "./pump.ts";
import type { Reading } from "./pump.ts";
import type { Survey } from "./survey.ts";
import { toMessage } from "./to-message.ts";
import { toPress } from "./to-press.ts";
import { wireChannel, wireInteraction, wireMessage } from "./wire.ts";
import type { WireMessage } from "./wire.ts";

/** From Discord's events to what they mean for us. */
export interface Reader {
  read(arrival: Arrival, signal: AbortSignal): Promise<Reading>;
  /** Null: nothing was said before it that we still have to look for. */
  hold(arrival: Arrival): Promise<void> | null;
  toMessage(wire: WireMessage, where: MessageOrigin): Promise<InboundMessage | null>;
}

interface MessageOrigin {
  readonly place: Place;
  readonly isLate: boolean;
  readonly isEdit: boolean;
  readonly signal: AbortSignal;
}

export interface ReaderRooms {
  readonly options: DiscordOptions;
  readonly atlas: Atlas;
  readonly backlog: Pick<Backlog, "isOpen" | "settled">;
  readonly directs: Directs;
  readonly interactions: Interactions;
  readonly survey: Survey;
  bot(): string;
  acknowledge(interaction: Interaction, receipt: Receipt): Promise<void>;
}

export function createReader(rooms: ReaderRooms): Reader {
  const { options, atlas, backlog } = rooms;

  async function said(
    data: unknown,
    { isEdit, signal }: { readonly isEdit: boolean; readonly signal: AbortSignal },
  ): Promise<Reading> {
    const wire = wireMessage.parse(data);
    const hint = { channel: wire.channel_id, guild: wire.guild_id, type: wire.channel_type };
    const place = await atlas.place(hint, signal);
    if (place === null) return NOTHING;
    const message = await toOurs(wire, { place, isEdit, isLate: false, signal });
    const isMarked = !isEdit && !backlog.isOpen(place);
    return {
      messages: message === null ? [] : [message],
      marks: isMarked ? [{ place, last: wire.id }] : [],
      writes: message === null ? [] : await noteDirect(message.sender.id, place),
    };
  }

  async function toOurs(
    wire: WireMessage,
    { place, isEdit, isLate, signal }: MessageOrigin,
  ): Promise<InboundMessage | null> {
    const isRoleNamed = place.kind !== "direct" && wire.mention_roles.length > 0;
    const role = isRoleNamed ? await atlas.role(place.guild, signal) : null;
    return toMessage(wire, { me: { id: rooms.bot(), role }, place, options, isLate, isEdit });
  }

  async function noteDirect(user: string, place: Place): Promise<readonly KeyedWrite[]> {
    if (place.kind !== "direct") return [];
    const write = await rooms.directs.note(user, place.channel);
    return write === null ? [] : [write];
  }

  async function pressed(data: unknown, signal: AbortSignal): Promise<Reading> {
    const wire = wireInteraction.parse(data);
    const channel = wireChannel.safeParse(wire.channel);
    if (channel.success) atlas.remember(channel.data, wire.guild_id);
    const hint = { channel: wire.channel_id, guild: wire.guild_id, type: wire.channel?.type };
    const place = await atlas.place(hint, signal);
    const press = place && toPress(wire, { bot: rooms.bot(), place, options });
    if (place === null || press === null) return NOTHING;
    const { message, interaction } = press;
    if (listeningIn(place, options.channels) === "off") {
      void rooms.acknowledge(interaction, { outcome: "unauthorised" });
      return NOTHING;
    }
    // Before it is stored: the answer may be quicker than we are told that it is.
    rooms.interactions.remember(interaction);
    return {
      messages: [message],
      marks: [],
      writes: await noteDirect(message.sender.id, place),
      stored([receipt]) {
        if (receipt !== undefined) void rooms.acknowledge(interaction, receipt);
      },
    };
  }

  return {
    toMessage: toOurs,
    hold({ type, data }) {
      if (!isMessage(type)) return null;
      const { success, data: at } = whereShape.safeParse(data);
      if (!success) return null;
      const { channel_id: channel, guild_id: guild } = at;
      const place: Place =
        guild === undefined ? { kind: "direct", channel } : { kind: "channel", channel, guild };
      return backlog.settled(place);
    },
    async read({ type, data, session }, signal) {
      switch (type) {
        case "MESSAGE_CREATE":
          return said(data, { isEdit: false, signal });
        case "MESSAGE_UPDATE":
          return said(data, { isEdit: true, signal });
        case "INTERACTION_CREATE":
          return pressed(data, signal);
        case "READY":
          return rooms.survey.ready(data, session);
        case "GUILD_CREATE":
          return rooms.survey.guild(data);
        case "CHANNEL_CREATE":
        case "CHANNEL_UPDATE":
        case "THREAD_CREATE":
        case "THREAD_UPDATE":
          atlas.remember(wireChannel.parse(data));
          return NOTHING;
        case "CHANNEL_DELETE":
        case "THREAD_DELETE":
          atlas.forget(goneShape.parse(data).id);
          return NOTHING;
        default:
          return NOTHING;
      }
    },
  };
}

const whereShape = z.object({ channel_id: z.string(), guild_id: z.string().optional() });
const goneShape = z.object({ id: z.string() });

function isMessage(type: string): boolean {
  return type === "MESSAGE_CREATE" || type === "MESSAGE_UPDATE";
}
