import type { Log } from "../log.ts";

import type { Chance, Clock } from "../../sessions/clock.ts";
import type { Adapter } from "../adapter.ts";
import { startLink } from "./discord-link.ts";
import type { DiscordLink } from "./discord-link.ts";
import { DISCORD_CAPABILITIES } from "./outbound/capabilities.ts";

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
  let link: DiscordLink | null = null;
  let closing: Promise<void> | null = null;

  /** A connect that was refused leaves nothing behind; it has told its state. */
  async function abandon(thrown: unknown): Promise<never> {
    await close({ isTold: false });
    throw thrown;
  }

  function close({ isTold }: { readonly isTold: boolean }): Promise<void> {
    const open = link;
    if (open === null) return Promise.resolve();
    closing ??= open.stop({ isTold }).finally(() => {
      link = null;
      closing = null;
    });
    return closing;
  }

  return {
    network: options.network,
    account: options.account,
    capabilities: DISCORD_CAPABILITIES,
    async connect(host, signal) {
      await closing;
      link ??= startLink(options, host);
      const { opened } = link;
      const cancel = (): void => void close({ isTold: true });
      signal.addEventListener("abort", cancel);
      try {
        if (signal.aborted) cancel();
        await opened.catch(abandon);
      } finally {
        signal.removeEventListener("abort", cancel);
      }
    },
    disconnect: () => close({ isTold: true }),
    send: async (address, message, more) =>
      (await link?.outbound.send(address, message, more)) ?? NOT_CONNECTED,
    edit: async (address, externalId, message, more) =>
      (await link?.outbound.edit(address, externalId, message, more)) ?? NOT_CONNECTED,
    typing: async (address) => link?.outbound.typing(address),
    fetch: async (attachment, more) =>
      (await link?.outbound.fetch(attachment, more)) ?? { outcome: "failed", reason: AWAY },
    menuChanged: () => link?.menuChanged(),
    direct: async (user, signal) => (await link?.outbound.direct(user, signal)) ?? null,
    find: async (address, message, more) =>
      (await link?.outbound.find(address, message, more)) ?? { outcome: "unknown", reason: AWAY },
  };
}

const AWAY = "Discord is not connected";
const NOT_CONNECTED = { outcome: "not_sent", reason: AWAY } as const;
