import type { Log } from "../log.ts";

import { SluiceError } from "../../sessions/errors.ts";
import type { Chance, Clock } from "../../sessions/clock.ts";
import type { Adapter } from "../adapter.ts";
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
  throw new SluiceError("adapter_refused", `Cannot start ${options.network}`, {
    advice: "remove this network",
  });
}
