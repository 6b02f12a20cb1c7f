import { Routes } from "discord-api-types/v10";
import type { APIGatewayBotInfo } from "discord-api-types/v10";
import { z } from "zod";

import { sleep } from "../../../sessions/clock.ts";
import type { Clock } from "../../../sessions/clock.ts";
import type { AdapterHost } from "../../adapter.ts";
import type { DiscordClient } from "../client.ts";
import { cursorWrite } from "../cursor-write.ts";

/**
 * How often a new session may be begun. Discord resets the token of a bot that begins more than 1,000 a day,
 * and a gateway that crashes at each start would get there: what was spent is remembered over processes.
 */
export interface IdentifyBudget {
  /** What Discord says of its gateway now; rejects when it cannot be asked. */
  information(signal: AbortSignal): Promise<APIGatewayBotInfo>;
  /** How long to wait before a session may be begun; 0 = now. */
  waitMs(shard: number, information: APIGatewayBotInfo): Promise<Wait>;
  /** Waits for the turn of this shard and writes it down; resolves when that is durable. */
  spend(shard: number, information: APIGatewayBotInfo, signal: AbortSignal): Promise<void>;
}

export interface Wait {
  readonly ms: number;
  readonly reason: string;
}

export interface IdentifyBudgetOptions {
  readonly client: DiscordClient;
  readonly host: Pick<AdapterHost, "accept" | "cursor">;
  readonly clock: Clock;
}

const KEY = "identifies";
const HOUR_MS = 60 * 60_000;
const PER_HOUR = 20;
/** Of Discord's budget, kept for people who start other programs with this token. */
const LEAST_LEFT = 50;
/** Between two sessions of one concurrency key. */
const BETWEEN_MS = 5_000;

const shape = z.record(z.string(), z.array(z.number()));

export function createIdentifyBudget({
  client,
  host,
  clock,
}: IdentifyBudgetOptions): IdentifyBudget {
  /** By shard: epoch ms, within the last hour. */
  async function spent(): Promise<Record<string, readonly number[]>> {
    const now = clock.now();
    const stored = shape.safeParse(await host.cursor(KEY));
    const all = Object.entries(stored.success ? stored.data : {});
    return Object.fromEntries(
      all.map(([shard, times]) => [shard, times.filter((at) => at > now - HOUR_MS && at <= now)]),
    );
  }

  let last: Promise<unknown> = Promise.resolve();
  async function spendNow(
    shard: number,
    { session_start_limit: limit }: APIGatewayBotInfo,
    signal: AbortSignal,
  ): Promise<void> {
    const before = await spent();
    const groups = Math.max(1, limit.max_concurrency);
    const peers = Object.entries(before).filter(([id]) => Number(id) % groups === shard % groups);
    const latest = Math.max(0, ...peers.flatMap(([, times]) => times));
    await sleep(clock, latest + BETWEEN_MS - clock.now(), signal);
    signal.throwIfAborted();
    const times = [...(before[shard] ?? []), clock.now()];
    await host.accept([], [cursorWrite(KEY, { ...before, [shard]: times })]);
  }

  return {
    async information(signal) {
      client.restoreToken();
      const found = await client.rest.get(Routes.gatewayBot(), { signal });
      return informationShape.parse(found);
    },
    async waitMs(shard, { session_start_limit: limit }) {
      if (limit.remaining < LEAST_LEFT) {
        const { remaining, total, reset_after: ms } = limit;
        return { ms, reason: `only ${remaining} of ${total} logins are left today` };
      }
      const times = (await spent())[shard] ?? [];
      const oldest = times.at(-PER_HOUR);
      if (oldest === undefined) return { ms: 0, reason: "" };
      const ms = oldest + HOUR_MS - clock.now();
      return { ms, reason: `${PER_HOUR} new sessions within an hour` };
    },
    spend(shard, information, signal) {
      const mine = last.then(() => spendNow(shard, information, signal));
      last = mine.catch(() => {});
      return mine;
    },
  };
}

const informationShape = z.object({
  url: z.url({ protocol: /^wss?$/ }),
  shards: z.int().min(1),
  session_start_limit: z.object({
    total: z.number(),
    remaining: z.number(),
    reset_after: z.number(),
    max_concurrency: z.number(),
  }),
});
