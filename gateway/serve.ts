import { SluiceError } from "../sessions/errors.ts";
import type { BootId } from "../sessions/ids.ts";
import { serveControl } from "./control/serve-control.ts";
import { serveHealth } from "./control/serve-health.ts";
import type { Core } from "./core.ts";
import type { Gateway } from "./gateway.ts";
import type { DrainReport } from "./operations.ts";
import { heedSignals } from "./signals.ts";

/** A gateway to be started, and what its start must know. */
export interface Service {
  readonly gateway: Gateway;
  /** The last boot left no marker. */
  readonly recover: boolean;
  /** Why the channels stay closed, or null. */
  readonly held: string | null;
  /** Called once messages flow. */
  readonly onReady: ((ready: { readonly boot: BootId }) => void) | undefined;
}

/** Control and health first and last: an operator can look at a gateway that is starting or leaving. */
export async function serve(core: Core, how: Service): Promise<DrainReport> {
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
      await start(core, how);
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

async function start(core: Core, { gateway, recover, held, onReady }: Service): Promise<void> {
  try {
    await gateway.start({ recover, held });
    core.log.info({ pid: process.pid }, "gateway ready");
    onReady?.({ boot: core.boot });
  } catch (error) {
    // A stop during the start is a planned end like any other.
    if (error instanceof SluiceError && error.code === "start_aborted") return;
    throw error;
  }
}
