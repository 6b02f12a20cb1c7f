import { join } from "node:path";

import type { Chance } from "../sessions/clock.ts";
import { SluiceError } from "../sessions/errors.ts";
import type { BootId } from "../sessions/ids.ts";
import { consoleToken } from "./config/console-token.ts";
import type { SupervisorEnvironment } from "./config/supervisor-environment.ts";
import { serveHttp } from "./console/serve-http.ts";
import type { HttpServer } from "./console/serve-http.ts";
import { serveControl } from "./control/serve-control.ts";
import type { Core } from "./core.ts";
import type { Gateway } from "./gateway.ts";
import type { DrainReport, Operations } from "./operations.ts";
import { oldestQueuedMs } from "./report/status.ts";
import { heedSignals } from "./signals.ts";
import { liveCounts } from "./supervisor/live-counts.ts";
import { openNotifier } from "./supervisor/notifier.ts";
import { startSupervision } from "./supervisor/supervision.ts";
import type { Supervision } from "./supervisor/supervision.ts";

/** A gateway to be started, and what its start must know. */
export interface Service {
  readonly gateway: Gateway;
  /** The last boot left no marker. */
  readonly recover: boolean;
  /** Why the channels stay closed, or null. */
  readonly held: string | null;
  /** Called once messages flow. */
  readonly onReady: ((ready: { readonly boot: BootId }) => void) | undefined;
  readonly supervisor: SupervisorEnvironment;
  readonly chance: Chance;
  /** Whom to tell that what is stored may have changed. */
  readonly onCommit: (listener: () => void) => void;
}

/** Control and health first and last: an operator can look at a gateway that is starting or leaving. */
export async function serve(core: Core, how: Service): Promise<DrainReport> {
  const { gateway } = how;
  const { control } = core.settings;
  const { operations } = gateway;
  const supervision = beSupervised(core, how);
  const forget = heedSignals(gateway, core, {
    reload: () => supervision.reload(() => reload(operations)),
  });
  const { clock, log } = core;
  const controlServer = await serveControl({ operations, socket: control.socket, log, clock });
  try {
    const httpServer = await openHttp(core, how);
    try {
      await start(core, how, supervision);
      return await gateway.drained;
    } finally {
      await gateway.stop();
      await httpServer?.close();
    }
  } finally {
    await controlServer.close();
    forget();
    await supervision.end();
  }
}

/** Of the page's files. */
const PAGE = join(import.meta.dirname, "..", "console");

/** Null: nobody wants it. */
async function openHttp(
  core: Core,
  { gateway, supervisor, chance }: Service,
): Promise<HttpServer | null> {
  const { http, console, stateDir } = core.settings;
  const { operations } = gateway;
  const { host, port } = http;
  const [descriptor = null] = supervisor.descriptors["http"] ?? [];
  if (port === null && descriptor === null) return null;
  const { clock, log } = core;
  const page = console.enabled
    ? {
        operations,
        adapters: core.networks.adapters,
        token: consoleToken(stateDir, chance),
        host,
        hosts: console.hosts,
        directory: PAGE,
        clock,
        log,
      }
    : null;
  const server = await serveHttp({
    operations,
    health: () => ({ phase: gateway.phase(), held: gateway.held() }),
    oldestQueuedMs: async () => oldestQueuedMs(core, (await core.engine.waiting())[0]?.key),
    host,
    port: port ?? 0,
    descriptor,
    console: page,
  });
  log.info({ host, port: server.port, console: console.enabled }, "http open");
  return server;
}

function beSupervised(core: Core, { gateway, supervisor, onCommit }: Service): Supervision {
  const { clock, settings } = core;
  const supervision = startSupervision(openNotifier(supervisor, core), {
    clock,
    watchdogMs: supervisor.watchdogMs,
    get deliveryMs() {
      return settings.drain.deliveryMs;
    },
    monotonicUs: () => process.hrtime.bigint() / 1000n,
    counts: () => liveCounts(core, gateway),
    drainReport: () => gateway.operations.drainReport(),
  });
  onCommit(() => supervision.changed());
  core.networks.onState(() => supervision.changed());
  return supervision;
}

/** One that fails has told the log why. */
async function reload({ reload: again }: Operations): Promise<void> {
  await again().catch(() => undefined);
}

async function start(
  core: Core,
  { gateway, recover, held, onReady }: Service,
  supervision: Supervision,
): Promise<void> {
  try {
    await gateway.start({ recover, held });
    core.log.info({ pid: process.pid }, "gateway ready");
    supervision.ready();
    onReady?.({ boot: core.boot });
  } catch (error) {
    // A stop during the start is a planned end like any other.
    if (error instanceof SluiceError && error.code === "start_aborted") return;
    throw error;
  }
}
