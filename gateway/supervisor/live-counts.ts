import type { Core } from "../core.ts";
import type { Gateway } from "../gateway.ts";
import type { LiveCounts } from "./status-text.ts";

/** More replies than this are not counted each second. */
const MOST = 1000;

/** Read at each status line: few and small reads, however much is stored. */
export async function liveCounts(
  core: Pick<Core, "engine" | "networks">,
  gateway: Pick<Gateway, "phase" | "held" | "operations">,
): Promise<LiveCounts> {
  const { engine, networks } = core;
  const [turns, waiting, unsent] = await Promise.all([
    engine.openTurns(),
    engine.waiting(),
    engine.outbox({ states: ["pending", "sending", "draft"], after: 0, limit: MOST }),
  ]);
  const awaiting = turns.filter((turn) => turn.phase === "awaiting_input").length;
  return {
    phase: gateway.phase(),
    held: gateway.held(),
    drain: gateway.operations.drainReport(),
    running: turns.length - awaiting,
    awaiting,
    queued: waiting.reduce((sum, one) => sum + one.count, 0),
    undelivered: unsent.length,
    networks: networks.adapters.map((adapter) => ({
      name: adapter.network,
      state: networks.state(adapter).at,
    })),
  };
}
