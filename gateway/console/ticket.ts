import { createHmac, timingSafeEqual } from "node:crypto";

import type { Chance, Clock } from "../../sessions/clock.ts";
import type { Secret } from "../config/secret.ts";

const LASTS_MS = 60_000;

/**
 * Stands for the token once, within a minute: the address with which a browser is started is seen by every user of the
 * machine.
 */
export function makeTicket(
  token: Secret,
  { clock, chance }: { readonly clock: Pick<Clock, "now">; readonly chance: Chance },
): string {
  const words = `${clock.now() + LASTS_MS}-${chance.int(2 ** 32).toString(36)}`;
  return `${words}-${sign(token, words).toString("hex")}`;
}

export interface Tickets {
  /** True once for each ticket. */
  take(ticket: string): boolean;
}

export function createTickets(token: Secret, clock: Pick<Clock, "now">): Tickets {
  const taken = new Map<string, number>();
  return {
    take(ticket) {
      const now = clock.now();
      for (const [words, until] of taken) if (until <= now) taken.delete(words);
      const [, words = "", until = "", signature = ""] =
        /^((\d{1,15})-[0-9a-z]{1,7})-([0-9a-f]{64})$/.exec(ticket) ?? [];
      if (!timingSafeEqual(padded(signature), sign(token, words))) return false;
      if (Number(until) <= now || taken.has(words)) return false;
      taken.set(words, Number(until));
      return true;
    },
  };
}

function sign(token: Secret, words: string): Buffer {
  return createHmac("sha256", token.reveal()).update(`sluice console ticket ${words}`).digest();
}

/** What is no signature has the length of one, which the constant-time comparison needs. */
function padded(signature: string): Buffer {
  return Buffer.from(signature.padEnd(64, "0"), "hex");
}
