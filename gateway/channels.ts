import type { Adapter } from "../adapters/adapter.ts";
import { SluiceError } from "../sessions/errors.ts";
import type { Core } from "./core.ts";
import { createHost } from "./inbound.ts";
import type { InboundEars } from "./inbound.ts";

/** The connections to the chat networks, as one: all are up, or the start fails and none is. */
export interface Channels {
  connect(signal: AbortSignal): Promise<void>;
  /** Idempotent. */
  disconnect(): Promise<void>;
}

export function createChannels(core: Core, ears: InboundEars): Channels {
  const connected = new Set<Adapter>();
  return {
    async connect(signal) {
      const results = await Promise.allSettled(
        core.networks.adapters.map(async (adapter) => {
          await adapter.connect(createHost(core, adapter, ears), signal);
          connected.add(adapter);
        }),
      );
      const failed = results.find((one) => one.status === "rejected");
      if (failed === undefined && !signal.aborted) return core.probe("adapters_connected");
      await this.disconnect();
      if (failed !== undefined) throw failed.reason;
      throw aborted();
    },
    async disconnect() {
      const all = [...connected];
      connected.clear();
      await Promise.allSettled(all.map((adapter) => adapter.disconnect()));
    },
  };
}

/** A stop came while the gateway was starting. */
export function aborted(): SluiceError {
  return new SluiceError("start_aborted", "The start was called off: a stop was asked for", {
    advice: "start it again when you want it to run",
  });
}
