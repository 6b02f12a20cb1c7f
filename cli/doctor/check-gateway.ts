import { readHolder, type Holder } from "../../gateway/instance/holder.ts";
import type { ControlClient } from "../../gateway/control/client.ts";
import type { StatusReport } from "../../gateway/operations.ts";
import { startTimeOf } from "../../workers/process/process-table.ts";
import { fail, ok, warn, type Finding } from "./finding.ts";

/** The gateway that holds the state directory; its lock is not touched, so that a start is not disturbed. */
export function holderOf(stateDir: string): Holder | null {
  const holder = readHolder(stateDir);
  if (holder === null || startTimeOf(holder.pid) !== holder.startTime) return null;
  return holder;
}

export async function checkGateway(
  stateDir: string,
  client: ControlClient,
): Promise<readonly Finding[]> {
  const holder = holderOf(stateDir);
  if (holder === null) return [ok("gateway", "does not run; nobody holds the state directory")];
  const status = await client.status().catch(() => null);
  if (status === null) {
    const found = `process ${holder.pid} holds the state directory and does not answer`;
    return [fail("gateway", found, "look at its log; sluice stop --force, or restart the service")];
  }
  const runs = `runs (${status.phase}), process ${holder.pid}, version ${holder.version}`;
  const held = status.held === null ? [] : [warn("gateway", status.held, "sluice undrain")];
  return [ok("gateway", runs), ...held, ...status.adapters.map(linkOf)];
}

/** What a bot's network says of its token is told beside this. */
function linkOf({ network, account, state, reason }: StatusReport["adapters"][number]): Finding {
  const check = `${network}/${account}`;
  if (state === "connected") return ok(check, "the gateway is connected to it");
  const found = `the gateway is not connected to it: ${reason ?? state}`;
  return state === "failed"
    ? fail(check, found, "mend that, and restart the gateway")
    : warn(check, found, "it tries again by itself; look again in a moment");
}
