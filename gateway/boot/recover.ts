import { textOf } from "../../sessions/errors.ts";
import type { TurnRow } from "../../sessions/rows.ts";
import type { Core } from "../core.ts";
import type { Desk } from "../dispatch.ts";
import type { Tracing } from "../tracing/tracing.ts";

const SIDE_BY_SIDE = 8;

/**
 * Settles the turns of dead boots, read from the index of open turns: no guess, and no look at anything that
 * is idle. One session that fails delays no other; it is repaired when it is next read. Returns how many.
 */
export function recoverTurns(core: Core, desk: Desk, tracing: Tracing | null): Promise<number> {
  const recovered = recoverAll(core, desk);
  tracing?.recovery(recovered);
  return recovered;
}

async function recoverAll(core: Core, desk: Desk): Promise<number> {
  core.probe("recovery_began");
  const open = await readOpen(core);
  const dead = open.filter((turn) => turn.owner !== core.boot);
  let recovered = 0;
  async function next(): Promise<void> {
    for (let turn = dead.pop(); turn !== undefined; turn = dead.pop()) {
      if (await recoverOne(core, desk, turn)) recovered += 1;
    }
  }
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, next));
  if (open.length > 0) core.log.info({ open: open.length, recovered }, "turns recovered");
  return recovered;
}

/** Without the index, sessions are still repaired when they are read. */
async function readOpen(core: Core): Promise<readonly TurnRow[]> {
  try {
    return await core.engine.openTurns();
  } catch (error) {
    core.log.error({ error: textOf(error) }, "open turns not read");
    return [];
  }
}

async function recoverOne(core: Core, desk: Desk, turn: TurnRow): Promise<boolean> {
  try {
    const before = await core.engine.session(turn.key);
    const after = await desk.read(turn.key);
    core.probe("turn_recovered");
    return before?.revision !== after.revision;
  } catch (error) {
    core.log.error(
      { session: turn.key, turn: turn.id, error: textOf(error) },
      "turn not recovered",
    );
    return false;
  }
}
