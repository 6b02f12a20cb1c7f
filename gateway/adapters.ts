import { join } from "node:path";

import type { Logger } from "pino";

import type { Adapter } from "../adapters/adapter.ts";
import { createLocalAdapter } from "../adapters/local/local-adapter.ts";
import { createWebhookDoor } from "./webhook-door.ts";
import type { Chance, Clock } from "../sessions/clock.ts";
import type { Configuration } from "./config/configuration.ts";
import { createTelegramAdapter } from "../adapters/telegram/telegram-adapter.ts";
import { createDiscordAdapter } from "../adapters/discord/discord-adapter.ts";
import { ONLY_ACCOUNT } from "./config/accounts.ts";
import { localToken } from "./config/local-token.ts";

/** The adapters of the configured networks: the one place that knows which folder speaks for which network. */
export function createAdapters(
  settings: Configuration,
  outside: { readonly clock: Clock; readonly chance: Chance; readonly log: Logger },
): readonly Adapter[] {
  const door = createWebhookDoor(settings.webhooks, outside);
  return Object.entries(settings.networks).flatMap(([network, one]): readonly Adapter[] => {
    const accounts = "accounts" in one ? Object.entries(one.accounts) : [];
    switch (one.adapter) {
      case "local":
        return [
          createLocalAdapter({
            network,
            account: ONLY_ACCOUNT,
            host: one.host,
            port: one.port,
            token: (one.token ?? localToken(settings.stateDir, outside.chance)).reveal(),
            file: join(settings.stateDir, `chat-${network}.sqlite`),
            ...outside,
          }),
        ];
      case "telegram":
        return accounts.map(([account, token]) =>
          createTelegramAdapter({
            network,
            account,
            token: token.reveal(),
            apiRoot: one.apiRoot,
            groups: one.groups,
            quote: one.quote,
            webhook: one.webhook === null ? null : { url: one.webhook.url, door },
            ...outside,
          }),
        );
      case "discord":
        return accounts.map(([account, token]) =>
          createDiscordAdapter({
            network,
            account,
            token: token.reveal(),
            apiRoot: one.apiRoot,
            channels: one.channels,
            openThreads: one.openThreads,
            backfill: one.backfill,
            shards: one.shards,
            ...outside,
          }),
        );
    }
  });
}
