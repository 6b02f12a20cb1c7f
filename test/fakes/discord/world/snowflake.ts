import type { Clock } from "../../../../sessions/clock.ts";

const DISCORD_EPOCH = 1_420_070_400_000n;

/** Ids with the time in them, always increasing, also when the clock jumps back. */
export function createSnowflakes(clock: Pick<Clock, "now">): () => string {
  let last = 0n;
  return () => {
    const wanted = snowflakeAt(clock.now());
    last = wanted > last ? wanted : last + 1n;
    return last.toString();
  };
}

/** The smallest id of that time: what a cursor by time looks like. */
export function snowflakeAt(at: number): bigint {
  return (BigInt(Math.trunc(at)) - DISCORD_EPOCH) << 22n;
}

export function timeOfSnowflake(id: string): number {
  return Number((BigInt(id) >> 22n) + DISCORD_EPOCH);
}
