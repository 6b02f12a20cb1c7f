import type { APIGatewayBotInfo } from "discord-api-types/v10";
import { z } from "zod";

import { sleep } from "../../sessions/clock.ts";
import { SluiceError, textOf } from "../../sessions/errors.ts";
import type { AdapterHost, AdapterState } from "../adapter.ts";
import type { BotIdentity } from "./bot-identity.ts";
import { createDiscordClient } from "./client.ts";
import type { DiscordOptions } from "./discord-adapter.ts";
import { createIdentifyBudget } from "./gateway/identify-budget.ts";
import { isTokenRefused, TOKEN_ADVICE } from "./gateway/token-refused.ts";
import type { ShardState } from "./gateway/shard.ts";
import { createAtlas } from "./inbound/atlas.ts";
import { createDirects } from "./inbound/directs.ts";
import { createLedger } from "./inbound/ledger.ts";
import { BOT_KEY } from "./inbound/survey.ts";
import { createInteractions } from "./interactions.ts";
import { startLine } from "./line.ts";
import type { Line } from "./line.ts";
import { createDiscordOutbound } from "./outbound/outbound.ts";
import type { DiscordOutbound } from "./outbound/outbound.ts";

/** What stands between a connect and its disconnect. */
export interface DiscordLink {
  readonly outbound: DiscordOutbound;
  /** Resolves when messages flow, or Discord cannot be reached; rejects when a person must mend it. */
  readonly opened: Promise<void>;
  menuChanged(): void;
  stop(how: { readonly isTold: boolean }): Promise<void>;
}

const identityShape = z.object({ id: z.string(), applicationId: z.string(), name: z.string() });
const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;

export function startLink(options: DiscordOptions, host: AdapterHost): DiscordLink {
  const { clock, log } = options;
  const client = createDiscordClient(options);
  const rooms = { client, clock, log, host, options, redact: client.redact };
  const interactions = createInteractions(clock);
  const ledger = createLedger(rooms);
  const atlas = createAtlas({ ...rooms, ledger, bot: () => bot?.id ?? "" });
  const directs = createDirects(rooms);
  const budget = createIdentifyBudget(rooms);
  const outbound = createDiscordOutbound({
    client,
    options,
    interactions,
    bot: () => bot,
    onRevoked: () => void askAgain(),
  });
  const stopping = new AbortController();
  const { signal } = stopping;
  const opening = Promise.withResolvers<void>();
  const states = new Map<number, ShardState>();
  let bot: BotIdentity | null = null;
  let lines: readonly Line[] = [];
  let told: AdapterState = { at: "disconnected" };

  function tell(state: AdapterState): void {
    if (signal.aborted || told.at === "failed") return;
    if (state.at === told.at && state.at !== "retrying") return;
    told = state;
    host.state(state);
    if (state.at === "connected" || state.at === "retrying") opening.resolve();
    if (state.at !== "failed") return;
    const { reason, advice } = state;
    opening.reject(
      new SluiceError("adapter_refused", `Cannot start ${options.network}: ${reason}`, { advice }),
    );
  }

  /** Of all shards the one that is worst off. */
  function tellShards(): void {
    const all = [...states.values()];
    const bad =
      all.find(({ at }) => at === "failed") ??
      all.find(({ at }) => at === "retrying") ??
      all.find(({ at }) => at === "connecting");
    if (bad === undefined) return tell({ at: "connected" });
    if (bad.at !== "up" && bad.at !== "connecting") tell(bad);
  }

  function known(identity: BotIdentity): void {
    const isNew = bot?.id !== identity.id || bot.applicationId !== identity.applicationId;
    bot = identity;
    if (isNew) void outbound.setCommands(host);
  }

  function refused(): void {
    tell({ at: "failed", reason: "Discord refuses the bot's token (401)", advice: TOKEN_ADVICE });
  }

  /** One answer of 401 may be a passing fault: a second one, to the simplest question, is not. */
  async function askAgain(): Promise<void> {
    try {
      await budget.information(signal);
    } catch (thrown) {
      if (isTokenRefused(thrown)) refused();
    }
  }

  async function ask(): Promise<APIGatewayBotInfo | null> {
    for (let pause = FIRST_MS; !signal.aborted; pause = Math.min(pause * 2, LONGEST_MS)) {
      try {
        return await budget.information(signal);
      } catch (thrown) {
        if (signal.aborted) return null;
        if (isTokenRefused(thrown)) {
          refused();
          return null;
        }
        const reason = `cannot reach Discord: ${client.redact(textOf(thrown))}`;
        log.warn({ reason, inMs: pause }, "Discord not reached");
        tell({ at: "retrying", reason, inMs: pause });
        await sleep(clock, pause / 2 + options.chance.int(pause / 2), signal);
      }
    }
    return null;
  }

  async function open(): Promise<void> {
    tell({ at: "connecting" });
    const stored = identityShape.safeParse(await host.cursor(BOT_KEY));
    const information = await ask();
    if (information === null || signal.aborted) return;
    if (stored.success) known(stored.data);
    const total = options.shards.total ?? information.shards;
    const ids = options.shards.ids ?? Array.from({ length: total }, (_, id) => id);
    for (const id of ids) states.set(id, { at: "connecting" });
    lines = await Promise.all(
      ids.map((id) =>
        startLine({
          ...rooms,
          id,
          total,
          information,
          budget,
          ledger,
          atlas,
          directs,
          interactions,
          bot: () => bot,
          onIdentity: known,
          onState(state) {
            states.set(id, state);
            tellShards();
          },
          acknowledge: (interaction, receipt) => outbound.acknowledge(interaction, receipt),
        }),
      ),
    );
  }

  const opened = open().catch((thrown: unknown) => opening.reject(thrown));
  let stopped: Promise<void> | null = null;
  return {
    outbound,
    opened: opening.promise,
    menuChanged() {
      // Before we know who we are, the first commands are still to come.
      if (bot !== null && !signal.aborted) void outbound.setCommands(host);
    },
    stop({ isTold }) {
      stopped ??= (async () => {
        stopping.abort();
        outbound.stop();
        await opened;
        await Promise.all(lines.map((line) => line.stop()));
        client.close();
        opening.resolve();
        if (isTold) host.state({ at: "disconnected" });
      })();
      return stopped;
    },
  };
}
