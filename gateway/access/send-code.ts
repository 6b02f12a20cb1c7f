import type { SendResult } from "../../adapters/adapter.ts";
import type { InboundMessage } from "../../sessions/message.ts";
import type { Core } from "../core.ts";

const SEND_MS = 30_000;

/**
 * Past the outbox, which keeps what it sends for days: there the code could be read. One try; a stranger whose code
 * did not arrive writes again.
 */
export async function sendCode(
  core: Core,
  { address, externalId }: InboundMessage,
  text: string,
): Promise<Pick<SendResult, "outcome">> {
  const adapter = core.networks.adapter(address);
  if (adapter === null) return { outcome: "not_sent" };
  const late = new AbortController();
  const timer = core.clock.timer(SEND_MS, () => late.abort());
  const how = { id: core.ids.outbox(), uncertain: false, signal: late.signal };
  try {
    return await adapter.send(address, { text, buttons: [], file: null, replyTo: externalId }, how);
  } finally {
    timer.cancel();
  }
}
