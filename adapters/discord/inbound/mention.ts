import type { Place } from "./place.ts";
import type { WireMessage } from "./wire.ts";

/** Who is meant when the bot is meant. */
export interface Me {
  readonly id: string;
  /** The role that Discord made for the bot in this server. */
  readonly role: string | null;
}

/** Whether what was said in a server is meant for the bot: it is named, answered, or the thread is its own. */
export function isMeant(message: WireMessage, place: Place, me: Me): boolean {
  if (place.kind === "direct") return true;
  if (message.mentions.some((user) => user.id === me.id)) return true;
  if (me.role !== null && message.mention_roles.includes(me.role)) return true;
  if (message.referenced_message?.author.id === me.id) return isAnswer(message);
  return place.kind === "thread" && place.owner === me.id;
}

/** A message that is passed on also refers to one, and answers nothing. */
export function isAnswer({ message_reference: reference }: WireMessage): boolean {
  return reference !== undefined && reference !== null && reference.type === 0;
}

/** The bot's name at the beginning is no part of what is said. */
export function withoutName(text: string, { id, role }: Me): string {
  const names = [`<@${id}>`, `<@!${id}>`, ...(role === null ? [] : [`<@&${role}>`])];
  let rest = text.trimStart();
  for (;;) {
    const name = names.find((one) => rest.startsWith(one));
    if (name === undefined) break;
    rest = rest.slice(name.length).replace(/^[\s,:]+/, "");
  }
  return rest;
}
