import type { Span } from "../engine.ts";
import type { BootLife, DrainRow } from "../rows.ts";
import { BOOTS, DRAINS } from "./boots.ts";
import { toNumber } from "./connection.ts";
import type { Connection } from "./connection.ts";
import type { Reads, ReadSide } from "./reads.ts";
import { TURNS } from "./turns.ts";

/** What the timeline asks: by time, over all sessions. */
export function createSpanReads(
  side: Pick<ReadSide, "connection" | "rows" | "guard">,
): Pick<Reads, "lives" | "lastSign" | "turnsBetween" | "eventsFrom"> {
  const { connection, rows, guard } = side;
  return {
    lives: (span) =>
      guard(() => {
        const boots = rows.many(BOOTS, findBoots(connection, span));
        return boots.map((boot): BootLife => ({ ...boot, drains: drainsOf(boot.id) }));
      }),
    lastSign: () => guard(() => numberOrNull(connection.get(LAST_SIGN)?.["at"])),
    turnsBetween: ({ from, until, limit }) =>
      guard(() => {
        const open = connection.all(OPEN_TURNS, until, limit);
        const ended = connection.all(ENDED_TURNS, from, until, limit - open.length);
        return rows.many(TURNS, [...open, ...ended]);
      }),
    eventsFrom: (at) => guard(() => eventsFrom(connection, at)),
  };

  function drainsOf(boot: string): readonly DrainRow[] {
    return rows.many(
      DRAINS,
      connection.all("SELECT * FROM drains WHERE boot = ? ORDER BY began_at", boot),
    );
  }
}

/** From the boot that was the last one at `from` to the first one after the span. */
function findBoots(connection: Connection, { from, until, limit }: Span) {
  return connection
    .all(
      `SELECT * FROM boots
       WHERE seq >= COALESCE((SELECT MAX(seq) FROM boots WHERE started_at <= ?), 0)
         AND seq <= COALESCE((SELECT MIN(seq) FROM boots WHERE started_at >= ?), 9223372036854775807)
       ORDER BY seq DESC LIMIT ? + 0`,
      from,
      until,
      limit,
    )
    .toReversed();
}

const LAST_SIGN = `SELECT MAX(at) AS at FROM (
  SELECT * FROM (SELECT at FROM events ORDER BY seq DESC LIMIT 1)
  UNION ALL SELECT * FROM (SELECT at FROM transcript ORDER BY seq DESC LIMIT 1)
  UNION ALL SELECT * FROM (SELECT received_at FROM inbox ORDER BY seq DESC LIMIT 1)
  UNION ALL SELECT * FROM (SELECT COALESCE(ready_at, started_at) FROM boots ORDER BY seq DESC LIMIT 1)
  UNION ALL SELECT renewed_at FROM leases)`;

const OPEN_TURNS = `SELECT * FROM turns WHERE phase <> 'ended' AND started_at < ?
  ORDER BY started_at DESC, id LIMIT ? + 0`;

/** The index alone tells which: a row is read only to be shown. */
const ENDED_TURNS = `SELECT * FROM turns WHERE id IN (
    SELECT id FROM turns WHERE phase = 'ended' AND ended_at >= ? AND started_at < ?
    ORDER BY ended_at DESC, id LIMIT ? + 0)
  ORDER BY ended_at DESC, id`;

/** By halves over `seq`, as an index on the time would cost every event a write. */
function eventsFrom(connection: Connection, at: number): number {
  // Two questions: asked for both at once, SQLite reads all that lies between.
  const ends = connection.get(
    "SELECT (SELECT MIN(seq) FROM events) AS low, (SELECT MAX(seq) FROM events) AS high",
  );
  let low = numberOrNull(ends?.["low"]);
  let high = numberOrNull(ends?.["high"]);
  if (low === null || high === null) return 0;
  high += 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const found = connection.get(
      "SELECT seq, at FROM events WHERE seq >= ? ORDER BY seq LIMIT 1",
      middle,
    );
    if (found === undefined || toNumber(found["at"]) >= at) high = middle;
    else low = toNumber(found["seq"]) + 1;
  }
  return low - 1;
}

function numberOrNull(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
