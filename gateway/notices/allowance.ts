import type { KeyedWrite } from "../../sessions/keyed-values.ts";
import type { Address } from "../../sessions/message.ts";
import type { Core } from "../core.ts";

const HOUR_MS = 60 * 60_000;

/**
 * Room for so many notices in a chat, as a write that takes it; null: the network wants none, or the budget of the
 * hour is used up. What agents say in passing has a purse of its own, so that it silences nothing else.
 */
export async function allowance(
  core: Core,
  address: Address,
  { count, purse }: { readonly count: number; readonly purse: "budget" | "asides" },
): Promise<KeyedWrite | null> {
  if (core.networks.settings(address.network)?.notices !== true) return null;
  const key = `${purse}:${chatOf(address)}`;
  const now = core.clock.now();
  const spent = times(await core.engine.keyed("notice", key)).filter(
    (at) => Math.abs(now - at) < HOUR_MS,
  );
  if (spent.length + count > core.settings.notices.perChatPerHour) {
    core.log.warn(
      { network: address.network, chat: address.chat },
      "notice left out: budget used up",
    );
    return null;
  }
  const value = [...spent, ...Array.from({ length: count }, () => now)];
  return { space: "notice", key, value, ttlMs: HOUR_MS };
}

export function chatOf({ network, account, chat, thread }: Address): string {
  return [network, account, chat, thread ?? ""].map(encodeURIComponent).join(":");
}

function times(stored: unknown): number[] {
  return Array.isArray(stored) ? stored.filter((one) => typeof one === "number") : [];
}
