import { ApplicationFlags, GatewayIntentBits } from "discord-api-types/v10";
import type { GatewayReadyDispatchData } from "discord-api-types/v10";

import { toGuildCreate } from "../shapes/api-guild.ts";
import { toApiUser } from "../shapes/api-user.ts";
import type { Wire } from "../shapes/wire.ts";
import type { World } from "../world/world.ts";
import type { Connection } from "./connection.ts";
import type { Session } from "./session.ts";

interface Greeting {
  readonly intents: number;
  readonly shard: readonly [number, number];
  readonly connection: Connection;
  readonly resumeUrl: string;
  dispatch(session: Session, event: { readonly t: string; readonly d: unknown }): void;
}

/** A new session: READY, then a GUILD_CREATE for each guild of the shard. */
export function greet(
  world: World,
  { intents, shard, connection, resumeUrl, dispatch }: Greeting,
): Session {
  const session: Session = {
    id: Buffer.from(`session-${world.mint()}`).toString("hex").slice(-32),
    shard,
    intents,
    viewer: { hasMessageContent: (intents & GatewayIntentBits.MessageContent) !== 0 },
    sequence: 0,
    delivered: 0,
    kept: [],
    connection,
    lostAt: 0,
  };
  connection.session = session;
  const [id, count] = shard;
  const guilds = [...world.guilds.values()].filter(
    (guild) =>
      guild.members.has(world.bot.id) && (BigInt(guild.id) >> 22n) % BigInt(count) === BigInt(id),
  );
  const ready: Wire<GatewayReadyDispatchData> = {
    v: 10,
    user: { ...toApiUser(world.bot), verified: true, mfa_enabled: true, email: null },
    guilds: guilds.map((guild) => ({ id: guild.id, unavailable: true })),
    session_id: session.id,
    resume_gateway_url: resumeUrl,
    shard: [id, count],
    application: applicationPart(world),
  };
  dispatch(session, { t: "READY", d: { ...ready, session_type: "normal", private_channels: [] } });
  if ((intents & GatewayIntentBits.Guilds) === 0) return session;
  const hasMembers = (intents & GatewayIntentBits.GuildMembers) !== 0;
  for (const guild of guilds) {
    dispatch(session, { t: "GUILD_CREATE", d: toGuildCreate(world, guild, { hasMembers }) });
  }
  return session;
}

function applicationPart(world: World): Wire<GatewayReadyDispatchData["application"]> {
  const flags = applicationFlags(world);
  return { id: world.bot.id, flags, flags_new: String(flags) };
}

/** The `…Limited` flags: granted to a bot in fewer than 100 guilds. */
export function applicationFlags({ granted }: World): number {
  return (
    (granted.messageContent ? ApplicationFlags.GatewayMessageContentLimited : 0) |
    (granted.guildMembers ? ApplicationFlags.GatewayGuildMembersLimited : 0) |
    (granted.presences ? ApplicationFlags.GatewayPresenceLimited : 0)
  );
}
