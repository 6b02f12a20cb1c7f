import { Routes } from "discord-api-types/v10";
import { z } from "zod";

import { textOf } from "../../../sessions/errors.ts";
import type { KeyedWrite } from "../../../sessions/keyed-values.ts";
import type { AdapterHost } from "../../adapter.ts";
import type { Log } from "../../log.ts";
import { cursorWrite } from "../cursor-write.ts";
import { ask } from "./ask.ts";
import type { AskOptions } from "./ask.ts";
import { wireChannel } from "./wire.ts";
import type { WireChannel } from "./wire.ts";

/** The direct channels: Discord lists them nowhere, so those of everyone who wrote are kept. */
export interface Directs {
  /** Null: known already. */
  note(user: string, channel: string): Promise<KeyedWrite | null>;
  /** Those of all who wrote, and of all who may; a first message ever is found there, too. */
  list(signal: AbortSignal): Promise<readonly Direct[]>;
}

export interface Direct {
  readonly user: string;
  readonly channel: WireChannel;
}

export interface DirectsOptions extends AskOptions {
  readonly host: Pick<AdapterHost, "cursor" | "people">;
  readonly log: Log;
  redact(text: unknown): string;
}

const KEY = "directs";
/** The latest; who has not written for so long is not expected to just now. */
const MOST = 1_000;

const shape = z.record(z.string(), z.string());

export function createDirects(options: DirectsOptions): Directs {
  const { client, host, log } = options;
  let loaded: Promise<Map<string, string>> | null = null;

  function known(): Promise<Map<string, string>> {
    loaded ??= host.cursor(KEY).then((stored) => {
      const parsed = shape.safeParse(stored);
      return new Map(parsed.success ? Object.entries(parsed.data) : []);
    });
    return loaded;
  }

  async function open(
    user: string,
    channel: string | undefined,
    signal: AbortSignal,
  ): Promise<WireChannel | null> {
    try {
      const found = await ask(
        options,
        (aborted) =>
          channel === undefined
            ? client.rest.post(Routes.userChannels(), {
                body: { recipient_id: user },
                signal: aborted,
              })
            : client.rest.get(Routes.channel(channel), { signal: aborted }),
        signal,
      );
      return wireChannel.parse(found);
    } catch (thrown) {
      signal.throwIfAborted();
      log.warn({ user, reason: options.redact(textOf(thrown)) }, "no direct channel");
      return null;
    }
  }

  return {
    async note(user, channel) {
      const channels = await known();
      if (channels.get(user) === channel) return null;
      channels.delete(user);
      channels.set(user, channel);
      const [oldest] = channels.keys();
      if (channels.size > MOST && oldest !== undefined) channels.delete(oldest);
      return cursorWrite(KEY, Object.fromEntries(channels));
    },
    async list(signal) {
      const channels = await known();
      const users = new Set([...host.people.allowed, ...channels.keys()]);
      const found: Direct[] = [];
      for (const user of users) {
        if (!/^\d+$/.test(user)) continue;
        const channel = await open(user, channels.get(user), signal);
        if (channel !== null) found.push({ user, channel });
      }
      return found;
    },
  };
}
