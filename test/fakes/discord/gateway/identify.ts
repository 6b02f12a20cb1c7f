import { GatewayIntentBits } from "discord-api-types/v10";
import { z } from "zod";

import type { PrivilegedIntents } from "../fake-discord.ts";

export const identifyShape = z.object({
  token: z.string(),
  intents: z.unknown(),
  properties: z.object({ os: z.string(), browser: z.string(), device: z.string() }),
  compress: z.boolean().optional(),
  large_threshold: z.int().min(50).max(250).optional(),
  shard: z.tuple([z.int(), z.int()]).optional(),
});

export const resumeShape = z.object({
  token: z.string(),
  session_id: z.string(),
  seq: z.int(),
});

export type Identify = z.output<typeof identifyShape>;

const KNOWN = Object.values(GatewayIntentBits)
  .filter((bit) => typeof bit === "number")
  .reduce((all, bit) => all | bit, 0);

/** The close code that an IDENTIFY earns, or null when it is right. The token is looked at before. */
export function identifyFault(
  { shard = [0, 1], intents }: Identify,
  granted: PrivilegedIntents,
  requiredShards: number,
): number | null {
  const [id, count] = shard;
  if (id < 0 || count < 1 || id >= count) return 4010;
  if (count < requiredShards) return 4011;
  if (typeof intents !== "number" || !Number.isInteger(intents)) return 4013;
  if (intents < 0 || (intents & ~KNOWN) !== 0) return 4013;
  return (intents & ~allowed(granted)) === 0 ? null : 4014;
}

function allowed({ messageContent, guildMembers, presences }: PrivilegedIntents): number {
  return (
    ~0 &
    ~(messageContent ? 0 : GatewayIntentBits.MessageContent) &
    ~(guildMembers ? 0 : GatewayIntentBits.GuildMembers) &
    ~(presences ? 0 : GatewayIntentBits.GuildPresences)
  );
}
