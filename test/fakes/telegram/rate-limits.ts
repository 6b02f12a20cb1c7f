import type { Clock } from "../../../sessions/clock.ts";

import { tooManyRequests } from "./bot-error.ts";
import type { BotAccount } from "./bot-account.ts";
import type { FakeLimits } from "./fake-telegram.ts";
import type { Room } from "./room.ts";

/** Counts what bots send, and refuses too much (429). */
export interface RateLimits {
  /** Throws, and counts nothing, when it is too much. `count`: messages of one call. */
  take(bot: BotAccount, room: Room, count: number): void;
  set(limits: FakeLimits | "telegram" | "off"): void;
}

const TELEGRAM_LIMITS: FakeLimits = {
  burst: 5,
  perChatMs: 1000,
  perGroupMinute: 20,
  perSecond: 30,
};

/** Sends of one bot to one chat, or of one bot at all. */
interface Account {
  /** Times of what was sent, oldest first, at most a minute back. */
  sent: number[];
  /** After a refusal everything is refused until then. */
  blockedUntil: number;
}

interface Window {
  readonly account: Account;
  readonly most: number;
  readonly ms: number;
}

export function createRateLimits(clock: Clock, first: FakeLimits | "telegram" | "off"): RateLimits {
  const accounts = new Map<string, Account>();
  let limits: FakeLimits | null = valuesOf(first);

  function accountOf(key: string): Account {
    const account = accounts.get(key) ?? { sent: [], blockedUntil: 0 };
    accounts.set(key, account);
    return account;
  }

  return {
    take(bot, room, count) {
      if (limits === null) return;
      const now = clock.monotonic();
      const chat = accountOf(`${bot.user.id}:${room.id}`);
      const all = accountOf(`${bot.user.id}`);
      const windows: Window[] = [
        // As many as the burst may come at once, if the time before it was quiet.
        { account: chat, most: limits.burst, ms: limits.burst * limits.perChatMs },
        ...(room.type === "private"
          ? []
          : [{ account: chat, most: limits.perGroupMinute, ms: 60_000 }]),
        { account: all, most: limits.perSecond, ms: 1000 },
      ];
      for (const { account, most, ms } of windows) {
        const freeAt = Math.max(account.blockedUntil, nextFree(account.sent, { now, most, ms }));
        if (freeAt <= now) continue;
        const seconds = Math.ceil((freeAt - now) / 1000);
        // Told to several at once, it is one wait: who asks too early is told what is left of it.
        if (account.blockedUntil <= now) account.blockedUntil = now + seconds * 1000;
        throw tooManyRequests(seconds);
      }
      for (const account of [chat, all]) {
        account.sent = account.sent.filter((at) => at > now - 60_000);
        account.sent.push(...Array.from({ length: count }, () => now));
      }
    },
    set(next) {
      limits = valuesOf(next);
      accounts.clear();
    },
  };
}

function nextFree(
  sent: readonly number[],
  window: { now: number; most: number; ms: number },
): number {
  const inside = sent.filter((at) => at > window.now - window.ms);
  const blocking = inside[inside.length - window.most];
  return blocking === undefined ? 0 : blocking + window.ms;
}

function valuesOf(limits: FakeLimits | "telegram" | "off"): FakeLimits | null {
  if (limits === "off") return null;
  return limits === "telegram" ? TELEGRAM_LIMITS : limits;
}
