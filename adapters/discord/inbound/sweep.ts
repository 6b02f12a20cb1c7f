import { Routes } from "discord-api-types/v10";

import { sleep } from "../../../sessions/clock.ts";
import type { Clock } from "../../../sessions/clock.ts";
import { textOf } from "../../../sessions/errors.ts";
import type { Log } from "../../log.ts";
import { ask } from "./ask.ts";
import type { AskOptions } from "./ask.ts";
import type { Ledger } from "./ledger.ts";
import type { Absence } from "./look-back.ts";
import type { Place } from "./place.ts";
import { isAfter } from "./snowflake.ts";
import { wireChannel } from "./wire.ts";

export interface SweepOptions extends AskOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Pick<Ledger, "mark" | "recent">;
  readonly shard: number;
  readonly total: number;
  /** Something was said there, and nobody told us. */
  onDeaf(absences: readonly Absence[]): void;
  redact(text: unknown): string;
}

const EVERY_MS = 5 * 60_000;
const CHANNELS = 5;
const GRACE_MS = 20_000;

/**
 * A socket can answer each heartbeat and bring nothing. So the channels where something was said lately are
 * compared with what Discord has of them.
 */
export function startSweep(options: SweepOptions): { stop(): Promise<void> } {
  const { clock, log, ledger, client, onDeaf } = options;
  const stopping = new AbortController();
  const { signal } = stopping;

  async function run(): Promise<void> {
    for (;;) {
      await sleep(clock, EVERY_MS, signal);
      if (signal.aborted) return;
      try {
        const missed = await missedIn(recent());
        // What is on its way gets some time to arrive.
        if (missed.length > 0) await sleep(clock, GRACE_MS, signal);
        const still = await missedIn(missed.map(({ place }) => place));
        if (still.length > 0 && !signal.aborted) onDeaf(still);
      } catch (thrown) {
        if (signal.aborted) return;
        log.warn({ reason: options.redact(textOf(thrown)) }, "sweep of active channels failed");
      }
    }
  }

  function recent(): readonly Place[] {
    const mine = ledger.recent().filter((place) => shardOf(place, options.total) === options.shard);
    return mine.slice(0, CHANNELS);
  }

  async function missedIn(places: readonly Place[]): Promise<readonly Absence[]> {
    const missed: Absence[] = [];
    for (const place of places) {
      const found = await ask(
        options,
        (aborted) => client.rest.get(Routes.channel(place.channel), { signal: aborted }),
        signal,
      );
      const { last_message_id: last } = wireChannel.parse(found);
      const known = (await ledger.mark(place.channel))?.last ?? null;
      if (last === undefined || last === null || known === null) continue;
      if (isAfter(last, known)) missed.push({ place, after: known, last, hasHistory: true });
    }
    return missed;
  }

  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** By Discord's formula; direct messages come to the first. */
function shardOf(place: Place, total: number): number {
  return place.kind === "direct" ? 0 : Number((BigInt(place.guild) >> 22n) % BigInt(total));
}
