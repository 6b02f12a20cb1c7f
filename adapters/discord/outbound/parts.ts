import type { BotIdentity } from "../bot-identity.ts";
import type { DiscordClient } from "../client.ts";
import type { DiscordOptions } from "../discord-adapter.ts";
import type { Interactions } from "../interactions.ts";

/** What sending needs of the rest of the adapter. */
export interface OutboundParts {
  readonly client: DiscordClient;
  readonly options: DiscordOptions;
  readonly interactions: Interactions;
  /** Null until Discord has told. */
  bot(): BotIdentity | null;
  /** Discord takes the token no longer. Called at each such answer. */
  onRevoked(): void;
}
