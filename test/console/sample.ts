import type { SessionSummary, StatusReport } from "../../gateway/operations.ts";
import type { SessionId, SessionKey, TurnId } from "../../sessions/ids.ts";
import type { SessionEvent } from "../../sessions/machine/events.ts";
import type { StoredEvent } from "../../sessions/rows.ts";
import { aStatus as gatewayStatus } from "../control/held-operations.ts";

export function aStatus(boot: string, lastEvent: number): StatusReport {
  return gatewayStatus({ boot, lastEvent });
}

export function aSummary(key: string, given: Partial<SessionSummary> = {}): SessionSummary {
  return {
    key: key as SessionKey,
    session: "ses_1" as SessionId,
    status: "idle",
    turns: 1,
    cuts: 0,
    queued: 0,
    touchedAt: 1000,
    ...given,
  };
}

export const aTurn = "trn_1" as TurnId;

export function anEvent(seq: number, key: string, event: SessionEvent, at = seq): StoredEvent {
  return { seq, key: key as SessionKey, session: "ses_1" as SessionId, at, event };
}

export function runs(seq: number, key = "local:main:home"): StoredEvent {
  return anEvent(seq, key, { type: "status_changed", from: "idle", to: "running" });
}
