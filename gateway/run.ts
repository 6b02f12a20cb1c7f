import { join } from "node:path";

import type { Logger } from "pino";

import type { Adapter } from "../adapters/adapter.ts";
import type { Chance, Clock } from "../sessions/clock.ts";
import { SluiceError, textOf } from "../sessions/errors.ts";
import { createIds } from "../sessions/ids.ts";
import type { BootId } from "../sessions/ids.ts";
import { openSqliteEngine } from "../sessions/sqlite/sqlite-engine.ts";
import type { CorruptRow } from "../sessions/sqlite/table.ts";
import { createAccess } from "./access/access.ts";
import { tellMissingOperators } from "./access/access-report.ts";
import { openBook } from "./access/book.ts";
import { createAdapters } from "./adapters.ts";
import { holdLease } from "./boot/hold-lease.ts";
import { beginBoot, endBoot } from "./boot/life.ts";
import { prepareWorkers } from "./boot/prepare-workers.ts";
import { crashLoop } from "./boot/crash-loop.ts";
import type { Configuration } from "./config/configuration.ts";
import { NO_SUPERVISOR } from "./config/supervisor-environment.ts";
import type { SupervisorEnvironment } from "./config/supervisor-environment.ts";
import type { Core } from "./core.ts";
import { shortStop } from "./drain/deadline.ts";
import { createGateway } from "./gateway.ts";
import { consumeMarker } from "./instance/clean-shutdown.ts";
import { acquireInstanceLock } from "./instance/lock.ts";
import { createLog } from "./log.ts";
import type { LogOutput } from "./log.ts";
import { standardOutput } from "./standard-output.ts";
import { createNetworks } from "./networks.ts";
import { createAsides } from "./notices/asides.ts";
import { createCatalogue } from "./notices/catalogue.ts";
import type { DrainReport } from "./operations.ts";
import { liveConfiguration } from "./reload/live-configuration.ts";
import type { LiveConfiguration } from "./reload/live-configuration.ts";
import { noProbe } from "./probe.ts";
import type { Probe } from "./probe.ts";
import { leave } from "./leave.ts";
import type { ExitCode } from "./leave.ts";
import { serve } from "./serve.ts";
import { openTracing } from "./tracing/tracing.ts";
import { watchCommits } from "./supervisor/watch-commits.ts";

/** Time, chance and what a test adds to a gateway; a person's gateway runs with none of it. */
export interface Outside {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly probe?: Probe;
  readonly adapters?: (core: Pick<Core, "clock" | "log">) => readonly Adapter[];
  readonly pragmas?: readonly string[];
  readonly output?: LogOutput;
}

export interface RunOptions {
  readonly configuration: Configuration;
  /** As a start would read it now, for a reload; without it, it never changes. */
  readonly reread?: () => Promise<Configuration>;
  /** The variables of this process, for what workers inherit. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** What the supervisor told this process, taken out of its environment. */
  readonly supervisor?: SupervisorEnvironment;
  readonly outside: Outside;
  /** Called once messages flow. */
  readonly onReady?: (ready: { readonly boot: BootId }) => void;
}

/**
 * One life of the gateway, from the lock to the marker. Resolves with the exit code of a planned end;
 * rejects with a `SluiceError` when it could not start, with nothing left half.
 */
export async function runGateway(options: RunOptions): Promise<{ readonly exitCode: ExitCode }> {
  const { outside } = options;
  const { clock, chance } = outside;
  const configuration = liveConfiguration(
    options.configuration,
    options.reread ?? (async () => options.configuration),
  );
  const { settings } = configuration;
  const ids = createIds(clock, chance);
  const boot = ids.boot();
  const log = createLog(settings.log, { boot, output: outside.output ?? standardOutput });
  const lock = acquireInstanceLock({
    stateDir: settings.stateDir,
    boot,
    pid: process.pid,
    version: options.version,
    clock,
  });
  try {
    const engine = await openSqliteEngine({
      file: join(settings.stateDir, "sluice.sqlite"),
      boot,
      clock,
      isAlone: true,
      onCorrupt: tellOnce(log),
      ...(outside.pragmas && { pragmas: outside.pragmas }),
    });
    try {
      const core = { engine, clock, ids, log, boot, settings, probe: outside.probe ?? noProbe };
      return await live({ ...options, configuration }, core);
    } catch (error) {
      // It says what must be mended: no crash, and not to be counted as one.
      if (error instanceof SluiceError)
        await endBoot({ engine, clock, boot }, "planned").catch(() => undefined);
      throw error;
    } finally {
      await engine.close();
    }
  } finally {
    lock.release();
  }
}

async function live(
  options: Omit<RunOptions, "configuration"> & { readonly configuration: LiveConfiguration },
  base: Omit<Core, "texts" | "networks" | "access" | "fence">,
) {
  const { configuration, outside } = options;
  const { log, clock, settings } = base;
  const supervisor = options.supervisor ?? NO_SUPERVISOR;
  const { engine, onCommit } = watchCommits(base.engine);
  const boots = await engine.boots(20);
  const tellReady = await beginBoot({ ...base, engine }, { pid: process.pid, last: boots[0] });
  const last = boots[0]?.id ?? null;
  const marker = await consumeMarker(settings.stateDir, { lastBoot: last, now: clock.now() });
  const isClean = marker.outcome === "found";
  log.info(
    {
      clean: isClean,
      ...(marker.outcome === "absent" && { why: marker.reason, detail: marker.detail }),
    },
    isClean
      ? "clean-shutdown marker found"
      : "no clean-shutdown marker: turns of dead boots are recovered",
  );
  const asides = createAsides();
  const workers = await prepareWorkers(base, { environment: options.environment, asides });
  const adapters = [
    ...(await createAdapters(configuration, { clock, chance: outside.chance, log, supervisor })),
    ...(outside.adapters?.({ clock, log }) ?? []),
  ];
  const access = createAccess(settings, await openBook(base));
  const lease = await holdLease(base, () => {
    gateway.drain({ then: "stop", timeoutMs: 0, by: "lost lease", worker: null });
  });
  const core: Core = {
    ...base,
    engine,
    fence: lease.fence,
    texts: createCatalogue(settings.notices.language, () => settings.notices.texts),
    networks: createNetworks(adapters, settings),
    access,
  };
  const held = crashLoop(core, boots);
  if (held !== null)
    log.error(
      { why: held },
      "channels held: the gateway keeps crashing; `sluice undrain` lets them go",
    );
  const short = shortStop(core);
  if (short !== null) log.warn(short);
  tellMissingOperators(core);
  const { chance } = outside;
  const { version } = options;
  const gateway = createGateway(core, {
    workers,
    asides,
    chance,
    configuration,
    tracing: await openTracing(core, { chance, version }),
    version,
    pid: process.pid,
  });
  let report: DrainReport;
  try {
    const onReady = (ready: { readonly boot: BootId }): void => {
      tellReady();
      options.onReady?.(ready);
    };
    const how = { gateway, recover: !isClean, held, onReady };
    report = await serve(core, { ...how, supervisor, onCommit, chance: outside.chance });
  } finally {
    await lease.release().catch((error: unknown) => {
      log.warn({ error: textOf(error) }, "lease not released");
    });
  }
  return leave(core, report);
}

/** A damaged row is met at every read; its line in the log is needed once. */
function tellOnce(log: Logger): (row: CorruptRow) => void {
  const told = new Set<string>();
  return (row) => {
    const name = `${row.table} ${row.id}`;
    if (!told.has(name)) log.error(row, "row unreadable, left aside");
    told.add(name);
  };
}
