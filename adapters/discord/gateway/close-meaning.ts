import { PORTAL, TOKEN_ADVICE } from "./token-refused.ts";

/** What to do after Discord closed a socket. */
export type CloseMeaning =
  | { readonly next: "resume" }
  /** The session is over. */
  | { readonly next: "identify" }
  /** No try will help until a person mends it. */
  | { readonly next: "stop"; readonly reason: string; readonly advice: string };

const STOPS: Readonly<Record<number, { readonly reason: string; readonly advice: string }>> = {
  4004: {
    reason: "Discord refuses the bot's token (4004)",
    advice: TOKEN_ADVICE,
  },
  4010: {
    reason: "Discord does not know this shard (4010)",
    advice: "give shard ids below the total, or leave `shards` out",
  },
  4011: {
    reason: "the bot is in too many servers for its shards (4011)",
    advice: "raise `shards.total`, or leave `shards` out",
  },
  4012: {
    reason: "Discord no longer speaks this version of its gateway (4012)",
    advice: "update this gateway",
  },
  4013: {
    reason: "Discord does not know an intent that was asked for (4013)",
    advice: "update this gateway",
  },
  4014: {
    reason: "Discord does not grant the Message Content intent (4014)",
    advice: `switch on "Message Content Intent" on the Bot page of ${PORTAL}, then restart`,
  },
};

/** Never seen by us in an orderly life: the sequence was wrong, or the session timed out. */
const SESSION_LOST: ReadonlySet<number> = new Set([4007, 4009]);

export function meaningOf(code: number): CloseMeaning {
  const stop = STOPS[code];
  if (stop !== undefined) return { next: "stop", ...stop };
  return { next: SESSION_LOST.has(code) ? "identify" : "resume" };
}

/** Where the switch is that lets a bot read what people write. */
export const INTENT_PAGE = `${PORTAL} (the application's Bot page, "Message Content Intent")`;
