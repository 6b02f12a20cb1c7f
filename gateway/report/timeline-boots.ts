import type { BootId } from "../../sessions/ids.ts";
import type { BootLife } from "../../sessions/rows.ts";
import type { BootEnd, TimelineBoot } from "./timeline.ts";

/** Lives in the order of their starts, each with its end, as far as anything tells of it. */
export function bootSpans(lives: readonly BootLife[], present: BootId): readonly TimelineBoot[] {
  return lives.map((life, place) => {
    const { id, pid, startedAt, readyAt, drains } = life;
    return {
      id,
      pid,
      startedAt,
      readyAt,
      end: id === present ? null : endOf(life, lives[place + 1]),
      drains,
    };
  });
}

/** One process at a time holds the store: where nothing else is known, a life ended when the next one began. */
function endOf(life: BootLife, next: BootLife | undefined): BootEnd {
  const latest = next?.startedAt ?? life.endedAt ?? life.seenAt ?? life.readyAt ?? life.startedAt;
  const how = life.ended ?? "killed";
  const at = life.endedAt ?? latest;
  if (life.ended !== null) return { how, notBefore: at, notAfter: at };
  const seen = Math.max(life.startedAt, life.seenAt ?? latest);
  return { how, notBefore: Math.min(seen, latest), notAfter: latest };
}
