import type { SessionRecord } from "./session-record.ts";

/** One event of the gateway, as it came. */
export interface Arrival {
  /** Of the session it belongs to; the sequence is this event's. */
  readonly session: SessionRecord;
  readonly type: string;
  readonly data: unknown;
}
