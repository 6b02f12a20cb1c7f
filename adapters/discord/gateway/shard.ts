import type { APIGatewayBotInfo } from "discord-api-types/v10";

import { sleep } from "../../../sessions/clock.ts";
import type { Chance, Clock } from "../../../sessions/clock.ts";
import { textOf } from "../../../sessions/errors.ts";
import type { Log } from "../../log.ts";
import type { Arrival } from "./arrival.ts";
import { isTokenRefused, TOKEN_ADVICE } from "./token-refused.ts";
import type { IdentifyBudget, Wait } from "./identify-budget.ts";
import { startLife } from "./life.ts";
import type { Life } from "./life.ts";
import { decideNext, NO_HISTORY } from "./next-life.ts";
import type { SessionRecord } from "./session-record.ts";

/** How it goes with one shard. */
export type ShardState =
  | { readonly at: "connecting" }
  | { readonly at: "up"; readonly isNew: boolean }
  | { readonly at: "retrying"; readonly reason: string; readonly inMs: number }
  | { readonly at: "failed"; readonly reason: string; readonly advice: string };

/** One connection of ours to the gateway, through as many sockets as it takes. */
export interface Shard {
  /** Ends the socket; the session is gone on with when that was heard meanwhile. */
  reconnect(reason: string): void;
  /** Ends the socket for good, so that its session can be resumed by another process. */
  stop(): Promise<void>;
}

export interface ShardOptions {
  readonly id: number;
  readonly total: number;
  readonly token: string;
  /** Of an earlier process. */
  readonly session: SessionRecord | null;
  readonly information: APIGatewayBotInfo;
  readonly budget: IdentifyBudget;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  /** No socket is opened before it resolves: there is enough to do already. */
  readonly whenReady: (signal: AbortSignal) => Promise<void>;
  readonly onEvent: (arrival: Arrival) => void;
  readonly onState: (state: ShardState) => void;
  readonly redact: (text: unknown) => string;
}

/** A close frame is answered within this, or not at all, ms. */
const CLOSE_MS = 2_000;

export function startShard(options: ShardOptions): Shard {
  const { id, total, clock, log, budget, onState } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  let information = options.information;
  // What was heard, also when it is not stored yet: it waits in memory.
  let session = options.session?.shards === total ? options.session : null;
  let life: Life | null = null;
  let history = NO_HISTORY;

  async function run(): Promise<void> {
    let isDoubted = false;
    while (!signal.aborted) {
      await options.whenReady(signal);
      if (isDoubted || session === null) {
        const wait = await mayIdentify();
        if (signal.aborted) return;
        if (wait === "refused") return onState(TOKEN_REFUSED);
        // In doubt, the session is tried until another can be begun.
        if (wait !== null && session === null) {
          onState({ at: "retrying", reason: wait.reason, inMs: wait.ms });
          await sleep(clock, wait.ms, signal);
          continue;
        }
        if (wait === null && session !== null) {
          log.warn({ shard: id }, "session given up: its host does not answer");
          session = null;
        }
      }
      const next = await live();
      if (next === null || signal.aborted) return;
      isDoubted = next.session === "doubted";
      if (next.session === "lost") session = null;
      await sleep(clock, next.delayMs, signal);
    }
  }

  /** Null: now. */
  async function mayIdentify(): Promise<Wait | "refused" | null> {
    try {
      information = await budget.information(signal);
      const wait = await budget.waitMs(id, information);
      if (wait.ms <= 0) return null;
      log.error({ shard: id, ...wait }, "no new session is begun: the budget is spent");
      return wait;
    } catch (thrown) {
      if (isTokenRefused(thrown)) return "refused";
      const ms = ASK_AGAIN_MS;
      return { ms, reason: `cannot reach Discord: ${options.redact(textOf(thrown))}` };
    }
  }

  async function live(): Promise<ReturnType<typeof decideNext> | null> {
    if (signal.aborted) return null;
    const startedAt = clock.monotonic();
    let upAt = startedAt;
    const isResume = session !== null;
    life = startLife({
      shard: id,
      session,
      connect: {
        token: options.token,
        shardCount: total,
        gatewayInformation: information,
      },
      clock,
      beforeIdentify: (ended) => budget.spend(id, information, AbortSignal.any([ended, signal])),
      onEvent(arrival) {
        const isNew = session?.id !== arrival.session.id;
        if (isNew || (session?.sequence ?? 0) < arrival.session.sequence) session = arrival.session;
        options.onEvent(arrival);
      },
      onUp() {
        upAt = clock.monotonic();
        history = { ...history, failures: 0, failingSince: null };
        log.info({ shard: id }, isResume ? "session resumed" : "session begun");
        onState({ at: "up", isNew: !isResume });
      },
    });
    const end = await life.ended;
    if (signal.aborted) return null;
    const reason = options.redact(end.reason);
    if (end.meaning.next === "stop") {
      onState({ at: "failed", reason: end.meaning.reason, advice: end.meaning.advice });
      return null;
    }
    const next = decideNext(end, history, {
      startedAt: upAt,
      now: clock.monotonic(),
      chance: options.chance,
    });
    history = next.history;
    const { reached } = end;
    log.warn({ shard: id, reason, reached, session: next.session }, "gateway socket ended");
    onState({ at: "retrying", reason, inMs: Math.round(next.delayMs) });
    return next;
  }

  const running = run().catch((thrown: unknown) => {
    if (signal.aborted) return;
    const reason = options.redact(textOf(thrown));
    log.error({ shard: id, error: reason }, "gateway connection ended by a fault");
    onState({ at: "failed", reason, advice: "restart, and report this" });
  });

  let stopped: Promise<void> | null = null;
  return {
    reconnect: (reason) => void life?.close(reason),
    stop() {
      stopped ??= (async () => {
        stopping.abort();
        const closed = new AbortController();
        const closing = Promise.all([life?.close("stopping"), running]);
        await Promise.race([closing, sleep(clock, CLOSE_MS, closed.signal)]);
        closed.abort();
      })();
      return stopped;
    },
  };
}

const ASK_AGAIN_MS = 5_000;
const TOKEN_REFUSED = {
  at: "failed",
  reason: "Discord refuses the bot's token (401)",
  advice: TOKEN_ADVICE,
} as const;
