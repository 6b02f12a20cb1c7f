import { hostname } from "node:os";

import type { Engine } from "../sessions/engine.ts";
import { textOf } from "../sessions/errors.ts";
import type { BootId } from "../sessions/ids.ts";
import type { BootRow } from "../sessions/rows.ts";
import type { Core } from "./core.ts";
import { writeMarker } from "./instance/clean-shutdown.ts";
import type { DrainReport } from "./operations.ts";

/** Of a planned end: 0 is over, 75 asks to be started again. What a failure exits with, its error tells. */
export type ExitCode = 0 | 75;

/** The marker is the last word, and only of a gateway that cut nothing and left nothing unsettled. */
export async function leave(
  core: Core,
  report: DrainReport,
): Promise<{ readonly exitCode: ExitCode }> {
  const { engine, log, boot, settings, clock } = core;
  const open = await engine.openTurns();
  const sending = await engine.outbox({ states: ["sending", "draft"], after: 0, limit: 1 });
  const wasSettled =
    !report.timedOut &&
    open.every((turn) => turn.phase === "awaiting_input") &&
    sending.length === 0;
  const why = report.then === "restart" ? "restart" : "stop";
  let isSettled = wasSettled;
  try {
    await endBoot(engine, boot, isSettled ? "clean" : "planned");
    await engine.close();
    if (isSettled) {
      await writeMarker(settings.stateDir, { boot, at: clock.now(), why, host: hostname() });
      core.probe("marker_written");
    }
  } catch (error) {
    // A full disk is no reason to be started again after a stop; without a marker the next boot looks for itself.
    isSettled = false;
    log.error({ error: textOf(error) }, "the end is not stored");
  }
  log.info({ why, clean: isSettled, cut: report.cut.length }, "gateway stopped");
  return { exitCode: report.then === "restart" ? 75 : 0 };
}

/** How this life ended, for the count of lives that ended in no way. */
export async function endBoot(
  engine: Engine,
  boot: BootId,
  ended: NonNullable<BootRow["ended"]>,
): Promise<void> {
  const [own] = await engine.boots(1);
  if (own?.id === boot) await engine.commit({ boot: { ...own, ended } });
}
