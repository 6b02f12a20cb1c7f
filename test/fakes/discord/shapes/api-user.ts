import type { APIGuildMember, APIUser } from "discord-api-types/v10";

import type { Person } from "../people.ts";
import type { GuildState } from "../world/world.ts";
import type { Wire } from "./wire.ts";

export function toApiUser(person: Person): Wire<APIUser> {
  return {
    id: person.id,
    username: person.name.toLowerCase().replaceAll(/[^a-z0-9._]/g, "_"),
    discriminator: person.isBot ? "0001" : "0",
    global_name: person.isBot ? null : person.name,
    avatar: null,
    ...(person.isBot ? { bot: true } : {}),
    public_flags: 0,
  };
}

/** As inside a message: the user stands beside it. */
export function toMemberOf(guild: GuildState, person: Person): Wire<Omit<APIGuildMember, "user">> {
  return {
    nick: null,
    avatar: null,
    banner: null,
    roles: [],
    joined_at: new Date(guild.members.get(person.id) ?? 0).toISOString(),
    premium_since: null,
    communication_disabled_until: null,
    pending: false,
    deaf: false,
    mute: false,
    flags: 0,
  };
}

export function toApiMember(guild: GuildState, person: Person): Wire<APIGuildMember> {
  return { ...toMemberOf(guild, person), user: toApiUser(person) };
}
