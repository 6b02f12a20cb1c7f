import type { Chance } from "../sessions/clock.ts";
import type { Worker } from "../workers/worker.ts";
import { createPairing } from "./access/pairing.ts";
import type { Pairing } from "./access/pairing.ts";
import { createRevocation } from "./access/revocation.ts";
import type { Revocation } from "./access/revocation.ts";
import { createAdmission } from "./admission.ts";
import type { Admission } from "./admission.ts";
import { createArchive } from "./archive/archive.ts";
import type { Archive } from "./archive/archive.ts";
import type { Core } from "./core.ts";
import { createDelivery } from "./deliver/delivery.ts";
import type { Delivery } from "./deliver/delivery.ts";
import { watchOutbox } from "./deliver/watch-outbox.ts";
import { createDesk } from "./dispatch.ts";
import type { Desk } from "./dispatch.ts";
import { createMetrics } from "./metrics/metrics.ts";
import type { Metrics } from "./metrics/metrics.ts";
import type { Asides } from "./notices/asides.ts";
import { createNotices } from "./notices/notices.ts";
import type { Notices } from "./notices/notices.ts";
import type { LiveConfiguration } from "./reload/live-configuration.ts";
import type { ReloadReport } from "./operations.ts";
import { createReload } from "./reload/reload.ts";
import type { Tracing } from "./tracing/tracing.ts";
import { createAutoResume } from "./resume/auto.ts";
import type { AutoResume } from "./resume/auto.ts";
import { beginAuto, beginTurn } from "./turns/begin.ts";
import { createRunner } from "./turns/runner.ts";
import type { Runner } from "./turns/runner.ts";
import { createWorkerPool } from "./turns/worker-pool.ts";
import type { WorkerPool } from "./turns/worker-pool.ts";
import { createWatch } from "./watch.ts";
import type { Watch } from "./watch.ts";

/** The parts of a running gateway, each made with what it stands on. */
export interface Rooms {
  readonly core: Core;
  readonly desk: Desk;
  readonly pool: WorkerPool;
  readonly runner: Runner;
  readonly metrics: Metrics;
  readonly delivery: Delivery;
  readonly admission: Admission;
  readonly auto: AutoResume;
  readonly notices: Notices;
  readonly pairing: Pairing;
  readonly revocation: Revocation;
  readonly archive: Archive;
  readonly watch: Watch;
  readonly reload: () => Promise<ReloadReport>;
  readonly tracing: Tracing | null;
  /** Resolves when no task of a worker is under way, and what their spans leave to the next boot is stored. */
  settled(): Promise<void>;
}

export interface RoomParts {
  readonly workers: readonly Worker[];
  /** Where the workers say what is outside of any turn. */
  readonly asides: Asides;
  readonly chance: Chance;
  /** Whose settings are the core's. */
  readonly configuration: LiveConfiguration;
  /** Null or left out: nobody wants spans. */
  readonly tracing?: Tracing | null;
}

export function createRooms(base: Core, parts: RoomParts): Rooms {
  const { workers, asides, chance, configuration, tracing = null } = parts;
  const metrics = createMetrics(base.clock);
  const bare = { ...base, engine: metrics.timed(base.engine) };
  const { core, onRows } = watchOutbox(bare);
  const desk = createDesk(core);
  metrics.countTurns(desk);
  const pool = createWorkerPool(core, workers);
  const runner = createRunner(core, desk, pool);
  tracing?.watchTurns(desk, runner.staged);
  // Its own writes are not news to it.
  const delivery = createDelivery(bare, chance, (network, outcome, how) => {
    metrics.answered(network, outcome, how);
    tracing?.sent(network, outcome, how);
  });
  onRows(delivery.offer);
  desk.onEffect(runner.perform);
  const admission = createAdmission(core, desk, (key) => beginTurn(core, desk, runner.staged, key));
  const revocation = createRevocation({ core, desk, runner });
  const archive = createArchive(core, desk);
  return {
    core,
    desk,
    pool,
    runner,
    metrics,
    delivery,
    admission,
    auto: createAutoResume(core, desk, (key) => beginAuto(core, desk, runner.staged, key)),
    notices: createNotices(core),
    pairing: createPairing(core, chance),
    revocation,
    archive,
    watch: createWatch({ core, desk, runner, pool, asides, archive }),
    reload: createReload({ core, configuration, revocation, admission }),
    tracing,
    async settled() {
      await runner.settled();
      await tracing?.close();
    },
  };
}
