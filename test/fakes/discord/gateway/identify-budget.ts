import type { Clock } from "../../../../sessions/clock.ts";

const DAY_MS = 86_400_000;

/** How many sessions may still be started today. */
export interface IdentifyBudget {
  /** False: one too many. */
  take(): boolean;
  spend(count: number): void;
  state(): { readonly total: number; readonly remaining: number; readonly reset_after: number };
}

export function createIdentifyBudget(
  clock: Clock,
  { total, used: usedBefore }: { readonly total: number; readonly used: number },
): IdentifyBudget {
  let used = usedBefore;
  let endsAt = clock.now() + DAY_MS;

  function renew(): void {
    if (clock.now() < endsAt) return;
    used = 0;
    endsAt = clock.now() + DAY_MS;
  }

  return {
    take() {
      renew();
      used += 1;
      return used <= total;
    },
    spend(count) {
      renew();
      used += count;
    },
    state() {
      renew();
      return { total, remaining: Math.max(0, total - used), reset_after: endsAt - clock.now() };
    },
  };
}
