import { PermissionFlagsBits } from "discord-api-types/v10";

import { isThreadType } from "./place.ts";
import type { WireChannel, WireGuild } from "./wire.ts";

/** What the bot may do with what was said in a channel. */
export interface Sight {
  readonly isVisible: boolean;
  /** Without it Discord answers as if nothing had ever been said. */
  readonly hasHistory: boolean;
}

const ALL: Sight = { isVisible: true, hasHistory: true };
const { Administrator, ViewChannel, ReadMessageHistory } = PermissionFlagsBits;

/** By the rules of Discord: roles first, then the channel's exceptions for everyone, for roles, for the bot. */
export function sightOf(guild: WireGuild, channel: WireChannel, bot: string): Sight {
  const me = guild.members.find(({ user }) => user.id === bot);
  if (me === undefined || guild.owner_id === bot) return ALL;
  const roles = new Set([guild.id, ...me.roles]);
  const held = join(
    guild.roles.filter(({ id }) => roles.has(id)),
    ({ permissions }) => permissions,
  );
  if ((held & Administrator) !== 0n) return ALL;
  // A thread goes by its channel.
  const parent = isThreadType(channel.type)
    ? guild.channels.find(({ id }) => id === channel.parent_id)
    : undefined;
  const { permission_overwrites: exceptions } = parent ?? channel;
  const steps = [
    exceptions.filter(({ id }) => id === guild.id),
    exceptions.filter(({ id }) => id !== guild.id && me.roles.includes(id)),
    exceptions.filter(({ id }) => id === bot),
  ];
  const may = steps.reduce(
    (before, step) => (before & ~join(step, ({ deny }) => deny)) | join(step, ({ allow }) => allow),
    held,
  );
  const isVisible = (may & ViewChannel) !== 0n;
  return { isVisible, hasHistory: isVisible && (may & ReadMessageHistory) !== 0n };
}

function join<One>(all: readonly One[], bits: (one: One) => string): bigint {
  return all.reduce((sum, one) => sum | toBits(bits(one)), 0n);
}

function toBits(text: string): bigint {
  return /^\d+$/.test(text) ? BigInt(text) : 0n;
}
