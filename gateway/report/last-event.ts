import type { Core } from "../core.ts";

/** Seq of the latest stored event; 0 = there is none. */
export async function lastEvent({ engine }: Pick<Core, "engine">): Promise<number> {
  const isBehind = async (after: number): Promise<boolean> =>
    (await engine.events({ after, key: null, limit: 1 })).length > 0;
  let low = 0;
  let high = 1;
  if (!(await isBehind(0))) return 0;
  while (await isBehind(high)) {
    low = high;
    high *= 2;
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (await isBehind(middle)) low = middle;
    else high = middle;
  }
  return high;
}
