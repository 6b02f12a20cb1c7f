import { consoleToken, consoleTokenFile } from "../gateway/config/console-token.ts";
import type { Secret } from "../gateway/config/secret.ts";
import { urlHost } from "./local-chat.ts";
import type { StatePlaces } from "./settings.ts";
import type { Shell } from "./shell.ts";

/** How to reach the console. */
export interface ConsolePlace {
  /** `http://127.0.0.1:8788/` */
  readonly url: string;
  /** With the token: who has it may do everything. */
  readonly link: string;
  readonly token: Secret;
  readonly tokenPlace: string;
}

/** Null: there is none, or nobody knows its port before the gateway runs. */
export function findConsole(
  shell: Shell,
  { stateDir, http, hasConsole }: Pick<StatePlaces, "stateDir" | "http" | "hasConsole">,
): ConsolePlace | null {
  if (!hasConsole || http.port === null || http.port === 0) return null;
  const url = `http://${urlHost(http.host)}:${http.port}/`;
  const token = consoleToken(stateDir, shell.chance);
  return {
    url,
    link: `${url}?token=${token.reveal()}`,
    token,
    tokenPlace: consoleTokenFile(stateDir),
  };
}
