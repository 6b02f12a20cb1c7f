import { textOf } from "../../sessions/errors.ts";
import type { DrainRow } from "../../sessions/rows.ts";
import type { Core } from "../core.ts";
import type { DrainRequest } from "../operations.ts";

/** What is stored of a drain for whoever looks back. That it cannot be stored holds no drain up. */
export interface DrainRecord {
  timedOut(): void;
  ended(end: NonNullable<DrainRow["end"]>): void;
}

export function recordDrain(core: Core, request: DrainRequest): DrainRecord {
  const { engine, clock, log, boot } = core;
  let row: DrainRow = {
    boot,
    beganAt: clock.now(),
    next: request.then,
    by: request.by,
    timedOutAt: null,
    endedAt: null,
    end: null,
  };
  const put = (change: Partial<DrainRow>): void => {
    row = { ...row, ...change };
    engine.commit({ drain: row }).catch((error: unknown) => {
      log.warn({ error: textOf(error) }, "drain not recorded");
    });
  };
  put({});
  return {
    timedOut: () => put({ timedOutAt: clock.now() }),
    ended: (end) => put({ endedAt: clock.now(), end }),
  };
}
