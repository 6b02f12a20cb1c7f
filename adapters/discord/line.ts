import type { APIGatewayBotInfo } from "discord-api-types/v10";

import type { AdapterHost, Receipt } from "../adapter.ts";
import type { BotIdentity } from "./bot-identity.ts";
import type { DiscordClient } from "./client.ts";
import type { DiscordOptions } from "./discord-adapter.ts";
import { awaitListing } from "./gateway/await-listing.ts";
import type { IdentifyBudget } from "./gateway/identify-budget.ts";
import { parseSession, sessionKey } from "./gateway/session-record.ts";
import { startShard } from "./gateway/shard.ts";
import type { ShardState } from "./gateway/shard.ts";
import { watchStall } from "./gateway/watch-stall.ts";
import type { Atlas } from "./inbound/atlas.ts";
import { createBacklog } from "./inbound/backlog.ts";
import type { Directs } from "./inbound/directs.ts";
import type { Ledger } from "./inbound/ledger.ts";
import { lookBack } from "./inbound/look-back.ts";
import { startPump } from "./inbound/pump.ts";
import { createReader } from "./inbound/reader.ts";
import { createSurvey } from "./inbound/survey.ts";
import { startSweep } from "./inbound/sweep.ts";
import type { Interaction, Interactions } from "./interactions.ts";

/** One shard, from the socket to the store. */
export interface Line {
  /** Lets the store under way end, and leaves the session to the next process. Idempotent. */
  stop(): Promise<void>;
}

export interface LineOptions {
  readonly id: number;
  readonly total: number;
  readonly information: APIGatewayBotInfo;
  readonly options: DiscordOptions;
  readonly client: DiscordClient;
  readonly host: AdapterHost;
  readonly budget: IdentifyBudget;
  readonly ledger: Ledger;
  readonly atlas: Atlas;
  readonly directs: Directs;
  readonly interactions: Interactions;
  /** Null: no session can be resumed, for nobody knows whose it was. */
  bot(): BotIdentity | null;
  onIdentity(bot: BotIdentity): void;
  onState(state: ShardState): void;
  acknowledge(interaction: Interaction, receipt: Receipt): Promise<void>;
}

export async function startLine(line: LineOptions): Promise<Line> {
  const { id, options, client, host, ledger, budget } = line;
  const { clock, chance, log } = options;
  const stored = parseSession(await host.cursor(sessionKey(id)));
  const rooms = { ...line, shard: id, clock, log, redact: client.redact, bot: idOfBot };

  const backlog = createBacklog({
    clock,
    log,
    lookBack: (absence, signal) =>
      lookBack(
        {
          ...rooms,
          toMessage: (wire, place) =>
            reader.toMessage(wire, { place, isLate: true, isEdit: false, signal }),
        },
        absence,
        signal,
      ),
    onIdle: () => pump.release(),
  });
  const listing = awaitListing(clock, (state) => line.onState(state));
  const survey = createSurvey({ ...rooms, backlog, onListed: listing.onListed });
  const reader = createReader({ ...rooms, backlog, survey });
  const pump = startPump({
    shard: id,
    ledger,
    backlog,
    clock,
    log,
    hold: (arrival) => reader.hold(arrival),
    read: (arrival, signal) => reader.read(arrival, signal),
    isUrgent: ({ type }) => type === "INTERACTION_CREATE",
    onUnreadable: () => host.unreadable(),
    onFull: () => shard.reconnect("more came than could be stored"),
  });
  const shard = startShard({
    ...rooms,
    total: line.total,
    token: options.token,
    session: line.bot() === null ? null : stored,
    budget,
    chance,
    whenReady: (signal) => pump.room(signal),
    onEvent: (arrival) => pump.push(arrival),
    onState: listing.onState,
  });
  const sweep = startSweep({
    ...rooms,
    shard: id,
    total: line.total,
    onDeaf(absences) {
      const channels = absences.map(({ place }) => place.channel);
      log.warn({ shard: id, channels }, "messages are not told to us");
      // The session may bring them; if it does not know of them, either, they are read.
      for (const absence of absences) backlog.add(absence);
      shard.reconnect("messages are not told to us");
    },
  });
  const stall = watchStall(clock, (ms) => shard.reconnect(`the process stood still for ${ms} ms`));

  function idOfBot(): string {
    const bot = line.bot();
    if (bot === null) throw new Error("a message came before Discord said who the bot is");
    return bot.id;
  }

  let stopped: Promise<void> | null = null;
  return {
    stop() {
      stopped ??= (async () => {
        stall.stop();
        listing.stop();
        await Promise.all([sweep.stop(), shard.stop(), backlog.stop(), survey.stop(), pump.stop()]);
      })();
      return stopped;
    },
  };
}
