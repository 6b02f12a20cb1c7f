import type { SessionKey } from "../../sessions/ids.ts";
import { networkAccess } from "../access/access-report.ts";
import type { Archive } from "../archive/archive.ts";
import { memoryOf } from "./memory.ts";
import type { Core } from "../core.ts";
import type { Desk } from "../dispatch.ts";
import type { GatewayPhase, StatusReport } from "../operations.ts";
import type { WorkerPool } from "../turns/worker-pool.ts";

/** What the gateway knows of itself besides what is stored. */
export interface SelfKnowledge {
  readonly phase: GatewayPhase;
  readonly version: string;
  readonly pid: number;
  readonly upMs: number;
  readonly recovered: number | null;
  readonly held: string | null;
  readonly drain: StatusReport["drain"];
}

export async function statusReport(
  { core, desk, pool, archive }: { core: Core; desk: Desk; pool: WorkerPool; archive: Archive },
  self: SelfKnowledge,
): Promise<StatusReport> {
  const waiting = await core.engine.waiting();
  const unsent = await core.engine.outbox({
    states: ["pending", "sending", "draft", "held"],
    after: 0,
    limit: 100_000,
  });
  const dead = await core.engine.deadMessages(1000);
  const deadReplies = await core.engine.outbox({ states: ["dead"], after: 0, limit: 1000 });
  const oldest = await oldestQueuedMs(core, waiting[0]?.key);
  const countOf = (state: string): number => unsent.filter((row) => row.state === state).length;
  return {
    ...self,
    boot: core.boot,
    turns: turnCounts(desk),
    turnLimit: core.settings.turns.atOnce,
    queued: waiting.reduce((sum, one) => sum + one.count, 0),
    oldestQueuedMs: oldest,
    outbox: {
      pending: countOf("pending"),
      sending: countOf("sending"),
      draft: countOf("draft"),
      held: countOf("held"),
    },
    access: networkAccess(core),
    archive: archive.report(),
    deadLetters: dead.length + deadReplies.length,
    lastEvent: await core.engine.eventsFrom(Number.MAX_SAFE_INTEGER),
    adapters: core.networks.adapters.map((adapter) => {
      const state = core.networks.state(adapter);
      const reason = "reason" in state ? state.reason : null;
      return { network: adapter.network, account: adapter.account, state: state.at, reason };
    }),
    workers: await Promise.all(
      pool.workers.map(async (worker) => {
        const processes = worker.processes();
        return {
          name: worker.name,
          processes: processes.length,
          sessions: processes.reduce((sum, one) => sum + one.sessions, 0),
          memoryBytes: await memoryOf(processes.map(({ pid }) => pid)),
        };
      }),
    ),
  };
}

/** Null: nothing waits. */
export async function oldestQueuedMs(
  core: Core,
  key: SessionKey | undefined,
): Promise<number | null> {
  if (key === undefined) return null;
  const [first] = await core.engine.queue(key, 1);
  return first === undefined ? null : Math.max(0, core.clock.now() - first.receivedAt);
}

function turnCounts(desk: Desk): StatusReport["turns"] {
  const counts = { starting: 0, running: 0, awaiting_input: 0, interrupting: 0 };
  for (const { turn } of desk.active().values()) if (turn !== null) counts[turn.phase] += 1;
  return counts;
}
