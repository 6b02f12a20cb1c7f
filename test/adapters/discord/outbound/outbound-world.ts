import { WebSocketManager, WebSocketShardEvents } from "@discordjs/ws";
import { GatewayDispatchEvents, GatewayIntentBits, InteractionType } from "discord-api-types/v10";
import { expect, vi } from "vitest";

import { createDiscordClient } from "../../../../adapters/discord/client.ts";
import type { DiscordClient } from "../../../../adapters/discord/client.ts";
import type { DiscordOptions } from "../../../../adapters/discord/discord-adapter.ts";
import { formatExternalId } from "../../../../adapters/discord/external-id.ts";
import { createInteractions } from "../../../../adapters/discord/interactions.ts";
import type { Interaction, Interactions } from "../../../../adapters/discord/interactions.ts";
import { createDiscordOutbound } from "../../../../adapters/discord/outbound/outbound.ts";
import type { DiscordOutbound } from "../../../../adapters/discord/outbound/outbound.ts";
import type { OutboxId } from "../../../../sessions/ids.ts";
import type { Address, OutboundMessage } from "../../../../sessions/message.ts";
import { realChance, realClock } from "../../../../sessions/real-time.ts";
import type { FakeDiscord, FakeDiscordOptions } from "../../../fakes/discord/fake-discord.ts";
import { startFakeDiscord } from "../../../fakes/discord/start-fake-discord.ts";

/** What goes out of one life of an adapter, to a fake Discord that outlives it. */
export interface OutboundWorld {
  readonly discord: FakeDiscord;
  readonly outbound: DiscordOutbound;
  readonly client: DiscordClient;
  readonly interactions: Interactions;
  /** Every log line as text. */
  readonly logged: string[];
  /** How often the token was told to be refused. */
  readonly revoked: () => number;
  /** The home channel, or another place. */
  address(place?: Partial<Address>): Address;
  /** As the next process has it: nothing is remembered. */
  reborn(options?: Partial<DiscordOptions>): OutboundWorld;
  /** The calls of one route so far. */
  calls(method: string, route: string): FakeDiscord["records"]["calls"];
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly discord?: FakeDiscordOptions;
  readonly options?: Partial<DiscordOptions>;
}

export async function startOutboundWorld(wanted: WorldOptions = {}): Promise<OutboundWorld> {
  const discord = await startFakeDiscord({ rateLimits: "off", ...wanted.discord });
  const ends: (() => void)[] = [];
  const logged: string[] = [];
  const life = (more: Partial<DiscordOptions> = {}): OutboundWorld => {
    const write =
      (level: string) =>
      (fields: object, text: string): void =>
        void logged.push(`${level} ${text} ${JSON.stringify(fields)}`);
    const options: DiscordOptions = {
      network: "discord",
      account: "main",
      token: discord.token,
      apiRoot: discord.api,
      channels: {},
      openThreads: false,
      backfill: { maxAgeMs: 0, maxMessages: 0 },
      shards: { total: null, ids: null },
      clock: realClock,
      chance: realChance,
      log: { info: write("info"), warn: write("warn"), error: write("error") },
      ...wanted.options,
      ...more,
    };
    const client = createDiscordClient(options);
    ends.push(() => client.close());
    const interactions = createInteractions(options.clock);
    const { bot, applicationId } = discord;
    let revoked = 0;
    const outbound = createDiscordOutbound({
      client,
      options,
      interactions,
      bot: () => ({ id: bot.id, applicationId, name: bot.name }),
      onRevoked: () => void (revoked += 1),
    });
    return {
      discord,
      outbound,
      client,
      interactions,
      logged,
      revoked: () => revoked,
      address: (place) => ({
        network: options.network,
        account: options.account,
        chat: discord.home.channel,
        thread: null,
        ...place,
      }),
      reborn: life,
      calls: (method, route) =>
        discord.records.calls.filter((call) => call.method === method && call.route === route),
      async close() {
        for (const end of ends) end();
        await discord.close();
      },
    };
  };
  return life();
}

export const MESSAGES = "/channels/:channel/messages";
export const MESSAGE = "/channels/:channel/messages/:message";
export const CALLBACK = "/interactions/:interaction/:token/callback";

export function words(text: string, more: Partial<OutboundMessage> = {}): OutboundMessage {
  return { text, buttons: [], file: null, replyTo: null, ...more };
}

let rows = 0;

/** Options of a send; the same row when `id` is given. */
export function row(
  id = `out_${String((rows += 1)).padStart(21, "0")}`,
  signal: AbortSignal = new AbortController().signal,
): { readonly id: OutboxId; readonly uncertain: boolean; readonly signal: AbortSignal } {
  return { id: id as OutboxId, uncertain: false, signal };
}

/** Sends, and expects that it was. Returns the external id and Discord's own. */
export async function sent(
  { outbound, address }: OutboundWorld,
  message: OutboundMessage,
  to: Partial<Address> = {},
): Promise<{ readonly externalId: string; readonly id: string }> {
  const result = await outbound.send(address(to), message, row());
  if (result.outcome !== "sent") throw new Error(JSON.stringify(result));
  return { externalId: result.externalId, id: result.externalId.split(":")[2] ?? "" };
}

/** The external id of what somebody said. */
export function said({ discord }: OutboundWorld, message: string, channel?: string): string {
  const bot = discord.bot.id;
  return formatExternalId({
    kind: "message",
    bot,
    channel: channel ?? discord.home.channel,
    id: message,
  });
}

/** Hears commands and presses over a real socket. */
export async function hearInteractions(world: OutboundWorld): Promise<{
  next(): Promise<Interaction>;
  close(): Promise<void>;
}> {
  const { discord, client } = world;
  const heard: Interaction[] = [];
  const sockets = new WebSocketManager({
    token: discord.token,
    intents: GatewayIntentBits.Guilds,
    rest: client.rest,
  });
  sockets.on(WebSocketShardEvents.Dispatch, (event) => {
    if (event.t !== GatewayDispatchEvents.InteractionCreate) return;
    const { id, token, type, channel } = event.d;
    const externalId = formatExternalId({ kind: "interaction", bot: discord.bot.id, id });
    const kind = type === InteractionType.ApplicationCommand ? "command" : "button";
    const at = Number((BigInt(id) >> 22n) + 1_420_070_400_000n);
    heard.push({ externalId, id, token, kind, at, channel: channel?.id ?? "" });
  });
  sockets.on(WebSocketShardEvents.Error, () => undefined);
  await sockets.connect();
  return {
    async next() {
      await vi.waitFor(() => expect(heard.length).toBeGreaterThan(0));
      const [first] = heard.splice(0, 1);
      if (first === undefined) throw new Error("nothing was heard");
      return first;
    },
    close: async () => sockets.destroy(),
  };
}
