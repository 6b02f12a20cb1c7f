import { z } from "zod";

import { name } from "./amounts.ts";
import { secretReference } from "./secret.ts";

/** One bot, or several by a name of one's own. Session keys carry the name: `main` when there is one bot. */
export const bots = {
  token: secretReference.optional().describe("Where the bot's token is found, when there is one."),
  accounts: z
    .record(name, z.strictObject({ token: secretReference }))
    .optional()
    .describe("Several bots in this network, by a name of yours, each with its token."),
};

/** The name of the only bot. */
export const ONLY_ACCOUNT = "main";

interface Bots {
  readonly token?: unknown;
  readonly accounts?: Readonly<Record<string, unknown>> | undefined;
}

/** Exactly one of the two ways to name bots, and at least one bot. */
export function hasBots(network: Bots): boolean {
  const count = Object.keys(network.accounts ?? {}).length;
  return network.token === undefined ? count > 0 : network.accounts === undefined;
}

export const HAS_BOTS = {
  error: "either token: (one bot) or accounts: (several, each with token:)",
};
