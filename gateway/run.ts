import { realpathSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

import type { Adapter } from "../adapters/adapter.ts";
import type { Chance, Clock } from "../sessions/clock.ts";
import { SluiceError } from "../sessions/errors.ts";
import { createIds } from "../sessions/ids.ts";
import type { BootId } from "../sessions/ids.ts";
import { openSqliteEngine } from "../sessions/sqlite/sqlite-engine.ts";
import type { Engine } from "../sessions/engine.ts";
import { formatMarker, toInstance } from "../workers/process/marker.ts";
import { sweepDeadBoots } from "../workers/process/sweep.ts";
import type { Worker, WorkerHost } from "../workers/worker.ts";
import { createAdapters } from "./adapters.ts";
import { crashLoop } from "./boot/crash-loop.ts";
import type { Configuration } from "./config/configuration.ts";
import { serveControl } from "./control/serve-control.ts";
import { serveHealth } from "./control/serve-health.ts";
import type { Core } from "./core.ts";
import { shortStop } from "./drain/deadline.ts";
import { createGateway } from "./gateway.ts";
import type { Gateway } from "./gateway.ts";
import { consumeMarker, writeMarker } from "./instance/clean-shutdown.ts";
import { acquireInstanceLock } from "./instance/lock.ts";
import { createLog } from "./log.ts";
import { createNetworks } from "./networks.ts";
import { createCatalogue } from "./notices/catalogue.ts";
import type { DrainReport } from "./operations.ts";
import { noProbe } from "./probe.ts";
import type { Probe } from "./probe.ts";
import { heedSignals } from "./signals.ts";
import { createWorkers } from "./workers.ts";

/** 0 planned stop, 75 restart me, 78 the configuration must be mended (thrown errors tell which), 1 unexpected. */
export type ExitCode = 0 | 75;

/** Time, chance and what a test adds to a gateway; a person's gateway runs with none of it. */
export interface Outside {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly probe?: Probe;
  readonly adapters?: (core: Pick<Core, "clock" | "log">) => readonly Adapter[];
  readonly pragmas?: readonly string[];
}

export interface RunOptions {
  readonly configuration: Configuration;
  /** The variables of this process, for what workers inherit. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly outside: Outside;
  /** Called once messages flow. */
  readonly onReady?: (ready: { readonly boot: BootId }) => void;
}

/**
 * One life of the gateway, from the lock to the marker. Resolves with the exit code of a planned end;
 * rejects with a `SluiceError` when it could not start, with nothing left half.
 */
export async function runGateway(options: RunOptions): Promise<{ readonly exitCode: ExitCode }> {
  const { configuration: settings, outside } = options;
  const { clock, chance } = outside;
  const ids = createIds(clock, chance);
  const boot = ids.boot();
  const log = createLog(settings.log, boot);
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
      onCorrupt: (row) => log.error(row, "row unreadable, left aside"),
      ...(outside.pragmas && { pragmas: outside.pragmas }),
    });
    try {
      const core = { engine, clock, ids, log, boot, settings, probe: outside.probe ?? noProbe };
      return await live(options, core);
    } finally {
      await engine.close();
    }
  } finally {
    lock.release();
  }
}

async function live(options: RunOptions, base: Omit<Core, "texts" | "networks">) {
  const { configuration: settings, outside } = options;
  const { engine, log, boot, clock } = base;
  const boots = await engine.boots(20);
  const startedAt = clock.now();
  await engine.commit({ boot: { id: boot, startedAt, pid: process.pid, ended: null } });
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
  const workers = await createWorkerHouse(options, base);
  const adapters = [
    ...createAdapters(settings, { clock, chance: outside.chance, log }),
    ...(outside.adapters?.({ clock, log }) ?? []),
  ];
  const core: Core = {
    ...base,
    texts: createCatalogue(settings.notices.texts),
    networks: createNetworks(adapters, settings.networks),
  };
  const held = crashLoop(core, boots);
  if (held !== null)
    log.error(
      { why: held },
      "channels held: the gateway keeps crashing; `sluice undrain` lets them go",
    );
  const short = shortStop(core);
  if (short !== null) log.warn(short);
  const gateway = createGateway(core, {
    workers,
    chance: outside.chance,
    version: options.version,
    pid: process.pid,
  });
  const report = await serve(options, core, { gateway, recover: !isClean, held });
  return leave(options, core, report);
}

