import { join } from "node:path";

import type { Chance } from "../../sessions/clock.ts";
import { keptToken } from "./kept-token.ts";
import type { Secret } from "./secret.ts";

export function consoleTokenFile(stateDir: string): string {
  return join(stateDir, "console-token");
}

/** The key to the console. Who removes the file and restarts the gateway has a new one, and ends all visits. */
export function consoleToken(stateDir: string, chance: Chance): Secret {
  return keptToken(
    {
      file: consoleTokenFile(stateDir),
      opens: "the console",
      advice: "check who owns the state directory, or set console.enabled to false",
    },
    chance,
  );
}
