import type { Clock } from "../../../sessions/clock.ts";
import { textOf } from "../../../sessions/errors.ts";
import type { Log } from "../../log.ts";
import type { Aliases } from "../aliases.ts";
import type { TelegramClient } from "../client.ts";
import { toFailure } from "./failure.ts";
import type { Failure } from "./failure.ts";
import { createFloods } from "./floods.ts";
import { createSlots } from "./slots.ts";
import { createUnderWay } from "./under-way.ts";
import type { GrammySignal } from "./under-way.ts";

export type Called<T> =
  | { readonly outcome: "done"; readonly value: T }
  | Exclude<Failure, { readonly outcome: "migrated" | "revoked" }>;

/** The way to the Bot API: who may ask now, for how long, and what an answer means. */
export interface Line {
  /**
   * Asks something of one chat, once more if it turns out to have another id (`to`). Never rejects.
   * Chats do not wait for each other but for a free connection.
   */
  call<T>(
    about: { readonly chat: string; readonly signal: AbortSignal },
    ask: (to: string, signal: GrammySignal) => Promise<T>,
  ): Promise<Called<T>>;
  /** Asks something small, for which nobody waits long. Rejects with what went wrong. */
  ask<T>(ask: (signal: GrammySignal) => Promise<T>): Promise<T>;
  /** How long a chat has still to be left alone, ms. */
  waitMs(chat: string): number;
  isStopped(): boolean;
  /** Nothing is begun any more; what is under way gets a moment to be answered. Idempotent. */
  stop(): Promise<void>;
}

export interface LineParts {
  readonly client: TelegramClient;
  readonly aliases: Aliases;
  readonly clock: Clock;
  readonly log: Log;
  onRevoked(): void;
}

/**
 * Fewer than the client has connections: a call that waited there for one could no longer be told from one that
 * may have been done, and what is small finds one free.
 */
const MOST_AT_ONCE = 24;
const SMALL_MS = 10_000;
/** A send that is cut here may have arrived, which a person will be told. */
const STOP_MS = 3000;

export function createLine(parts: LineParts): Line {
  const { client, aliases, clock, log } = parts;
  let isStopped = false;
  const underWay = createUnderWay(clock);
  const small = new Set<AbortController>();
  const slots = createSlots(MOST_AT_ONCE);
  const floods = createFloods(clock);
  let stopped: Promise<void> | null = null;

  async function attempt<T>(ask: () => Promise<T>): Promise<Failure | Called<T>> {
    try {
      return { outcome: "done", value: await ask() };
    } catch (thrown) {
      return toFailure(thrown, client.redact);
    }
  }

  async function learn(old: string, now: string): Promise<void> {
    try {
      await aliases.learn(old, now);
    } catch (error) {
      log.warn(
        { chat: old, now, error: client.redact(textOf(error)) },
        "new id of a chat not stored",
      );
    }
  }

  async function callNow<T>(
    { chat, signal }: { readonly chat: string; readonly signal: AbortSignal },
    ask: (to: string, signal: GrammySignal) => Promise<T>,
  ): Promise<Called<T>> {
    const to = aliases.actual(chat);
    let called = await attempt(() => underWay.run(signal, (ended) => ask(to, ended)));
    if (called.outcome === "migrated") {
      const { to: now } = called;
      await learn(to, now);
      if (isStopped) return { outcome: "not_sent", reason: "disconnected" };
      called = await attempt(() => underWay.run(signal, (ended) => ask(now, ended)));
    }
    switch (called.outcome) {
      case "migrated":
        return { outcome: "refused", reason: "the chat moved, and moved again" };
      case "revoked":
        parts.onRevoked();
        return { outcome: "not_sent", reason: called.reason };
      case "rate_limited":
        floods.note(chat, called.retryAfterMs);
        return called;
      case "done":
      case "not_sent":
      case "refused":
      case "unknown":
        return called;
    }
  }

  return {
    waitMs: (chat) => floods.waitMs(chat),
    isStopped: () => isStopped,
    async call(about, ask) {
      const retryAfterMs = floods.waitMs(about.chat);
      if (isStopped) return { outcome: "not_sent", reason: "disconnected" };
      if (retryAfterMs > 0) return { outcome: "rate_limited", retryAfterMs };
      if (!(await slots.enter(about.signal))) {
        return { outcome: "not_sent", reason: "called off before Telegram was asked" };
      }
      try {
        return await callNow(about, ask);
      } finally {
        slots.leave();
      }
    },
    async ask(ask) {
      const late = new AbortController();
      if (isStopped) late.abort();
      small.add(late);
      const timer = clock.timer(SMALL_MS, () => late.abort());
      try {
        return await underWay.run(late.signal, ask);
      } finally {
        small.delete(late);
        timer.cancel();
      }
    },
    stop() {
      stopped ??= endAll();
      return stopped;
    },
  };

  async function endAll(): Promise<void> {
    isStopped = true;
    slots.close();
    for (const late of small) late.abort();
    await underWay.end(STOP_MS);
  }
}