/** Control and health first and last: an operator can look at a gateway that is starting or leaving. */
async function serve(
  options: RunOptions,
  core: Core,
  how: { readonly gateway: Gateway; readonly recover: boolean; readonly held: string | null },
): Promise<DrainReport> {
  const { gateway } = how;
  const { http, control } = core.settings;
  const { operations } = gateway;
  const forget = heedSignals(gateway, core);
  const controlServer = await serveControl({ operations, socket: control.socket, log: core.log });
  try {
    const health = () => ({ phase: gateway.phase(), held: gateway.held() });
    const { host, port } = http;
    const healthServer =
      port === null ? null : await serveHealth({ operations, health, host, port });
    try {
      await start(options, core, how);
      return await gateway.drained;
    } finally {
      await gateway.stop();
      await healthServer?.close();
    }
  } finally {
    await controlServer.close();
    forget();
  }
}

async function start(
  options: RunOptions,
  core: Core,
  {
    gateway,
    recover,
    held,
  }: { readonly gateway: Gateway; readonly recover: boolean; readonly held: string | null },
): Promise<void> {
  try {
    await gateway.start({ recover, held });
    core.log.info({ boot: core.boot, pid: process.pid }, "gateway ready");
    options.onReady?.({ boot: core.boot });
  } catch (error) {
    // A stop during the start is a planned end like any other.
    if (error instanceof SluiceError && error.code === "start_aborted") return;
    throw error;
  }
}

/** The marker is the last word, and only of a gateway that cut nothing and left nothing unsettled. */
async function leave(options: RunOptions, core: Core, report: DrainReport) {
  const { engine, log, boot, settings, clock } = core;
  const open = await engine.openTurns();
  const sending = await engine.outbox({ states: ["sending", "draft"], after: 0, limit: 1 });
  const isSettled =
    !report.timedOut &&
    open.every((turn) => turn.phase === "awaiting_input") &&
    sending.length === 0;
  const why = report.then === "restart" ? "restart" : "stop";
  const [own] = await engine.boots(1);
  if (own?.id === boot)
    await engine.commit({ boot: { ...own, ended: isSettled ? "clean" : "planned" } });
  await engine.close();
  if (isSettled) {
    await writeMarker(settings.stateDir, { boot, at: clock.now(), why, host: hostname() });
    core.probe("marker_written");
  }
  log.info({ why, clean: isSettled, cut: report.cut.length }, "gateway stopped");
  return { exitCode: report.then === "restart" ? (75 as const) : (0 as const) };
}

/** Processes of dead boots end before any session loads; new ones are announced before they are used. */
async function createWorkerHouse(
  options: RunOptions,
  base: Pick<Core, "engine" | "log" | "boot" | "clock" | "settings">,
): Promise<readonly Worker[]> {
  const { engine, log, boot, clock, settings } = base;
  const instance = toInstance(realpathSync(settings.stateDir));
  const processes = await engine.processes();
  await sweepDeadBoots({ processes, boot, markerPrefix: `${instance}.`, clock, log });
  const gone = processes.filter((row) => row.boot !== boot).map((row) => row.pid);
  if (gone.length > 0) await engine.commit({ processes: { put: [], gone } });
  const host: WorkerHost = {
    boot,
    marker: formatMarker({ instance, boot }),
    started: (process) => ledger(engine, { put: [process], gone: [] }),
    ended: (pid) => ledger(engine, { put: [], gone: [pid] }),
  };
  return createWorkers(settings, { host, clock, log, environment: options.environment });
}

async function ledger(
  engine: Engine,
  processes: NonNullable<Parameters<Engine["commit"]>[0]["processes"]>,
) {
  await engine.commit({ processes });
}
