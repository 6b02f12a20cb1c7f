import type { Bar } from "./bars.ts";
import type { Lane } from "./picture.ts";

export type Way = "left" | "right" | "up" | "down" | "first" | "last";

/** The turn that an arrow key leads to; null = there is none. */
export function neighbour(lanes: readonly Lane[], turn: string, way: Way): string | null {
  const place = lanes.findIndex(({ bars }) => bars.some((bar) => bar.turn.id === turn));
  const bars = lanes[place]?.bars ?? [];
  const at = bars.findIndex((bar) => bar.turn.id === turn);
  const from = bars[at];
  if (from === undefined) return null;
  switch (way) {
    case "left":
      return idOf(bars[at - 1]);
    case "right":
      return idOf(bars[at + 1]);
    case "first":
      return idOf(bars[0]);
    case "last":
      return idOf(bars.at(-1));
    case "up":
      return nearest(lanes.slice(0, place).toReversed(), from.x);
    case "down":
      return nearest(lanes.slice(place + 1), from.x);
  }
}

/** The turn to begin with: the latest of the first lane. */
export function firstTurn(lanes: readonly Lane[]): string | null {
  return idOf(lanes.find(({ bars }) => bars.length > 0)?.bars.at(-1));
}

export function barOf(
  lanes: readonly Lane[],
  turn: string | null,
): { lane: Lane; bar: Bar } | null {
  if (turn === null) return null;
  for (const lane of lanes) {
    const bar = lane.bars.find((each) => each.turn.id === turn);
    if (bar !== undefined) return { lane, bar };
  }
  return null;
}

function nearest(lanes: readonly Lane[], x: number): string | null {
  const lane = lanes.find(({ bars }) => bars.length > 0);
  const [best] = (lane?.bars ?? []).toSorted(
    (one, other) => Math.abs(one.x - x) - Math.abs(other.x - x),
  );
  return idOf(best);
}

function idOf(bar: Bar | undefined): string | null {
  return bar?.turn.id ?? null;
}
