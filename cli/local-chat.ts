import type { Configuration } from "../gateway/config/configuration.ts";
import { localToken, localTokenFile } from "../gateway/config/local-token.ts";
import { SluiceError } from "../sessions/errors.ts";
import type { Shell } from "./shell.ts";

/** How to reach the local chat. */
export interface LocalChat {
  readonly url: string;
  readonly token: string;
  /** Where a person finds the token. */
  readonly tokenPlace: string;
}

/** Null when the configuration has no local chat. */
export function findLocalChat(shell: Shell, configuration: Configuration): LocalChat | null {
  const [found] = Object.entries(configuration.networks).flatMap(([name, network]) =>
    network.adapter === "local" ? [{ name, network }] : [],
  );
  if (found === undefined) return null;
  const { name, network } = found;
  const url = `http://${urlHost(network.host)}:${network.port}`;
  if (network.token !== null) {
    return { url, token: network.token.reveal(), tokenPlace: `networks.${name}.token` };
  }
  const token = localToken(configuration.stateDir, shell.chance).reveal();
  return { url, token, tokenPlace: localTokenFile(configuration.stateDir) };
}

export function requireLocalChat(shell: Shell, configuration: Configuration): LocalChat {
  const chat = findLocalChat(shell, configuration);
  if (chat !== null) return chat;
  throw new SluiceError("config_invalid", "The configuration has no network with adapter: local", {
    advice: "add one under networks, or talk to the gateway through another network",
  });
}

/** What to ask for to reach a listener on this machine. */
export function urlHost(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}
