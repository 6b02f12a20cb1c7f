import { realpathSync } from "node:fs";

import { formatMarker, toInstance } from "../../workers/process/marker.ts";
import { sweepDeadBoots } from "../../workers/process/sweep.ts";
import type { Worker, WorkerHost } from "../../workers/worker.ts";
import type { Core } from "../core.ts";
import type { Asides } from "../notices/asides.ts";
import { createWorkers } from "../workers.ts";

/** Processes of dead boots end before any session loads; new ones are announced before they are used. */
export async function prepareWorkers(
  base: Pick<Core, "engine" | "log" | "boot" | "clock" | "settings">,
  outside: {
    readonly environment: Readonly<Record<string, string | undefined>>;
    readonly asides: Asides;
  },
): Promise<readonly Worker[]> {
  const { engine, log, boot, clock, settings } = base;
  const { environment, asides } = outside;
  const instance = toInstance(realpathSync(settings.stateDir));
  const processes = await engine.processes();
  await sweepDeadBoots({ processes, boot, markerPrefix: `${instance}.`, clock, log });
  const gone = processes.filter((row) => row.boot !== boot).map((row) => row.pid);
  if (gone.length > 0) await engine.commit({ processes: { put: [], gone } });
  const host: WorkerHost = {
    boot,
    marker: formatMarker({ instance, boot }),
    async started(process) {
      await engine.commit({ processes: { put: [process], gone: [] } });
    },
    async ended(pid) {
      await engine.commit({ processes: { put: [], gone: [pid] } });
    },
    notice: asides.heard,
  };
  return createWorkers(settings, { host, clock, log, environment });
}
