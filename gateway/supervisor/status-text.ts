import type { AdapterState } from "../../adapters/adapter.ts";
import type { DrainReport, GatewayPhase } from "../operations.ts";

/** What the gateway is at now, for one line. */
export interface LiveCounts {
  readonly phase: GatewayPhase;
  /** Why the channels are held back, or null. */
  readonly held: string | null;
  readonly drain: Pick<DrainReport, "phase" | "then" | "remainingMs"> | null;
  readonly running: number;
  /** Turns that wait for a person. */
  readonly awaiting: number;
  /** Messages that wait for a turn. */
  readonly queued: number;
  readonly undelivered: number;
  readonly networks: readonly { readonly name: string; readonly state: AdapterState["at"] }[];
}

/** As `systemctl status` shows it. */
export function statusText(counts: LiveCounts): string {
  const turns = `${counts.running} running, ${counts.awaiting} awaiting a person`;
  const messages = `${counts.queued} waiting, ${counts.undelivered} undelivered`;
  return `${phaseText(counts)}: ${turns}, ${messages}; ${networksText(counts.networks)}`;
}

function phaseText({ phase, held, drain }: LiveCounts): string {
  if (phase === "draining" && drain !== null) {
    const isLimited = drain.phase === "waiting";
    const left = isLimited ? `, turns have ${Math.ceil(drain.remainingMs / 1000)} s` : "";
    return `draining to ${drain.then}${left}`;
  }
  return held === null ? phase : `channels held (${held})`;
}

function networksText(networks: LiveCounts["networks"]): string {
  const away = networks.filter(({ state }) => state !== "connected");
  const text = `${networks.length - away.length} of ${networks.length} networks connected`;
  if (away.length === 0) return text;
  return `${text} (${away.map(({ name, state }) => `${name} ${state}`).join(", ")})`;
}
