import { join } from "node:path";

import type { Logger } from "pino";

import type { Adapter } from "../adapters/adapter.ts";
import { createLocalAdapter } from "../adapters/local/local-adapter.ts";
import { createWebhookDoor } from "./webhook-door.ts";
import type { Chance, Clock } from "../sessions/clock.ts";
import { ONLY_ACCOUNT } from "./config/accounts.ts";
import { localToken } from "./config/local-token.ts";
import type { SupervisorEnvironment } from "./config/supervisor-environment.ts";
import type { LiveConfiguration } from "./reload/live-configuration.ts";

/**
 * The adapters of the configured networks: the one place that knows which folder speaks for which network. A
 * network's library is loaded only where it is configured: it would cost every other start its time and memory.
 */
export async function createAdapters(
  { settings, hearing }: Pick<LiveConfiguration, "settings" | "hearing">,
  parts: {
    readonly clock: Clock;
    readonly chance: Chance;
    readonly log: Logger;
    readonly supervisor: SupervisorEnvironment;
  },
): Promise<readonly Adapter[]> {
  const { supervisor, ...outside } = parts;
  const [descriptor = null] = supervisor.descriptors["webhooks"] ?? [];
  const door = createWebhookDoor({ ...settings.webhooks, descriptor }, outside);
  const adapters: Adapter[] = [];
  for (const [network, one] of Object.entries(settings.networks)) {
    const accounts = "accounts" in one ? Object.entries(one.accounts) : [];
    switch (one.adapter) {
      case "local":
        adapters.push(
          createLocalAdapter({
            network,
            account: ONLY_ACCOUNT,
            host: one.host,
            port: one.port,
            token: (one.token ?? localToken(settings.stateDir, outside.chance)).reveal(),
            file: join(settings.stateDir, `chat-${network}.sqlite`),
            ...outside,
          }),
        );
        break;
      case "telegram": {
        const { createTelegramAdapter } = await import("../adapters/telegram/telegram-adapter.ts");
        const { apiRoot, quote } = one;
        const webhook = one.webhook === null ? null : { url: one.webhook.url, door };
        for (const [account, token] of accounts) {
          const bot = { network, account, token: token.reveal() };
          const how = { apiRoot, groups: hearing(network), quote, webhook };
          adapters.push(createTelegramAdapter({ ...bot, ...how, ...outside }));
        }
        break;
      }
      case "discord": {
        const { createDiscordAdapter } = await import("../adapters/discord/discord-adapter.ts");
        const { apiRoot, openThreads, backfill, shards } = one;
        for (const [account, token] of accounts) {
          const bot = { network, account, token: token.reveal() };
          const channels = hearing(network);
          const how = { apiRoot, channels, openThreads, backfill, shards };
          adapters.push(createDiscordAdapter({ ...bot, ...how, ...outside }));
        }
        break;
      }
    }
  }
  return adapters;
}
