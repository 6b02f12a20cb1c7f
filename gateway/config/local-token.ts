import { join } from "node:path";

import type { Chance } from "../../sessions/clock.ts";
import { keptToken } from "./kept-token.ts";
import type { Secret } from "./secret.ts";

export function localTokenFile(stateDir: string): string {
  return join(stateDir, "local-token");
}

/** The key to the local chat, where the configuration names none. */
export function localToken(stateDir: string, chance: Chance): Secret {
  return keptToken(
    {
      file: localTokenFile(stateDir),
      opens: "the local chat",
      advice: "check who owns the state directory, or set networks.local.token",
    },
    chance,
  );
}
