import type { ControlClient } from "../gateway/control/client.ts";
import type { GatewayPhase, StatusReport } from "../gateway/operations.ts";
import { sleep } from "../sessions/clock.ts";
import { SluiceError } from "../sessions/errors.ts";
import type { Shell } from "./shell.ts";
import { formatSpan } from "./show/span.ts";

const POLL_MS = 20;
const PATIENCE_MS = 60_000;

export interface NextBoot {
  readonly boot: string;
  readonly pid: number;
  readonly phase: GatewayPhase;
  /** From the last answer of the old process to the first of the new one. */
  readonly downMs: number;
}

export interface AwaitBoot {
  readonly shell: Shell;
  readonly client: ControlClient;
  /** The boot that leaves. */
  readonly before: string;
  /** Monotonic ms of its last answer. */
  readonly heardAt: number;
}

/** Resolves when another boot is ready. Rejects when none is within a minute. */
export async function awaitBoot(wait: AwaitBoot): Promise<NextBoot> {
  const { shell, client } = wait;
  const limit = AbortSignal.timeout(PATIENCE_MS);
  let downMs: number | null = null;
  while (!limit.aborted) {
    const status = await statusOrNull(client);
    if (status !== null && status.boot !== wait.before) {
      downMs ??= shell.clock.monotonic() - wait.heardAt;
      if (status.phase !== "starting") {
        const { boot, pid, phase } = status;
        return { boot, pid, phase, downMs: Math.round(downMs) };
      }
    }
    await sleep(shell.clock, POLL_MS, limit);
  }
  throw new SluiceError(
    "control_unreachable",
    downMs === null
      ? `The gateway stopped, and none came up within ${formatSpan(PATIENCE_MS)}`
      : `The gateway came up again, and is not ready after ${formatSpan(PATIENCE_MS)}`,
    {
      advice: "read its log; if nothing restarts it, run it with `sluice start` or as a service",
    },
  );
}

async function statusOrNull(client: ControlClient): Promise<StatusReport | null> {
  try {
    return await client.status();
  } catch (error) {
    if (error instanceof SluiceError && error.code === "control_unreachable") return null;
    throw error;
  }
}
