import { join } from "node:path";

import type { Logger } from "pino";

import type { Adapter } from "../adapters/adapter.ts";
import { createLocalAdapter } from "../adapters/local/local-adapter.ts";
import type { Chance, Clock } from "../sessions/clock.ts";
import type { Configuration } from "./config/configuration.ts";
import { localToken } from "./config/local-token.ts";

/** The adapters of the configured networks: the one place that knows which folder speaks for which network. */
export function createAdapters(
  settings: Configuration,
  outside: { readonly clock: Clock; readonly chance: Chance; readonly log: Logger },
): readonly Adapter[] {
  return Object.entries(settings.networks).map(([network, one]) => {
    switch (one.adapter) {
      case "local":
        return createLocalAdapter({
          network,
          account: "main",
          host: one.host,
          port: one.port,
          token: (one.token ?? localToken(settings.stateDir, outside.chance)).reveal(),
          file: join(settings.stateDir, `chat-${network}.sqlite`),
          ...outside,
        });
    }
  });
}
