import { DiscordAPIError } from "@discordjs/rest";

export const PORTAL = "https://discord.com/developers/applications";

export const TOKEN_ADVICE = `copy the token from the Bot page of ${PORTAL} again; Discord resets it when it is found in public or after 1,000 logins a day`;

export function isTokenRefused(thrown: unknown): boolean {
  return thrown instanceof DiscordAPIError && thrown.status === 401;
}
