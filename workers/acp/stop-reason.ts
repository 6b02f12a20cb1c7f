import type { StopReason } from "@agentclientprotocol/sdk";

import type { WorkerEvent } from "../worker.ts";

export type Ending = Extract<WorkerEvent, { type: "completed" | "failed" | "cancelled" }>;

const CANCELLED: StopReason = "cancelled";

/**
 * What an agent's own end of a turn means. Some end it as cancelled when a person said no. Reasons that are not
 * known pass as they are.
 */
export function toEnding(
  reason: string,
  before: { readonly wasInterrupted: boolean; readonly wasDenied: boolean },
): Ending {
  if (reason !== CANCELLED) {
    return before.wasInterrupted ? { type: "cancelled" } : { type: "completed", reason };
  }
  if (!before.wasInterrupted && before.wasDenied) return { type: "cancelled", reason: "declined" };
  return { type: "cancelled" };
}
