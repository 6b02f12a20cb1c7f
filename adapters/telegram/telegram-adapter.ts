import type { Log } from "../log.ts";

import type { Chance, Clock } from "../../sessions/clock.ts";
import type { Adapter } from "../adapter.ts";
import { startTelegramLife } from "./life.ts";
import type { TelegramLife } from "./life.ts";
import { TELEGRAM_CAPABILITIES } from "./outbound/capabilities.ts";
import type { WebhookDoor } from "../webhook-door.ts";

/** Which messages of a group are meant for the bot: those that mention it, all, or none. */
export type Listening = "mention" | "all" | "off";

export interface TelegramOptions {
  readonly network: string;
  readonly account: string;
  readonly token: string;
  /** Of the Bot API, without a slash at its end. */
  readonly apiRoot: string;
  /** By chat id; `*` is every other. */
  readonly groups: Readonly<Record<string, Listening>>;
  /** Whether an answer quotes its question; `auto`: in groups, and where something else was said in between. */
  readonly quote: "auto" | "always" | "never";
  /** Telegram calls us at `url`; null = we ask it. */
  readonly webhook: { readonly url: string; readonly door: WebhookDoor } | null;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
}

/** One Telegram bot. */
export function createTelegramAdapter(options: TelegramOptions): Adapter {
  let opening: Promise<TelegramLife> | null = null;
  let closing: Promise<void> | null = null;
  let life: TelegramLife | null = null;

  return {
    network: options.network,
    account: options.account,
    capabilities: TELEGRAM_CAPABILITIES,

    async connect(host, signal) {
      await closing;
      opening ??= startTelegramLife(options, host, signal);
      try {
        life = await opening;
      } catch (thrown) {
        opening = null;
        throw thrown;
      }
    },

    disconnect() {
      if (opening === null) return Promise.resolve();
      closing ??= opening
        .then(
          (one) => one.stop(),
          () => {},
        )
        .finally(() => {
          opening = null;
          closing = null;
          life = null;
        });
      return closing;
    },

    async send(address, message, sending) {
      return life === null ? NOT_CONNECTED : life.outbound.send(address, message, sending);
    },

    async edit(address, externalId, message, sending) {
      if (life === null) return NOT_CONNECTED;
      return life.outbound.edit(address, externalId, message, sending);
    },

    async typing(address) {
      await life?.outbound.typing(address);
    },

    async fetch(attachment, fetching) {
      if (life === null) return { outcome: "failed", reason: NOT_CONNECTED.reason };
      return life.outbound.fetch(attachment, fetching);
    },

    menuChanged: () => life?.menuChanged(),

    async direct(user, signal) {
      return life === null ? null : life.outbound.direct(user, signal);
    },
  };
}

const NOT_CONNECTED = { outcome: "not_sent", reason: "Telegram is not connected" } as const;
