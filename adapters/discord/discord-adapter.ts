import type { Log } from "../log.ts";

import { SluiceError } from "../../sessions/errors.ts";
import type { Chance, Clock } from "../../sessions/clock.ts";
import type { Adapter } from "../adapter.ts";

/** Which messages of a server are meant for the bot: those that mention it, all, or none. */
export type Listening = "mention" | "all" | "off";

export interface DiscordOptions {
  readonly network: string;
  readonly account: string;
  readonly token: string;
  /** Of the REST API, without the version and without a slash at its end. */
  readonly apiRoot: string;
  /** By channel or server id; `*` is every other. */
  readonly channels: Readonly<Record<string, Listening>>;
  /** A conversation that begins in a server's channel gets a thread of its own. */
  readonly openThreads: boolean;
  /** How far back it looks after an absence. */
  readonly backfill: { readonly maxAgeMs: number; readonly maxMessages: number };
  /** Null: as Discord advises; all of them. */
  readonly shards: { readonly total: number | null; readonly ids: readonly number[] | null };
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
}

/** One Discord bot. */
export function createDiscordAdapter(options: DiscordOptions): Adapter {
  throw new SluiceError("adapter_refused", `Cannot start ${options.network}`, {
    advice: "remove this network",
  });
}
