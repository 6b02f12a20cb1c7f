import { vi } from "vitest";

import type { Adapter } from "../../../adapters/adapter.ts";
import { createDiscordAdapter } from "../../../adapters/discord/discord-adapter.ts";
import type { DiscordOptions } from "../../../adapters/discord/discord-adapter.ts";
import type { Clock } from "../../../sessions/clock.ts";
import { realChance, realClock } from "../../../sessions/real-time.ts";
import type { FakeDiscord, FakeDiscordOptions } from "../../fakes/discord/fake-discord.ts";
import { startFakeDiscord } from "../../fakes/discord/start-fake-discord.ts";
import { createRecordingHost } from "../recording-host.ts";
import type { RecordingHost } from "../recording-host.ts";

/** A Discord, a gateway that remembers, and as many processes one after the other as a test wants. */
export interface DiscordWorld {
  readonly discord: FakeDiscord;
  readonly host: RecordingHost;
  /** Lines of the log, as JSON. */
  readonly logged: string[];
  /** A new process: a new adapter over what was stored. */
  boot(more?: BootOptions): Promise<Adapter>;
  /** Made, and not connected. */
  make(more?: Partial<DiscordOptions>): Adapter;
  /** The process is killed: nothing more of it reaches the store, and its sockets break. */
  kill(adapter: Adapter): Promise<void>;
  texts(): readonly string[];
  close(): Promise<void>;
}

export interface BootOptions extends Partial<DiscordOptions> {
  /** Killed at the commit that stores this text: before it, or after it and before anyone knows. */
  readonly killAt?: { readonly text: string; readonly when: "before" | "after" };
}

export interface WorldOptions extends FakeDiscordOptions {
  /** How many times faster the adapter's clock runs. */
  readonly speed?: number;
}

export async function startWorld({ speed = 1, ...fake }: WorldOptions = {}): Promise<DiscordWorld> {
  const discord = await startFakeDiscord({ rateLimits: "off", ...fake });
  const host = createRecordingHost();
  host.people.allowed.push(discord.home.person.id);
  const logged: string[] = [];
  const line = (fields: object, text: string): void =>
    void logged.push(JSON.stringify({ text, ...fields }));
  const adapters = new Set<Adapter>();
  const cutOff = new Map<Adapter, () => void>();

  function make(more: Partial<DiscordOptions> = {}): Adapter {
    const adapter = createDiscordAdapter({
      network: "discord",
      account: "main",
      token: discord.token,
      apiRoot: discord.api,
      channels: { "*": "mention" },
      openThreads: false,
      backfill: { maxAgeMs: 24 * 60 * 60_000, maxMessages: 200 },
      shards: { total: null, ids: null },
      clock: speed === 1 ? realClock : fasterClock(speed),
      chance: realChance,
      log: { info: line, warn: line, error: line },
      ...more,
    });
    adapters.add(adapter);
    return adapter;
  }

  const world: DiscordWorld = {
    discord,
    host,
    logged,
    make,
    async boot({ killAt, ...more } = {}) {
      const adapter = make(more);
      let isCut = false;
      cutOff.set(adapter, () => (isCut = true));
      const before = host.states.length;
      const never = new Promise<never>(() => {});
      const accept: RecordingHost["accept"] = async (messages, cursors) => {
        if (isCut) return never;
        if (killAt === undefined || !messages.some(({ text }) => text === killAt.text)) {
          return host.accept(messages, cursors);
        }
        if (killAt.when === "after") await host.accept(messages, cursors);
        void world.kill(adapter);
        return never;
      };
      await adapter.connect(
        {
          ...host,
          accept,
          state: (state) => {
            if (!isCut) host.state(state);
          },
        },
        new AbortController().signal,
      );
      await vi.waitFor(() => {
        if (host.states.slice(before).at(-1)?.at !== "connected") throw new Error("not connected");
      }, 10_000);
      return adapter;
    },
    async kill(adapter) {
      cutOff.get(adapter)?.();
      discord.faults.gateway.isDown = true;
      discord.faults.gateway.drop();
      // Its accept never returns, so its disconnect would not, either.
      adapters.delete(adapter);
      void adapter.disconnect();
      await new Promise((resolve) => setTimeout(resolve, 20));
      discord.faults.gateway.isDown = false;
    },
    texts: () => host.stored.map((message) => message.text),
    async close() {
      await Promise.all([...adapters].map((adapter) => adapter.disconnect()));
      await discord.close();
    },
  };
  return world;
}

/** Pauses are shorter, and what is measured is longer; dates stay dates. */
export function fasterClock(speed: number): Clock {
  return {
    now: () => realClock.now(),
    monotonic: () => realClock.monotonic() * speed,
    timer: (ms, action) => realClock.timer(ms / speed, action),
  };
}

export function until(check: () => void | Promise<void>, ms = 5_000): Promise<void> {
  return vi.waitFor(check, { timeout: ms, interval: 5 });
}
