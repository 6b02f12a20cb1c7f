import type { Core } from "../core.ts";
import type { Delivery } from "../deliver/delivery.ts";
import type { Desk } from "../dispatch.ts";
import { turnsAtWork } from "../drain/waited.ts";
import type { RestartPlan } from "../operations.ts";
import type { LiveTurns } from "../turns/live-turn.ts";

/** What a restart would do now. */
export async function restartPlan({
  core,
  desk,
  lives,
  delivery,
}: {
  core: Core;
  desk: Desk;
  lives: LiveTurns;
  delivery: Delivery;
}): Promise<RestartPlan> {
  const { waitFor, stalled, starting, awaiting } = turnsAtWork(core, desk, lives);
  const waiting = await core.engine.waiting();
  const { timeoutMs, deliveryMs } = core.settings.drain;
  return {
    waitFor,
    wouldCut: stalled,
    requeue: starting.map((turn) => turn.key),
    leftAlone: awaiting.map((turn) => turn.key),
    queued: waiting.reduce((sum, one) => sum + one.count, 0),
    undelivered: delivery.undelivered(),
    worstCaseMs: timeoutMs + deliveryMs,
  };
}
