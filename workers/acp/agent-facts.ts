import { z } from "zod";

/** What an agent says of itself in its answer to `initialize`. What it leaves out it cannot do. */
export interface AgentFacts {
  readonly version: number;
  /** As it calls itself; empty = it does not say. */
  readonly name: string;
  readonly canLoad: boolean;
  readonly canResume: boolean;
  readonly takesImages: boolean;
  readonly takesAudio: boolean;
  /** How a person can log in, in the agent's words. */
  readonly logins: readonly string[];
}

const flag = z.boolean().catch(false);
const ability = z
  .unknown()
  .optional()
  .transform((found) => found !== undefined && found !== null);

const FACTS = z.object({
  protocolVersion: z.number(),
  agentInfo: z.object({ name: z.string() }).nullish().catch(null),
  agentCapabilities: z
    .object({
      loadSession: flag,
      promptCapabilities: z.object({ image: flag, audio: flag }).nullish().catch(null),
      sessionCapabilities: z.object({ resume: ability }).nullish().catch(null),
    })
    .nullish()
    .catch(null),
  authMethods: z
    .array(z.object({ name: z.string() }))
    .nullish()
    .catch(null),
});

/** Null: that is no answer to `initialize`. */
export function parseAgentFacts(answer: unknown): AgentFacts | null {
  const found = FACTS.safeParse(answer).data;
  if (found === undefined) return null;
  const able = found.agentCapabilities;
  return {
    version: found.protocolVersion,
    name: found.agentInfo?.name ?? "",
    canLoad: able?.loadSession ?? false,
    canResume: able?.sessionCapabilities?.resume ?? false,
    takesImages: able?.promptCapabilities?.image ?? false,
    takesAudio: able?.promptCapabilities?.audio ?? false,
    logins: (found.authMethods ?? []).map(({ name }) => name),
  };
}
