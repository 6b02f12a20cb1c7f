import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

import { textOf } from "../../sessions/errors.ts";
import type { TurnId } from "../../sessions/ids.ts";
import { turnIdShape } from "../../sessions/stored/id-shape.ts";
import type { Core } from "../core.ts";
import type { LiveTurns } from "../turns/live-turn.ts";
import { filesPlace } from "./places.ts";

/**
 * Removes the files of turns that need them no longer, and what a crash left without an owner. A file whose message
 * is not settled, or was given up and may be tried again, stays. Says how many turns it cleaned. Never rejects.
 */
export async function cleanFiles(core: Core, lives: LiveTurns): Promise<number> {
  let cleaned = 0;
  for (const side of ["in", "out"] as const) {
    const place = filesPlace(core, side);
    for (const name of await readdir(place).catch(() => [])) {
      const turn = turnIdShape.parse(name);
      try {
        if (lives.has(turn) || !(await isOver(core, turn, side))) continue;
        await rm(join(place, name), { recursive: true, force: true });
        cleaned += 1;
      } catch (error) {
        core.log.warn({ turn, error: textOf(error) }, "files not removed");
      }
    }
  }
  if (cleaned > 0) core.log.info({ turns: cleaned }, "files removed");
  return cleaned;
}

async function isOver(core: Core, turn: TurnId, side: "in" | "out"): Promise<boolean> {
  const before = core.clock.now() - core.settings.retention.filesMs;
  const row = await core.engine.turn(turn);
  // An open turn of a dead boot is one that is not repaired yet.
  if (row !== null && row.phase !== "ended") return false;
  if (side === "in") {
    // Forgotten, or put back in the queue: it begins anew as another turn.
    return row === null || row.outcome === null || (row.endedAt ?? 0) < before;
  }
  const { outbox } = await core.engine.papers(turn);
  const files = outbox.filter(({ message }) => message.file !== null);
  return files.every(
    ({ state, settledAt }) =>
      (state === "sent" || state === "dropped") && (row === null || (settledAt ?? 0) < before),
  );
}
