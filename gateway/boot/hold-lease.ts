import { textOf, SluiceError } from "../../sessions/errors.ts";
import type { Core } from "../core.ts";

export interface HeldLease {
  readonly fence: number;
  release(): Promise<void>;
}

const TTL_MS = 60_000;
const RENEW_MS = 20_000;
/** Everything that may write turns holds it: with one process it is never contested. */
const RESOURCE = "gateway";

/**
 * The lease on the store, renewed until it is released, also while draining. Its fence goes into every turn of
 * this boot. `lost` is called when another boot took it: then nothing of this one may be written any more.
 */
export async function holdLease(
  core: Pick<Core, "engine" | "clock" | "log">,
  lost: () => void,
): Promise<HeldLease> {
  const { engine, clock, log } = core;
  const lease = await engine.lease(RESOURCE, TTL_MS);
  if (lease === null) {
    throw new SluiceError("state_locked", "The store is in use by another gateway", {
      advice: "stop that gateway, or wait a minute if it has just died",
    });
  }
  let timer = clock.timer(RENEW_MS, renew);

  function renew(): void {
    timer = clock.timer(RENEW_MS, renew);
    void lease?.renew().then(
      (isOurs) => {
        if (isOurs) return;
        timer.cancel();
        log.error({ fence: lease.fence }, "lease lost: another gateway writes this store");
        lost();
      },
      (error: unknown) => log.warn({ error: textOf(error) }, "lease not renewed"),
    );
  }

  return {
    fence: lease.fence,
    async release() {
      timer.cancel();
      await lease.release();
    },
  };
}
